package doctor

import (
	"bufio"
	"strconv"
	"strings"
)

// Samples are metrics, by name.
type Samples map[string][]Sample

// Sample is one value of a metric.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// ParseSamples reads the metrics of some names in Prometheus' text format. Lines
// that it does not understand are none: an API server's thousands are nobody's here.
func ParseSamples(text string, names ...string) Samples {
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	all := Samples{}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		end := strings.IndexAny(line, "{ ")
		if end < 0 || !wanted[line[:end]] {
			continue
		}
		if one, understood := parseSample(line[end:]); understood {
			all[line[:end]] = append(all[line[:end]], one)
		}
	}
	return all
}

// parseSample reads what is behind the name: {label="value",...} number.
func parseSample(text string) (Sample, bool) {
	one := Sample{Labels: map[string]string{}}
	if rest, labelled := strings.CutPrefix(text, "{"); labelled {
		for !strings.HasPrefix(rest, "}") {
			name, after, found := strings.Cut(rest, "=")
			quoted, err := strconv.QuotedPrefix(after)
			if !found || err != nil {
				return one, false
			}
			value, err := strconv.Unquote(quoted)
			if err != nil {
				return one, false
			}
			one.Labels[name], rest = value, strings.TrimPrefix(after[len(quoted):], ",")
		}
		text = rest[1:]
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return one, false
	}
	var err error
	one.Value, err = strconv.ParseFloat(words[0], 64)
	return one, err == nil
}

// sum is that of all samples of a name that have these labels.
func (s Samples) sum(name string, has func(labels map[string]string) bool) (total float64) {
	for _, one := range s[name] {
		if has(one.Labels) {
			total += one.Value
		}
	}
	return total
}
