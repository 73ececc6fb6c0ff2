package podtemplate

// placeholderValues returns what the placeholders stand for in one pod. Their
// only sources are labels: the same in both admissions of a pod, and in every
// executor of an application but for its id.
func placeholderValues(req Request, role Role, labels map[string]string) values {
	v := values{namespaceName: req.Namespace, roleName: string(role)}
	for bit, label := range map[placeholders]string{appID: AppIDLabel, appName: AppNameLabel, executorID: ExecutorIDLabel} {
		if value := labels[label]; value != "" {
			v[bit] = value
		}
	}
	return v
}

// selectorLabels returns the labels that selectors and placeholders see: the
// pod's, but the application's name is the driver's, because a program may
// rename its executors and not its driver.
func selectorLabels(req Request, role Role) map[string]string {
	labels := req.Pod.Labels()
	if role == Executor && req.Driver != nil {
		if name, ok := req.Driver.Labels[AppNameLabel]; ok {
			labels[AppNameLabel] = name
		}
	}
	return labels
}
