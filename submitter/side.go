package submitter

import "swage.dev/swage/podtemplate"

// side is one of the two kinds of pods: what Spark's settings for it are
// called. A setting that ends in a dot begins many.
type side struct {
	role podtemplate.Role

	image, request, limit, scheduler, escalation string
	template, templateContainer, container       string

	resources, selector, labels, annotations, secrets, keyRefs, volumes string
}

var driverSide = side{
	role: podtemplate.Driver, image: keyDriverImage, request: keyDriverRequest, limit: keyDriverLimit,
	scheduler: keyDriverScheduler, escalation: keyDriverEscalation,
	template: keyDriverTemplate, templateContainer: keyDriverContainer, container: driverContainer,
	resources: driverResources, selector: keyDriverSelector, labels: keyDriverLabel, annotations: keyDriverNote,
	secrets: keyDriverSecrets, keyRefs: keyDriverKeyRef, volumes: keyDriverVolumes,
}

var executorSide = side{
	role: podtemplate.Executor, image: keyExecutorImage, request: keyExecutorRequest, limit: keyExecutorLimit,
	scheduler: keyExecutorScheduler, escalation: keyExecutorEscalation,
	template: keyExecutorTemplate, templateContainer: keyExecutorContainer, container: executorContainer,
	resources: executorResources, selector: keyExecutorSelector, labels: keyExecutorLabel, annotations: keyExecutorNote,
	secrets: keyExecutorSecrets, keyRefs: keyExecutorKeyRef, volumes: keyExecutorVolumes,
}
