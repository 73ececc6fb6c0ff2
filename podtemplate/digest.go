package podtemplate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// digest identifies what the template says: mode, the annotations that mean
// something here, and the data; each text with its length, so that no two
// contents can run together.
func digest(mode Mode, cm *corev1.ConfigMap) string {
	hash := sha256.New()
	write := func(text string) { fmt.Fprintf(hash, "%d:%s;", len(text), text) }
	write(string(mode))
	for _, texts := range []map[string]string{swageOnly(cm.Annotations), cm.Data} {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			write(key)
			write(texts[key])
		}
		_, _ = io.WriteString(hash, "|")
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}

func swageOnly(annotations map[string]string) map[string]string {
	own := map[string]string{}
	for key, value := range annotations {
		if strings.HasPrefix(key, Domain) {
			own[key] = value
		}
	}
	return own
}
