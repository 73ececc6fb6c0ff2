package release

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"swage.dev/swage/e2e/product"
)

// plugin is krew's manifest of a plugin.
type plugin struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   pluginMetadata `json:"metadata"`
	Spec       pluginSpec     `json:"spec"`
}

type pluginMetadata struct {
	Name string `json:"name"`
}

type pluginSpec struct {
	Version          string           `json:"version"`
	Homepage         string           `json:"homepage"`
	ShortDescription string           `json:"shortDescription"`
	Description      string           `json:"description"`
	Platforms        []pluginPlatform `json:"platforms"`
}

type pluginPlatform struct {
	Selector pluginSelector `json:"selector"`
	URI      string         `json:"uri"`
	SHA256   string         `json:"sha256"`
	Bin      string         `json:"bin"`
	Files    []pluginFile   `json:"files"`
}

type pluginSelector struct {
	MatchLabels map[string]string `json:"matchLabels"`
}

type pluginFile struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// krew writes the manifest by which `kubectl krew install` gets the plugin. Its
// file has the plugin's name, as krew wants it.
func (r *run) krew() error {
	manifest := plugin{
		APIVersion: "krew.googlecontainertools.github.com/v1alpha2", Kind: "Plugin",
		Metadata: pluginMetadata{Name: product.Swage},
		Spec: pluginSpec{
			Version: r.Version, Homepage: "https://swage.dev",
			ShortDescription: "Shape Spark's pods, submit and watch Spark jobs",
			Description: `Renders, explains and checks the pod templates that Swage merges into Spark's
driver and executor pods; submits Spark applications without a JVM; lists,
follows and ends those that run, whoever submitted them.
`,
		},
	}
	for _, platform := range r.Platforms {
		name := r.archiveName(platform)
		sum, err := sumOf(filepath.Join(r.dir, name))
		if err != nil {
			return err
		}
		manifest.Spec.Platforms = append(manifest.Spec.Platforms, pluginPlatform{
			Selector: pluginSelector{map[string]string{"os": platform.OS, "arch": platform.Arch}},
			URI:      r.URL + "/" + name, SHA256: sum, Bin: product.Swage,
			Files: []pluginFile{{product.Swage, "."}, {license, "."}, {notices, "."}},
		})
	}
	text, err := yaml.Marshal(manifest)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.dir, product.Swage+".yaml"), text, 0o644)
}

func sumOf(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}
