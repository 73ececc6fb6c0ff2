package sparkoperator

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/kubeflow/spark-operator/v2/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"swage.dev/swage/submitter/sparkapplication"
)

// newer are fields that the operator got after the release that e2e/go.mod names.
var newer = map[string]bool{"driverPodDisruptionBudget": true}

// S24: the table has every field of the operator's Go types, and no other.
func TestS24TheTableHasTheOperatorsFields(t *testing.T) {
	rows := map[string]map[string]bool{sparkapplication.Kind: {}, sparkapplication.ScheduledKind: {}}
	for _, f := range sparkapplication.Fields() {
		rows[f.Kind][f.Path] = true
	}
	for kind, spec := range map[string]reflect.Type{
		sparkapplication.Kind:          reflect.TypeFor[v1beta2.SparkApplicationSpec](),
		sparkapplication.ScheduledKind: reflect.TypeFor[v1beta2.ScheduledSparkApplicationSpec](),
	} {
		fields := map[string]bool{}
		leaves(spec, "", fields)
		if len(fields) < 6 {
			t.Fatalf("%s has only %d fields", kind, len(fields))
		}
		for field := range fields {
			if !rows[kind][field] {
				t.Errorf("%s: %s has no row", kind, field)
			}
			delete(rows[kind], field)
		}
		for row := range rows[kind] {
			if !holds(fields, row) && !newer[row] {
				t.Errorf("%s: %s is no field of the operator's", kind, row)
			}
		}
	}
}

// holds tells of a row for what holds other fields.
func holds(fields map[string]bool, row string) bool {
	for field := range fields {
		if strings.HasPrefix(field, row+".") {
			return true
		}
	}
	return false
}

// leaves are the paths of fields that are not of one of the operator's structs.
func leaves(rt reflect.Type, path string, found map[string]bool) {
	for field := range rt.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.Contains(options, "inline") {
			leaves(field.Type, path, found)
			continue
		}
		below := field.Type
		for below.Kind() == reflect.Pointer || below.Kind() == reflect.Slice || below.Kind() == reflect.Map {
			below = below.Elem()
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if below.Kind() == reflect.Struct && below.PkgPath() == rt.PkgPath() && below != reflect.TypeFor[v1beta2.SparkApplicationSpec]() {
			leaves(below, at, found)
		} else {
			found[at] = true
		}
	}
}

// S24: what the operator's types write with every field set is read: no field
// is unknown here, and none has another type.
func TestS24WhatTheOperatorWritesIsRead(t *testing.T) {
	one := &v1beta2.SparkApplication{TypeMeta: metav1.TypeMeta{APIVersion: sparkapplication.Version, Kind: sparkapplication.Kind}}
	many := &v1beta2.ScheduledSparkApplication{TypeMeta: metav1.TypeMeta{APIVersion: sparkapplication.Version, Kind: sparkapplication.ScheduledKind}}
	filler{}.fill(reflect.ValueOf(&one.Spec).Elem())
	filler{}.fill(reflect.ValueOf(&many.Spec).Elem())
	// Nobody's pods have them: the API server takes a pod's claims on its containers only.
	for _, app := range []*v1beta2.SparkApplicationSpec{&one.Spec, &many.Spec.Template} {
		app.Driver.Template.Spec.Resources.Claims, app.Executor.Template.Spec.Resources.Claims = nil, nil
	}
	for _, object := range []any{one, many} {
		text, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) < 20000 {
			t.Fatalf("only %d bytes: not every field is set", len(text))
		}
		if _, err := sparkapplication.Read(sparkapplication.Document{File: "app.json", JSON: text}); err != nil {
			t.Error(err)
		}
	}
}

// S24: the operator's defaults, where they are not Spark's own, are ours.
func TestS24DefaultsAreTheOperators(t *testing.T) {
	app := &v1beta2.SparkApplication{TypeMeta: metav1.TypeMeta{APIVersion: sparkapplication.Version, Kind: sparkapplication.Kind}}
	app.Name = "pi"
	app.Spec.Type, app.Spec.SparkVersion = v1beta2.SparkApplicationTypePython, "4.1.2"
	app.Spec.MainApplicationFile = new("local:///pi.py")
	undefaulted := settings(t, app)
	v1beta2.SetSparkApplicationDefaults(app)
	for key, value := range settings(t, app) {
		sparks := map[string]string{"spark.driver.cores": "1", "spark.driver.memory": "1g", "spark.executor.cores": "1", "spark.executor.memory": "1g"}
		if undefaulted[key] != value && sparks[key] != value {
			t.Errorf("%s is %q, and %q with the operator's defaults", key, undefaulted[key], value)
		}
	}
}

func settings(t *testing.T, app *v1beta2.SparkApplication) map[string]string {
	t.Helper()
	text, err := json.Marshal(app)
	if err != nil {
		t.Fatal(err)
	}
	read, err := sparkapplication.Read(sparkapplication.Document{File: "app.json", JSON: text})
	if err != nil {
		t.Fatal(err)
	}
	taken, err := read.Application(sparkapplication.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return taken.Line.Conf
}

// filler sets everything below a value, types within themselves excepted.
type filler map[reflect.Type]bool

func (f filler) fill(v reflect.Value) {
	switch known := v.Addr().Interface().(type) {
	case *resource.Quantity:
		*known = resource.MustParse("1")
		return
	case *intstr.IntOrString:
		*known = intstr.FromInt32(1)
		return
	case *metav1.Time, *metav1.FieldsV1, *corev1.VolumeSource:
		return // a volume has one source
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		f.fillMembers(v)
	case reflect.String:
		v.SetString("a")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	}
}

// one are types whose members exclude each other: only the first is set.
var one = map[string]bool{"EnvVar": true, "EnvFromSource": true, "EnvVarSource": true, "ProbeHandler": true, "LifecycleHandler": true, "VolumeProjection": true}

func (f filler) fillMembers(v reflect.Value) {
	if f[v.Type()] {
		return
	}
	f[v.Type()] = true
	defer delete(f, v.Type())
	members := v.NumField()
	if one[v.Type().Name()] {
		members = min(members, 2)
	}
	for i := range members {
		if v.Type().Field(i).IsExported() {
			f.fill(v.Field(i))
		}
	}
}
