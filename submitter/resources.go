package submitter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// resources requests the driver's cores and memory, and limits the memory.
func (b *build) resources() error {
	cores, err := b.conf.Int(keyDriverCores, driverCoresNumber)
	if err != nil {
		return err
	}
	memory, err := b.driverMemory()
	if err != nil {
		return err
	}
	return b.request(cores, memory)
}

// request requests what a Spark container needs, and limits its memory.
func (b *build) request(cores int, memory resource.Quantity) error {
	request, err := quantity(b.side.request, firstOf(b.conf.Get(b.side.request), strconv.Itoa(cores)))
	if err != nil {
		return err
	}
	r := &b.container.Resources
	put(&r.Requests, corev1.ResourceCPU, request)
	put(&r.Requests, corev1.ResourceMemory, memory)
	most, err := b.memoryLimit(memory)
	if err != nil {
		return err
	}
	put(&r.Limits, corev1.ResourceMemory, most)
	if limit, found := b.conf.Lookup(b.side.limit); found {
		most, err := quantity(b.side.limit, limit)
		if err != nil {
			return err
		}
		put(&r.Limits, corev1.ResourceCPU, most)
	}
	return b.customResources(b.side.resources, &r.Limits)
}

func put(list *corev1.ResourceList, name corev1.ResourceName, amount resource.Quantity) {
	if *list == nil {
		*list = corev1.ResourceList{}
	}
	(*list)[name] = amount
}

// driverMemory is the heap and what the rest of the process needs.
func (b *build) driverMemory() (resource.Quantity, error) {
	var none resource.Quantity
	heap, err := b.conf.MiB(keyDriverMemory, driverMemoryMiB)
	if err != nil {
		return none, err
	}
	factor, err := b.overheadFactor()
	if err != nil {
		return none, err
	}
	least := int64(leastOverheadMiB)
	if b.release.leastOverhead {
		if least, err = b.conf.MiB(keyDriverLeast, leastOverheadMiB); err != nil {
			return none, err
		}
	}
	overhead, err := b.conf.MiB(keyDriverOverhead, max(int64(factor*float64(heap)), least))
	if err != nil {
		return none, err
	}
	return resource.ParseQuantity(fmt.Sprintf("%dMi", heap+overhead))
}

// overheadFactor is the driver's. What executors shall take where they have no
// factor of their own becomes a setting: not the driver's own.
func (b *build) overheadFactor() (float64, error) {
	fallback := overheadFactor
	if b.app.kind != kindJava {
		fallback = overheadNonJVM
	}
	common, err := b.share(keyFactor, fallback)
	if err != nil {
		return 0, err
	}
	b.set(keyFactor, formatFloat(common))
	if _, err := b.share(keyExecutorFactor, common); err != nil {
		return 0, err // which a driver would find out
	}
	return b.share(keyDriverFactor, common)
}

// mostShare is more than any program needs, and keeps amounts within numbers.
const mostShare = 1e6

// share is how much memory the rest of a process needs, of the heap's size. The
// sentences are Spark's.
func (b *build) share(key string, fallback float64) (float64, error) {
	factor, err := b.conf.Float(key, fallback)
	if err != nil || !b.conf.Has(key) {
		return factor, err
	}
	var expected string
	switch {
	case key == keyFactor && factor < 0:
		expected = "Ensure that memory overhead is non-negative"
	case key != keyFactor && factor <= 0:
		expected = "Ensure that memory overhead is a double greater than 0"
	case factor > mostShare:
		expected = "expected a factor of the memory, such as 0.1"
	default:
		return factor, nil
	}
	return 0, refuse("%s is %s: %s", key, b.conf.Get(key), expected)
}

// formatFloat writes a number as Java does: with at least one decimal.
func formatFloat(f float64) string {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// customResources are those such as GPUs: PREFIX<name>.amount and .vendor.
func (b *build) customResources(prefix string, limits *corev1.ResourceList) error {
	settings := b.conf.Prefixed(prefix)
	names := map[string]bool{}
	for key := range settings {
		if dot := strings.LastIndexByte(key, '.'); dot > 0 {
			names[key[:dot]] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		amount, vendor := settings[name+".amount"], settings[name+".vendor"]
		if amount == "" {
			return refuse("You must specify an amount for %s: %s%s.amount", name, prefix, name)
		}
		if vendor == "" {
			return refuse("Resource: %s was requested, but vendor was not specified: %s%s.vendor", name, prefix, name)
		}
		most, err := quantity(prefix+name+".amount", amount)
		if err != nil {
			return err
		}
		put(limits, corev1.ResourceName(vendor+"/"+name), most)
	}
	return nil
}
