package submitter

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// volume is one of spark.kubernetes.{driver,executor}.volumes.<kind>.<name>.*.
type volume struct {
	prefix, kind, name string
	settings           map[string]string // what follows, by key
	release            release
}

// volumesOf reads the volumes that begin with prefix, sorted by kind and name.
func (b *build) volumesOf(prefix string) []volume {
	found := map[string]volume{}
	for key, value := range b.conf.Prefixed(prefix) {
		parts := strings.SplitN(key, ".", 3)
		if len(parts) < 2 {
			continue
		}
		id := parts[0] + "." + parts[1]
		if _, known := found[id]; !known {
			found[id] = volume{prefix: prefix + id + ".", kind: parts[0], name: parts[1], settings: map[string]string{}, release: b.release}
		}
		if len(parts) == 3 {
			found[id].settings[parts[2]] = value
		}
	}
	var all []volume
	for _, id := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[id])
	}
	return all
}

// volumeKinds make the source of a volume. claim is the name of its claim, if it has one.
var volumeKinds = map[string]func(v volume, claim string) (corev1.VolumeSource, error){
	"hostPath":              volume.hostPath,
	"emptyDir":              volume.emptyDir,
	"nfs":                   volume.nfs,
	"persistentVolumeClaim": volume.claim,
}

func (v volume) hostPath(string) (corev1.VolumeSource, error) {
	path, err := v.required("options.path")
	kind := "" // no check before the mount
	if v.release.hostPathType {
		kind = v.settings["options.type"]
	}
	return corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path, Type: new(corev1.HostPathType(kind))}}, err
}

func (v volume) emptyDir(string) (corev1.VolumeSource, error) {
	dir := &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMedium(v.settings["options.medium"])}
	limit, err := v.size()
	dir.SizeLimit = limit
	return corev1.VolumeSource{EmptyDir: dir}, err
}

func (v volume) nfs(string) (corev1.VolumeSource, error) {
	path, err := v.required("options.path")
	if err != nil {
		return corev1.VolumeSource{}, err
	}
	server, err := v.required("options.server")
	return corev1.VolumeSource{NFS: &corev1.NFSVolumeSource{Path: path, Server: server}}, err
}

func (v volume) claim(name string) (corev1.VolumeSource, error) {
	readOnly, err := v.readOnly()
	return corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name, ReadOnly: readOnly}}, err
}

func (v volume) required(key string) (string, error) {
	value, found := v.settings[key]
	if !found {
		return "", refuse("%s%s is required for %s", v.prefix, key, v.kind)
	}
	return value, nil
}

func (v volume) readOnly() (bool, error) {
	value, found := v.settings["mount.readOnly"]
	if !found {
		return false, nil
	}
	readOnly, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil {
		return false, refuse("%smount.readOnly is %q: expected true or false", v.prefix, value)
	}
	return readOnly, nil
}

// leastSize is in bytes; a smaller number forgot its unit.
const leastSize = 1024

// size is options.sizeLimit, nil when it is not set.
func (v volume) size() (*resource.Quantity, error) {
	const key = "options.sizeLimit"
	value, found := v.settings[key]
	if !found {
		return nil, nil
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && n < leastSize {
		return nil, refuse("%s%s: Volume size `%s` is smaller than 1KiB. Missing units?", v.prefix, key, value)
	}
	amount, err := quantity(v.prefix+key, value)
	return &amount, err
}
