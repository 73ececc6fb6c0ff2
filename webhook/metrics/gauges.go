package metrics

import (
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"swage.dev/swage/certs"
	"swage.dev/swage/podtemplate"
)

// NoMode is the label of templates whose own label names no mode.
const NoMode = "unknown"

// RegisterTemplates shows how many templates are in which state; counts is
// asked at each scrape.
func RegisterTemplates(reg prometheus.Registerer, counts func() map[podtemplate.Mode]map[podtemplate.State]int) error {
	return reg.Register(&templates{
		desc:   prometheus.NewDesc("swage_templates", "Templates by mode and state; only those loaded or stale reach pods.", []string{"mode", "state"}, nil),
		counts: counts,
	})
}

type templates struct {
	desc   *prometheus.Desc
	counts func() map[podtemplate.Mode]map[podtemplate.State]int
}

func (t *templates) Describe(descs chan<- *prometheus.Desc) { descs <- t.desc }

func (t *templates) Collect(metrics chan<- prometheus.Metric) {
	counts := t.counts()
	for _, mode := range append(podtemplate.Modes(), "") {
		label := string(mode)
		if label == "" {
			label = NoMode
		}
		for _, state := range podtemplate.States() {
			metrics <- prometheus.MustNewConstMetric(t.desc, prometheus.GaugeValue, float64(counts[mode][state]), label, string(state))
		}
	}
}

// RegisterCertificates shows until when the served certificates are valid;
// expiry is asked once at each scrape. A time that is not known is NaN: 0 would
// look like 1970 to every alert.
func RegisterCertificates(reg prometheus.Registerer, expiry func() certs.Expiry) error {
	return reg.Register(&certificates{
		desc: prometheus.NewDesc("swage_certificate_expiry_timestamp_seconds",
			"When the served certificate ends, in seconds since 1970; NaN while it is not known.", []string{"certificate"}, nil),
		expiry: expiry,
	})
}

type certificates struct {
	desc   *prometheus.Desc
	expiry func() certs.Expiry
}

func (c *certificates) Describe(descs chan<- *prometheus.Desc) { descs <- c.desc }

func (c *certificates) Collect(metrics chan<- prometheus.Metric) {
	expiry := c.expiry()
	for certificate, end := range map[string]time.Time{"leaf": expiry.Leaf, "ca": expiry.CA} {
		metrics <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, timestamp(end), certificate)
	}
}

func timestamp(t time.Time) float64 {
	if t.IsZero() {
		return math.NaN()
	}
	return float64(t.Unix())
}
