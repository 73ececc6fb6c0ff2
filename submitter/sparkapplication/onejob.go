package sparkapplication

import (
	"maps"
	"slices"
	"strings"
)

// namesOfOne are names that the pods of one driver can have, and where the manifest says them, if not by sparkConf.
var namesOfOne = []struct{ key, field string }{
	{"spark.kubernetes.driver.pod.name", "driver.podName"},
	{"spark.kubernetes.executor.podNamePrefix", "sparkConf.spark.kubernetes.executor.podNamePrefix"}, // which no field says
}

// servicesOfOne begin settings of the Service by which the executors of one driver find it.
var servicesOfOne = []struct{ prefix, field string }{
	{"spark.kubernetes.driver.service.annotation.", "driver.serviceAnnotations"},
	{"spark.kubernetes.driver.service.label.", "driver.serviceLabels"},
}

// leaveOutOfJobs tells what a Job's drivers cannot have: the operator makes one after the other under the same names, and a Job
// names them itself.
func (m *mapping) leaveOutOfJobs() {
	if !m.queued() {
		return
	}
	conf := m.app.Line.Conf
	for _, one := range namesOfOne {
		if conf[one.key] != "" {
			m.refuseAt(m.saidBy(m.path(one.field), one.key), byJob+" names the pods of each attempt", "the name is left out")
			delete(conf, one.key)
		}
	}
	for _, one := range servicesOfOne {
		for _, key := range slices.Sorted(maps.Keys(conf)) {
			if name, of := strings.CutPrefix(key, one.prefix); of {
				m.warnAt(m.saidBy(append(m.path(one.field), name), key), "it means nothing, since %s runs the driver: executors know it by its address, without a Service", byJob)
				delete(conf, key)
			}
		}
	}
}

const byJob = "a Job (by restartPolicy, timeToLiveSeconds, suspend or a schedule)"

// saidBy is where the manifest says a setting: sparkConf, unless a field of its own does.
func (m *mapping) saidBy(field []string, key string) []string {
	if m.present.At(field[len(m.root):]...) != nil {
		return field
	}
	return append(m.path("sparkConf"), key)
}
