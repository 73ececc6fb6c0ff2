package submitter

import (
	"errors"
	"io/fs"
	"path"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"swage.dev/swage/submitter/bounded"
	"swage.dev/swage/submitter/hadoop"
)

// hadoop mounts Hadoop's configuration: the client's folder in a ConfigMap, or
// a ConfigMap that exists.
func (b *build) hadoop() error {
	folder, existing := b.client.getenv(envHadoopConf), b.conf.Get(keyHadoopConfMap)
	if folder != "" && existing != "" {
		return refuse("Do not specify both the `HADOOP_CONF_DIR` in your ENV and %s: one Hadoop configuration is enough", keyHadoopConfMap)
	}
	var items []corev1.KeyToPath
	name := existing
	if folder != "" {
		name = b.prefix + "-hadoop-config"
		files, err := b.client.regularFiles("HADOOP_CONF_DIR", folder)
		if err != nil {
			return err
		}
		data, binary := map[string]string{}, map[string][]byte{}
		for _, file := range files {
			if err := checkItem("HADOOP_CONF_DIR", path.Join(folder, file.name)); err != nil {
				return err
			}
			if utf8.Valid(file.content) {
				data[file.name] = string(file.content)
			} else {
				binary[file.name] = file.content // a keystore, which Spark's client spoils
			}
			items = append(items, corev1.KeyToPath{Key: file.name, Path: file.name})
		}
		b.ownConfigMapOf(name, data, binary)
	}
	if name == "" {
		return nil
	}
	b.mount(configMapVolume(hadoopVolume, name, items...), corev1.VolumeMount{MountPath: hadoopDir})
	b.env(envHadoopConf, hadoopDir)
	b.set(keyExecutorHadoop, name)
	return nil
}

// coreSite is the first core-site.xml on the class path of spark-submit. Without
// one it is empty; with an error it has what was understood.
func (c *client) coreSite() (map[string]string, error) {
	for _, dir := range []string{c.confDir(), c.getenv(envHadoopConf), c.getenv(envYarnConf)} {
		if dir == "" {
			continue
		}
		text, err := c.read("Hadoop's", path.Join(dir, hadoop.SiteFile))
		switch {
		case err == nil:
			return hadoop.ParseSite(text)
		case errors.Is(err, bounded.ErrTooLong):
			return map[string]string{}, err
		}
	}
	return map[string]string{}, nil
}

// localFile is a file of the client.
type localFile struct {
	name    string
	content []byte
}

// regularFiles are the files of a folder, sorted by name, those of folders in it left out.
func (c *client) regularFiles(what, folder string) ([]localFile, error) {
	entries, err := fs.ReadDir(c.files, c.inFS(folder))
	if err != nil {
		return nil, refuse("%s %s: %v", what, folder, cause(err))
	}
	var files []localFile
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		if info, err := fs.Stat(c.files, c.inFS(name)); err != nil || !info.Mode().IsRegular() {
			continue // a link to nowhere, or no file
		}
		content, err := c.read(what, name)
		if err != nil {
			return nil, err
		}
		files = append(files, localFile{entry.Name(), content})
	}
	return files, nil
}

// checkItem refuses a file whose name cannot be a key, which the API server
// would do when the driver already exists.
func checkItem(what, file string) error {
	if len(validation.IsConfigMapKey(baseName(file))) > 0 {
		return refuse("%s %s: the file's name becomes a key of a ConfigMap or a Secret, which may have letters, digits, '-', '_' and '.': rename it", what, file)
	}
	return nil
}
