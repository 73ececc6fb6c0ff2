package submitter

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"

	"swage.dev/swage/submitter/properties"
)

// finish mounts the driver's configuration and puts the Spark container into the pod.
func (b *build) finish() error {
	b.hideTokens()
	b.mountAuthSecret()
	b.env(envConfDir, confDir)
	data, err := b.confFiles()
	if err != nil {
		return err
	}
	items := confItems(data)
	data[keyNamespace] = b.namespace
	hidden, err := b.confInSecret()
	if err != nil {
		return err
	}
	volume := configMapVolume(confVolume, b.confMap, items...)
	if hidden {
		volume = secretVolume(confVolume, b.confMap, items...)
		b.ownSecret(b.confMap, inBytes(data))
	} else {
		b.ownConfigMap(b.confMap, data)
	}
	b.mount(volume, corev1.VolumeMount{MountPath: confDir})
	b.orderEnv()
	b.pod.Spec.Containers = append(b.pod.Spec.Containers, *b.container)
	return nil
}

func inBytes(data map[string]string) map[string][]byte {
	bytes := map[string][]byte{}
	for key, value := range data {
		bytes[key] = []byte(value)
	}
	return bytes
}

// everybodyReads are the permissions of a configuration file.
const everybodyReads = 0o644

func confItems(data map[string]string) []corev1.KeyToPath {
	var items []corev1.KeyToPath
	for _, name := range slices.Sorted(maps.Keys(data)) {
		items = append(items, corev1.KeyToPath{Key: name, Path: name, Mode: new(int32(everybodyReads))})
	}
	return items
}

// confFiles are the files of /opt/spark/conf: the client's own, and the
// settings as the steps left them.
func (b *build) confFiles() (map[string]string, error) {
	most, err := b.conf.Int(keyConfMapSize, confMapBytes)
	if err != nil {
		return nil, err
	}
	data, err := b.clientConfFiles(most)
	if err != nil {
		return nil, err
	}
	b.clientFiles = maps.Clone(data)
	settings := merged(b.conf.All(), b.props)
	data[confFile] = properties.Format(settings)
	return data, checkConfSize(data, settings)
}

// notConf are files that stay with the client: settings are in one file of their own, and these are no text.
var notConf = regexp.MustCompile(`\.template$|^spark.*(conf|properties)$|\.(gz|zip|jar|tar)$`)

// clientConfFiles are the client's own, smallest first, as many as there is room for.
func (b *build) clientConfFiles(most int) (map[string]string, error) {
	data := map[string]string{}
	dir := b.client.confDir()
	if dir == "" || !b.client.isDir(dir) {
		return data, nil
	}
	files, err := b.client.regularFiles(envConfDir, dir)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f localFile) bool { return notConf.MatchString(f.name) })
	slices.SortStableFunc(files, func(x, y localFile) int { return len(x.name) + len(x.content) - len(y.name) - len(y.content) })
	size := 0
	var left []string
	for _, f := range files {
		length := utf16Length(f.name) + utf16Length(string(f.content))
		if !utf8.Valid(f.content) || size+length >= most {
			left = append(left, f.name)
			continue
		}
		size += length
		data[f.name] = string(f.content)
	}
	if len(left) > 0 {
		b.note("left out of the driver's configuration, not text or too large: " + strings.Join(left, ", "))
	}
	return data, nil
}

// utf16Length is how Java counts.
func utf16Length(text string) int { return len(utf16.Encode([]rune(text))) }
