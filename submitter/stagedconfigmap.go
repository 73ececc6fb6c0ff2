package submitter

import (
	"io/fs"
	"strconv"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"swage.dev/swage/submitter/staging"
)

// stageByConfigMap puts the files into an immutable ConfigMap: nothing need be sent, and a driver that begins anew finds them
// there, too. Where the user wants the configuration in a Secret, the files go into one.
func (b *build) stageByConfigMap() error {
	name := b.prefix + "-staged"
	var items []corev1.KeyToPath
	contents := map[string][]byte{}
	for i, f := range b.local.files {
		content, err := b.client.readPlanned(f)
		if err != nil {
			return err
		}
		key := strconv.Itoa(i + 1)
		contents[key] = content
		items = append(items, corev1.KeyToPath{Key: key, Path: f.Place, Mode: new(int32(everybodyReads))})
	}
	volume := configMapVolume(stagedVolume, name, items...)
	if b.options.ConfIn == ConfInSecret {
		volume = secretVolume(stagedVolume, name, items...)
		b.ownSecret(name, contents)
	} else {
		b.ownFiles(name, contents)
	}
	b.pod.Spec.Volumes = append(b.pod.Spec.Volumes, volume)
	b.mountStaged()
	return nil
}

// readPlanned reads a file that was looked at before.
func (c *client) readPlanned(f staging.File) ([]byte, error) {
	content, err := fs.ReadFile(c.files, f.Source)
	if err != nil {
		return nil, refuse("/%s: %v", f.Source, cause(err))
	}
	if int64(len(content)) != f.Size {
		return nil, refuse("/%s: %v", f.Source, staging.ErrChanged)
	}
	return content, nil
}

// ownFiles adds an immutable ConfigMap of files, those that are text to be read as such.
func (b *build) ownFiles(name string, contents map[string][]byte) {
	object := &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: b.named(name),
		Immutable: new(true), Data: map[string]string{}, BinaryData: map[string][]byte{},
	}
	for key, content := range contents {
		if utf8.Valid(content) {
			object.Data[key] = string(content)
		} else {
			object.BinaryData[key] = content
		}
	}
	b.own(object)
}
