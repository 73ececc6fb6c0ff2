package podtemplate

// Limits bound what templates may cost. The zero value of a field means its default.
type Limits struct {
	// TemplateBytes is the most text one ConfigMap may hold. Default 256 KiB.
	TemplateBytes int
	// NamespaceBytes is the most text all templates of one namespace may hold. Default 4 MiB.
	NamespaceBytes int
	// NamespaceTemplates is the most templates of one namespace. Default 200.
	NamespaceTemplates int
	// AddedItems is the most list elements and map entries added to one pod. Default 256.
	AddedItems int
	// NodeSelectorTerms is the most terms that required node affinity may grow to. Default 64.
	NodeSelectorTerms int
	// NamedTemplates is the most templates one pod may ask for. Default 16.
	NamedTemplates int
	// CacheBytes bounds the composed templates that a Shaper keeps. Default 16 MiB.
	CacheBytes int
}

// DefaultLimits are what zero values mean.
func DefaultLimits() Limits { return Limits{}.withDefaults() }

func (l Limits) withDefaults() Limits {
	fallback(&l.TemplateBytes, 256<<10)
	fallback(&l.NamespaceBytes, 4<<20)
	fallback(&l.NamespaceTemplates, 200)
	fallback(&l.AddedItems, 256)
	fallback(&l.NodeSelectorTerms, 64)
	fallback(&l.NamedTemplates, 16)
	fallback(&l.CacheBytes, 16<<20)
	return l
}

func fallback(field *int, value int) {
	if *field == 0 {
		*field = value
	}
}
