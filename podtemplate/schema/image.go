package schema

import "strings"

// PullPolicyOf returns the imagePullPolicy that the API server derives from an
// image reference: Always for the tag latest or no tag at all, else
// IfNotPresent. A digest counts as a tag (SetDefaults_Container).
func PullPolicyOf(image string) string {
	if image == "" {
		return "IfNotPresent"
	}
	name := image
	if slash := strings.LastIndexByte(image, '/'); slash >= 0 {
		name = image[slash+1:] // a colon before the last slash belongs to a registry's port
	}
	name, _, digest := strings.Cut(name, "@")
	_, tag, tagged := strings.Cut(name, ":")
	if tag == "latest" || (!tagged && !digest) {
		return "Always"
	}
	return "IfNotPresent"
}
