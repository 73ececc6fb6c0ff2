package doctor

// ID names a check. It never changes its meaning: scripts and runbooks rely on it.
type ID string

// The checks.
const (
	Kubernetes         ID = "kubernetes"
	Registration       ID = "registration"
	TemplateChecks     ID = "template-checks"
	Versions           ID = "versions"
	Replicas           ID = "replicas"
	Spread             ID = "spread"
	Disruption         ID = "disruption"
	ServiceCheck       ID = "service"
	CertificateTrusted ID = "certificate-trusted"
	CertificateExpiry  ID = "certificate-expiry"
	ServerRightsCheck  ID = "server-rights"
	Called             ID = "called"
	FailurePolicy      ID = "failure-policy"
	Exclusions         ID = "exclusions"
	Timeout            ID = "timeout"
	Settings           ID = "settings"
	Order              ID = "order"
	Recognisers        ID = "recognisers"
	InstallationsCheck ID = "installations"
	Reach              ID = "reach"
	TemplatesLoad      ID = "templates-load"
	TemplatesStale     ID = "templates-stale"
	TemplatesUsed      ID = "templates-used"
	Refusals           ID = "refusals"
	FailedOpen         ID = "failed-open"
	DriverRightsCheck  ID = "driver-rights"
	SubmitRightsCheck  ID = "submit-rights"
)

// Check is one question that Judge asks.
type Check struct {
	ID ID
	// Asks says what is asked, for the documentation.
	Asks string

	// after are checks of the same installation without which this one would only tell their problem again.
	after []ID
	// entries says that there is nothing to ask where no registration calls the installation.
	entries bool
	// of asks about one installation, whole about the cluster. One that has both asks the latter first, and nothing else if that has something to say.
	of    func(*Facts, *Installation) []finding
	whole func(*Facts) []finding
}

// Checks are all checks, in the order in which they are asked and told.
func Checks() []Check {
	return []Check{
		{ID: Kubernetes, Asks: "Is Kubernetes new enough for what the registration asks of it?", whole: kubernetes},
		{ID: Registration, Asks: "Is there a registration that calls the server for Spark's pods, at the right path?", whole: noRegistration, of: registered},
		{ID: TemplateChecks, Asks: "Are templates checked when they are written?", of: templateChecks},
		{ID: Versions, Asks: "Are the replicas, the registration and this program of one version?", of: versions},
		{ID: Replicas, Asks: "Are the replicas there, ready, and more than one?", of: replicas},
		{ID: Spread, Asks: "Are they on several nodes and in several zones, where there are several?", after: []ID{Replicas}, of: spread},
		{ID: Disruption, Asks: "Does a PodDisruptionBudget keep one replica through a drain, and let the drain go on?", after: []ID{Replicas}, of: disruption},
		{ID: ServiceCheck, Asks: "Does the Service exist that the registration calls, with the port and a ready endpoint behind it?", of: service},
		{ID: CertificateTrusted, Asks: "Does each registration's bundle verify the certificate that is served, under the Service's name?", entries: true, of: certificateTrusted},
		{ID: CertificateExpiry, Asks: "Are the certificate and its authority valid for long enough?", entries: true, of: certificateExpiry},
		{ID: ServerRightsCheck, Asks: "Has the server's account the rights that it needs?", of: serverRights},
		{ID: Called, Asks: "Does the API server ask the server about a Spark pod? (created by dry run)", after: []ID{Registration, ServiceCheck, CertificateTrusted, CertificateExpiry}, entries: true, of: called},
		{ID: FailurePolicy, Asks: "What becomes of Spark's pods while no replica can be reached, and is that what enforced templates want?", entries: true, of: failurePolicy},
		{ID: Exclusions, Asks: "Under failurePolicy Fail: does anything but Spark's pods wait for the server, its own pods included?", entries: true, of: exclusions},
		{ID: Timeout, Asks: "Do API servers wait long enough, and not too long?", entries: true, of: timeout},
		{ID: Settings, Asks: "Are the registration's other settings those of the chart?", entries: true, of: registrationSettings},
		{ID: Order, Asks: "Who else changes Spark's pods, before and after, and sees what templates add?", entries: true, of: order},
		{ID: Recognisers, Asks: "Do the registration's entries exclude each other? (R35)", entries: true, of: recognisers},
		{ID: InstallationsCheck, Asks: "Do several installations reach disjoint pods? (R38)", whole: installations},
		{ID: Reach, Asks: "Are the namespaces selected that carry templates?", entries: true, of: reach},
		{ID: TemplatesLoad, Asks: "Do all templates load? If not: where, and what does it mean to pods?", of: templatesLoad},
		{ID: TemplatesStale, Asks: "Does a replica use the last good version of a template, which a restart forgets? (R33)", of: templatesStale},
		{ID: TemplatesUsed, Asks: "Is there a template that can reach no pod?", whole: templatesUsed},
		{ID: Refusals, Asks: "Did calls of the API server fail? (its own counter)", whole: refusals},
		{ID: FailedOpen, Asks: "Did pods pass without an answer, under Ignore? (its own counter)", whole: failedOpen},
		{ID: DriverRightsCheck, Asks: "With --serviceaccount: may that account do what a driver does, and not write templates?", whole: driverRights},
		{ID: SubmitRightsCheck, Asks: "With -n: may you, or the account of --submitter, do what spark-submit and swage submit do?", whole: submitRights},
	}
}
