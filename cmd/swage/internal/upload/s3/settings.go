package s3

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// settings are those of one bucket.
type settings struct {
	bucket string
	all    map[string]string
}

// get is fs.s3a.NAME, "" where it is not set.
func (s settings) get(name string) string {
	if value, set := s.all["fs.s3a.bucket."+s.bucket+"."+name]; set {
		return strings.TrimSpace(value)
	}
	return strings.TrimSpace(s.all["fs.s3a."+name])
}

func (s settings) bool(name string, fallback bool) (bool, error) {
	switch strings.ToLower(s.get(name)) {
	case "":
		return fallback, nil
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("fs.s3a.%s is %q: expected true or false", name, s.get(name))
}

// place is a bucket and what all names in it begin with.
func place(uri string) (bucket, prefix string, err error) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Scheme != "s3a" || parsed.Host == "" || parsed.User != nil || parsed.RawQuery != "" {
		return "", "", errors.New("expected s3a://BUCKET/PATH") // not the URI itself: people write keys into it
	}
	return parsed.Host, strings.Trim(parsed.Path, "/"), nil
}

// amazon is the endpoint where none is given.
const amazon = "s3.amazonaws.com"

// endpoint is host and port of the store, and whether to speak TLS.
func (s settings) endpoint() (host string, secure bool, err error) {
	secure, err = s.bool("connection.ssl.enabled", true)
	if err != nil {
		return "", false, err
	}
	host = s.get("endpoint")
	if scheme, rest, found := strings.Cut(host, "://"); found {
		if scheme != "http" && scheme != "https" {
			return "", false, fmt.Errorf("fs.s3a.endpoint is %q: expected HOST:PORT, or a URL with http or https", host)
		}
		secure, host = scheme == "https", strings.TrimSuffix(rest, "/")
	}
	if host == "" || host == "central" {
		host = amazon
	}
	if strings.ContainsAny(host, "/@?#") {
		return "", false, errors.New("fs.s3a.endpoint: expected HOST:PORT, or a URL of that alone")
	}
	return host, secure, nil
}

// byPath tells whether the bucket is part of the path: where that is said, and where a name before the host makes none.
func (s settings) byPath(host string) (bool, error) {
	said, err := s.bool("path.style.access", false)
	if name, _, cut := net.SplitHostPort(host); cut == nil {
		host = name
	}
	return said || host == "localhost" || net.ParseIP(strings.Trim(host, "[]")) != nil, err
}

// region is "" where the store is to be asked.
func (s settings) region(env func(string) (string, bool)) string {
	region := s.get("endpoint.region")
	if region == "" || region == "sdk" {
		region, _ = env("AWS_REGION")
	}
	return region
}
