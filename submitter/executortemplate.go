package submitter

import corev1 "k8s.io/api/core/v1"

// executorTemplate takes the pod template of executors to the driver, which makes them.
func (b *build) executorTemplate() error {
	file := b.conf.Get(keyExecutorTemplate)
	if file == "" {
		return nil
	}
	text, err := b.readHere("pod template", keyExecutorTemplate, file)
	if err != nil {
		return err
	}
	name := b.prefix + "-driver-podspec-conf-map"
	b.ownConfigMap(name, map[string]string{templateKey: string(text)})
	b.mount(configMapVolume(templateVolume, name, corev1.KeyToPath{Key: templateKey, Path: templateFile}), corev1.VolumeMount{MountPath: templateDir})
	b.set(keyExecutorTemplate, templateDir+"/"+templateFile)
	return nil
}
