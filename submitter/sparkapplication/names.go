package sparkapplication

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

var notInLabel = regexp.MustCompile(`[^a-z0-9-]+`)

// label makes a DNS label of parts that may be longer or have dots: as they are
// where that is one, else shortened, with a digest so that others stay others.
func label(parts ...string) string {
	text := strings.Join(parts, "-")
	if len(validation.IsDNS1123Label(text)) == 0 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	digest := hex.EncodeToString(sum[:])[:8]
	text = strings.Trim(notInLabel.ReplaceAllString(strings.ToLower(text), "-"), "-")
	const room = validation.DNS1123LabelMaxLength - 1 - 8
	if len(text) > room {
		text = text[:room]
	}
	return strings.Trim(text+"-"+digest, "-")
}

// suffixed is a name with a suffix that stays whole.
func suffixed(name, suffix string) string {
	if most := validation.DNS1123LabelMaxLength - 1 - len(suffix); len(name) > most {
		name = strings.TrimRight(name[:most], "-")
	}
	return name + "-" + suffix
}
