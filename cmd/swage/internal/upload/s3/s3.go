package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

// Times of a store: to connect, and to begin an answer. It is tried three times.
const (
	connectTime = 10 * time.Second
	answerTime  = time.Minute
	tries       = 3
)

// Store is a place in a bucket.
type Store struct {
	client         *minio.Client
	bucket, prefix string
	host, keys     string // for errors
	options        minio.PutObjectOptions
}

// Open is the store of an s3a:// URI. Nothing is asked of it yet. Settings are Hadoop's; env looks up variables.
func Open(uri string, hadoop map[string]string, env func(name string) (string, bool)) (*Store, error) {
	bucket, prefix, err := place(uri)
	if err != nil {
		return nil, err
	}
	s := settings{bucket, hadoop}
	host, secure, err := s.endpoint()
	if err != nil {
		return nil, err
	}
	byPath, err := s.byPath(host)
	if err != nil {
		return nil, err
	}
	keys, from, err := s.choose(env)
	if err != nil {
		return nil, err
	}
	store := &Store{bucket: bucket, prefix: prefix, host: host, keys: from}
	if store.options, err = s.putOptions(); err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupDNS
	if byPath {
		lookup = minio.BucketLookupPath
	}
	store.client, err = minio.New(host, &minio.Options{
		Creds: keys, Secure: secure, Region: s.region(env), BucketLookup: lookup, Transport: transport(), MaxRetries: tries,
	})
	return store, err
}

func transport() http.RoundTripper {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: connectTime}).DialContext,
		TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: answerTime, DisableCompression: true,
	}
}

// putOptions follow what the settings want of encryption at rest: who wants it must not get less.
func (s settings) putOptions() (minio.PutObjectOptions, error) {
	o := minio.PutObjectOptions{NumThreads: 1, SendContentMd5: true}
	wanted := s.get("encryption.algorithm")
	if wanted == "" {
		wanted = s.get("server-side-encryption-algorithm")
	}
	switch wanted {
	case "":
		return o, nil
	case "AES256", "SSE-S3":
		o.ServerSideEncryption = encrypt.NewSSE()
		return o, nil
	case "SSE-KMS":
		key := s.get("encryption.key")
		if key == "" {
			key = s.get("server-side-encryption.key")
		}
		var err error
		o.ServerSideEncryption, err = encrypt.NewSSEKMS(key, nil)
		return o, err
	}
	return o, fmt.Errorf("fs.s3a.encryption.algorithm is %s: expected AES256 or SSE-KMS; upload by spark-submit for another", wanted)
}

func (s *Store) name(place string) string { return path.Join(s.prefix, place) }

// Put writes an object: a large one in parts, of which one at a time is in memory. Where it fails, no part is left.
func (s *Store) Put(ctx context.Context, place string, content io.Reader, size int64) error {
	name := s.name(place)
	stored, err := s.client.PutObject(ctx, s.bucket, name, content, size, s.options)
	switch {
	case err == nil && stored.ETag == "":
		// A proxy's page, or a store's own web interface: nothing is stored.
		return fmt.Errorf("%s does not answer as an S3 store does: is it the endpoint?", s.host)
	case err == nil:
		return nil
	}
	cleaning, stop := context.WithTimeout(context.WithoutCancel(ctx), connectTime)
	defer stop()
	_ = s.client.RemoveIncompleteUpload(cleaning, s.bucket, name) // the first error is the one to tell
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.explain(err)
}

// Remove deletes an object. There are no folders.
func (s *Store) Remove(ctx context.Context, place string) error {
	if err := s.client.RemoveObject(ctx, s.bucket, s.name(place), minio.RemoveObjectOptions{}); err != nil {
		return s.explain(err)
	}
	return nil
}

// explain says what to do. What the store answers may repeat the request: only its code and sentence are told.
func (s *Store) explain(err error) error {
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return fmt.Errorf("%s: %w", s.host, err)
	}
	switch answer.Code {
	case minio.NoSuchBucket:
		return fmt.Errorf("%s has no bucket %s: create it, or name another", s.host, s.bucket)
	case minio.AccessDenied:
		return fmt.Errorf("%s does not allow the keys of %s to write to the bucket %s: %s", s.host, s.keys, s.bucket, answer.Message)
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "InvalidTokenId":
		return fmt.Errorf("%s does not take the keys of %s: %s", s.host, s.keys, answer.Code)
	}
	return fmt.Errorf("%s: %s: %s", s.host, answer.Code, answer.Message)
}
