package certs

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSelfOptions(t *testing.T) {
	client := fakeClient{api: newFakeAPI()}
	good := SelfOptions{Client: client, Namespace: "ns", Service: "svc"}
	for _, row := range []struct {
		rule    string
		change  func(*SelfOptions)
		mention string // in the error; "" for none
	}{
		{"the defaults fit together", func(*SelfOptions) {}, ""},
		{"a client is needed", func(o *SelfOptions) { o.Client = nil }, "Client"},
		{"a namespace is needed", func(o *SelfOptions) { o.Namespace = "" }, "Namespace"},
		{"names are checked, they end in a certificate", func(o *SelfOptions) { o.Service = "a.b" }, "Service"},
		{"extra hosts may be addresses", func(o *SelfOptions) { o.ExtraHosts = []string{"::1", "a.example"} }, ""},
		{"extra hosts are checked", func(o *SelfOptions) { o.ExtraHosts = []string{"*"} }, "ExtraHosts"},
		{"renewal leaves time to hold", func(o *SelfOptions) { o.RenewBefore = 9 * time.Minute }, "RenewBefore"},
		{"renewal follows use", func(o *SelfOptions) { o.RenewBefore = 46 * day }, "RenewBefore"},
		{"names or a selector", func(o *SelfOptions) {
			o.Configurations = Configurations{Mutating: []string{"a"}, Selector: "b=c"}
		}, "not both"},
		{"a selector is parsed", func(o *SelfOptions) { o.Configurations.Selector = "a in" }, "Selector"},
	} {
		o := good
		row.change(&o)
		_, err := NewSelf(o)
		if (err == nil) != (row.mention == "") || err != nil && !strings.Contains(err.Error(), row.mention) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

func TestSelfHosts(t *testing.T) {
	o := SelfOptions{Namespace: "ns", Service: "svc", ExtraHosts: []string{"127.0.0.1", "svc.ns.svc"}}
	if got := o.target().hosts; !slices.Equal(got, []string{"svc.ns.svc", "127.0.0.1"}) {
		t.Errorf("hosts %q", got)
	}
}

func TestCertManagerOptions(t *testing.T) {
	good := CertManagerOptions{Client: fakeClient{api: newFakeAPI()}, Namespace: "ns", Service: "svc"}
	for _, row := range []struct {
		rule    string
		change  func(*CertManagerOptions)
		mention string // in the error; "" for none
	}{
		{"the defaults fit together", func(*CertManagerOptions) {}, ""},
		{"a client is needed", func(o *CertManagerOptions) { o.Client = nil }, "Client"},
		{"names are checked", func(o *CertManagerOptions) { o.Namespace = "a.b" }, "Namespace"},
		{"hosts are checked", func(o *CertManagerOptions) { o.ExtraHosts = []string{"*"} }, "ExtraHosts"},
		{"an authority is not taken away before its leaf is replaced", func(o *CertManagerOptions) { o.Retirement = time.Second }, "Retirement"},
		{"a selector is parsed", func(o *CertManagerOptions) { o.Configurations.Selector = "a in" }, "Selector"},
	} {
		o := good
		row.change(&o)
		_, err := NewCertManager(o)
		if (err == nil) != (row.mention == "") || err != nil && !strings.Contains(err.Error(), row.mention) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}
