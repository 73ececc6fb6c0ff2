package submitter

import (
	"net/url"
	"path"
	"strings"

	"swage.dev/swage/submitter/staging"
)

// Upload is what must be where pods find it before the driver is created: files of the client, at the place that
// spark.kubernetes.file.upload.path names.
type Upload struct {
	// Path is that setting, as it was given: an s3a:// or file: URI, or a path.
	Path string
	// Files are in the order of the command line. The Place of each is below Path.
	Files []staging.File
	// Hadoop is the settings that say how a store is reached, without spark.hadoop.: they are fs.s3a.* and
	// hadoop.security.credential.provider.path.
	Hadoop map[string]string
}

// uploadSchemes are those of file systems that swage can write to.
var uploadSchemes = []string{"s3a", "file", ""}

// checkUploadPath refuses the file systems that take Hadoop's Java clients.
func checkUploadPath(place string) error {
	kind := ""
	if scheme.MatchString(place) {
		kind, _, _ = strings.Cut(place, ":")
	}
	if kind == "s3a" {
		return checkBucket(place)
	}
	for _, known := range uploadSchemes {
		if kind == known {
			return nil
		}
	}
	hint := ""
	if kind == "s3" || kind == "s3n" {
		hint = ", s3a:// for S3"
	}
	return refuse("%s=%s: %s:// takes Hadoop's Java client%s; leave the setting out (--conf %s=) and the files are streamed to the driver, "+
		"or go to a claim by %s pvc/NAME, or put them there and give their URLs", keyUploadPath, place, kind, hint, keyUploadPath, stageToOption)
}

// checkBucket refuses keys beside the bucket, as Hadoop does, too. They would be in all that is told of the path: it is not shown.
// A key may have a / in it, and then there is no @ before the first one.
func checkBucket(place string) error {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(place, "s3a://"), "/")
	switch {
	case strings.ContainsAny(bucket, ":@"):
		return refuse("%s: a user, a password or a port stands beside the bucket: expected s3a://BUCKET/PATH, and keys by spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key", keyUploadPath)
	case bucket == "":
		return refuse("%s=%s: expected s3a://BUCKET/PATH", keyUploadPath, place)
	}
	return nil
}

// upload prepares what spark-submit does: each file into a folder of its own, with a name by chance.
func (b *build) upload(to string) error {
	if err := checkUploadPath(to); err != nil {
		return err
	}
	uris := map[string]string{}
	files := make([]staging.File, 0, len(b.local.files))
	for _, f := range b.local.files {
		uuid, err := b.ids.uuid()
		if err != nil {
			return err
		}
		name := path.Base(f.Place)
		folder := "spark-upload-" + dashed(uuid)
		uris[f.Place] = to + "/" + folder + "/" + (&url.URL{Path: name}).EscapedPath()
		f.Place = folder + "/" + name
		files = append(files, f)
	}
	b.uploads = &Upload{Path: to, Files: files, Hadoop: b.hadoopSettings()}
	return b.rewrite(func(place string) string { return uris[place] })
}

// hadoopSettings are those that the driver's s3a will have: Hadoop's files, and over them the application's.
func (b *build) hadoopSettings() map[string]string {
	all, _ := b.client.coreSite() // what is not understood sets nothing
	for key, value := range b.conf.Prefixed(keyHadoopPrefix) {
		all[key] = value
	}
	for key := range all {
		if !strings.HasPrefix(key, "fs.s3a.") && key != "hadoop.security.credential.provider.path" {
			delete(all, key)
		}
	}
	return all
}
