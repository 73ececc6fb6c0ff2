package offline

import "swage.dev/swage/podtemplate"

// driverOf finds an executor's driver among the inputs, nil if it is not there:
// the pod that controls it, by uid, else by name, since pods that were not
// created yet have no uid. The controller counts also without Spark's labels:
// in client mode it is the pod that the driver's program runs in. An executor
// that a StatefulSet or ReplicaSet controls goes with the one driver of its
// application.
func (p *Pods) driverOf(executor *Pod) *Pod {
	owner := executor.Controller()
	switch {
	case owner == nil:
		return nil
	case !owner.IsPod():
		return p.driverOfApplication(executor)
	}
	if found := p.others(executor, func(pod *Pod) bool { return owner.UID != "" && pod.UID() == owner.UID }); len(found) > 0 {
		return found[0]
	}
	if found := p.others(executor, func(pod *Pod) bool { return pod.Pod.Name() == owner.Name }); len(found) > 0 {
		return found[0]
	}
	return nil
}

func (p *Pods) driverOfApplication(executor *Pod) *Pod {
	app := executor.Label(podtemplate.AppIDLabel)
	drivers := p.others(executor, func(pod *Pod) bool {
		return pod.Role() == podtemplate.Driver && pod.Label(podtemplate.AppIDLabel) == app
	})
	if app == "" || len(drivers) != 1 {
		return nil
	}
	return drivers[0]
}

// others returns the other pods of the executor's namespace that match.
func (p *Pods) others(executor *Pod, matches func(*Pod) bool) []*Pod {
	var found []*Pod
	for _, pod := range p.All {
		if pod != executor && pod.Namespace == executor.Namespace && matches(pod) {
			found = append(found, pod)
		}
	}
	return found
}

// info is what executors take from their driver.
func (p *Pod) info() *podtemplate.DriverInfo {
	if p == nil {
		return nil
	}
	info := &podtemplate.DriverInfo{Labels: p.Labels(), Annotations: map[string]string{}}
	if asked, stated := p.Annotation(podtemplate.TemplatesAnnotation); stated {
		info.Annotations[podtemplate.TemplatesAnnotation] = asked
	}
	return info
}
