package release

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// bill writes the bill of materials, as CycloneDX. It has no serial number and
// no date, which would differ each time.
func (r *run) bill(ctx context.Context, linked []module) error {
	components := make([]cdx.Component, 0, len(linked))
	for _, m := range linked {
		component, err := m.component()
		if err != nil {
			return err
		}
		components = append(components, component)
	}
	needs, err := r.dependencies(ctx, linked)
	if err != nil {
		return err
	}
	bill := cdx.NewBOM()
	bill.Metadata = &cdx.Metadata{Component: &cdx.Component{
		BOMRef: r.ref(), Type: cdx.ComponentTypeApplication, Name: "swage", Version: r.Version, PackageURL: r.ref(),
		Licenses: licensed([]string{"Apache-2.0"}),
	}}
	bill.Components, bill.Dependencies = &components, &needs
	out, err := os.Create(filepath.Join(r.dir, fmt.Sprintf("swage_%s_sbom.cdx.json", r.number())))
	if err != nil {
		return err
	}
	defer out.Close()
	if err := cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bill, cdx.SpecVersion1_6); err != nil {
		return err
	}
	return out.Close()
}

// ref is the product as a package URL, which is its name inside the bill too.
func (r *run) ref() string { return "pkg:golang/" + mainModule + "@" + r.Version }

func (m module) ref() string { return "pkg:golang/" + m.path + "@" + m.version }

func (m module) component() (cdx.Component, error) {
	ids, err := identify(m)
	if err != nil {
		return cdx.Component{}, err
	}
	component := cdx.Component{
		BOMRef: m.ref(), Type: cdx.ComponentTypeLibrary, Name: m.path, Version: m.version, PackageURL: m.ref(),
		Scope: cdx.ScopeRequired, Licenses: licensed(ids),
	}
	properties := make([]cdx.Property, 0, len(m.programs))
	for _, program := range m.programs {
		properties = append(properties, cdx.Property{Name: "swage.dev:linked-into", Value: program})
	}
	component.Properties = &properties
	// go.sum's "h1:" is the SHA-256 of a list of the files and theirs.
	if sum, found := strings.CutPrefix(m.sum, "h1:"); found {
		raw, err := base64.StdEncoding.DecodeString(sum)
		if err != nil {
			return component, fmt.Errorf("the sum of %s: %w", m.path, err)
		}
		component.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(raw)}}
	}
	return component, nil
}

// unlisted are names that licensecheck knows and SPDX's list does not.
var unlisted = map[string]bool{"GooglePatentClause": true, "GooglePatentsFile": true}

func licensed(ids []string) *cdx.Licenses {
	var all cdx.Licenses
	for _, id := range ids {
		stated := &cdx.License{ID: id}
		if unlisted[id] {
			stated = &cdx.License{Name: id}
		}
		all = append(all, cdx.LicenseChoice{License: stated})
	}
	return &all
}

const mainModule = "swage.dev/swage"

// dependencies says which of the linked modules asks for which.
func (r *run) dependencies(ctx context.Context, linked []module) ([]cdx.Dependency, error) {
	graph, err := r.ask(ctx, "mod", "graph")
	if err != nil {
		return nil, err
	}
	refs := map[string]string{mainModule: r.ref()}
	for _, m := range linked {
		refs[m.path] = m.ref()
	}
	needs := map[string][]string{}
	for line := range strings.Lines(graph) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
		// Of each module the one version counts that is linked.
		a, b := refs[pathOf(from)], refs[pathOf(to)]
		if a != "" && b != "" && a != b && !slices.Contains(needs[a], b) {
			needs[a] = append(needs[a], b)
		}
	}
	var all []cdx.Dependency
	for _, ref := range sortedValues(refs) {
		slices.Sort(needs[ref])
		dependency := cdx.Dependency{Ref: ref}
		if on := needs[ref]; len(on) > 0 {
			dependency.Dependencies = &on
		}
		all = append(all, dependency)
	}
	return all, nil
}

func pathOf(versioned string) string {
	path, _, _ := strings.Cut(versioned, "@")
	return path
}

func sortedValues(of map[string]string) []string {
	var values []string
	for _, value := range of {
		values = append(values, value)
	}
	slices.Sort(values)
	return values
}
