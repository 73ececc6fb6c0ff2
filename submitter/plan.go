package submitter

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Plan makes the objects of one application. It reaches no cluster. Errors
// about the request itself wrap ErrRefused.
func Plan(o Options) (*Objects, error) {
	if o.Line == nil {
		return nil, errors.New("submitter: Options.Line is required")
	}
	b, err := begin(o.withDefaults())
	if err != nil {
		return nil, refusing(err)
	}
	for _, s := range b.steps() {
		if err := s.run(b); err != nil {
			return nil, refusing(err)
		}
	}
	if err := errors.Join(b.finish(), b.makeExecutors()); err != nil {
		return nil, refusing(err)
	}
	b.takeGiven()
	b.wrap()
	b.placeStaging()
	objects := b.objects()
	if err := b.checkSizes(objects); err != nil {
		return nil, refusing(err)
	}
	return objects, nil
}

// begin reads all settings and takes all decisions that several steps share.
func begin(o Options) (*build, error) {
	c := newClient(o)
	// Which options there are depends on the version, which may depend on the
	// image, which is a setting: the version is looked for in two rounds.
	version, _ := findVersion(o.SparkVersion, c, "")
	r, _, err := releaseOf(version)
	if err != nil {
		return nil, err
	}
	shell, err := o.beginShell()
	if err != nil {
		return nil, err
	}
	app, err := readApplication(o.Line, c, r, shell)
	if err != nil {
		return nil, err
	}
	version, note := findVersion(o.SparkVersion, c, app.conf.Get(keyDriverImage, keyImage))
	if r, _, err = releaseOf(version); err != nil {
		return nil, err
	}
	_, newer, _ := releaseOf(version)
	b := &build{
		options: o, shell: shell, client: c, app: app, conf: app.conf, release: r, version: version, ids: ids{o.Random, o.Now},
		side: driverSide, props: map[string]string{}, surroundings: c.env, assumed: note != "",
	}
	b.note(note)
	b.note(newer)
	return b, b.decide()
}

// decide settles what names and settings the steps rely on.
func (b *build) decide() error {
	if err := errors.Join(b.chooseMode(), b.checkSteps()); err != nil {
		return err
	}
	if err := b.chooseServer(); err != nil {
		return err
	}
	b.conf.Remove(keyDriverHost)
	b.conf.Set(keySubmitTime, strconv.FormatInt(b.options.Now().UnixMilli(), 10))
	if err := b.chooseNamespace(); err != nil {
		return err
	}
	if err := b.chooseAccess(); err != nil {
		return err
	}
	b.noteSparkEnv()
	b.leavePackagesToDriver()
	b.noteAppID()
	b.redact()
	if err := b.findLocalFiles(); err != nil {
		return err
	}
	if err := errors.Join(b.chooseJob(), b.chooseNames()); err != nil {
		return err
	}
	if err := errors.Join(b.chooseJobName(), b.nameTemplates()); err != nil {
		return err
	}
	if err := errors.Join(b.decideKerberos(), b.decideExecutors()); err != nil {
		return err
	}
	b.noteShuffle()
	return nil
}

// chooseServer follows S10: what is said, else the kubeconfig's context.
func (b *build) chooseServer() error {
	master := b.conf.Raw(keyMaster)
	if master == "" {
		server, err := b.options.Server(b.conf.Get(keyContext))
		if err != nil {
			return err
		}
		if server == "" {
			return refuse("no API server: give --master k8s://HOST:PORT, or a kubeconfig")
		}
		master = masterPrefix + server
	}
	master, err := masterURL(master)
	b.conf.Set(keyMaster, master)
	return err
}

// chooseNamespace follows S10: the setting or the caller's wish, never two different ones.
func (b *build) chooseNamespace() error {
	set, wanted := b.conf.Get(keyNamespace), b.options.Namespace
	if set != "" && wanted != "" && set != wanted {
		return refuse("two namespaces: --namespace %s and %s=%s", wanted, keyNamespace, set)
	}
	b.namespace = firstOf(wanted, set, "default")
	if len(validation.IsDNS1123Label(b.namespace)) > 0 {
		return refuse("the namespace is %q: expected lower case letters, digits and -, at most 63 of them", b.namespace)
	}
	if wanted != "" {
		b.conf.Set(keyNamespace, wanted)
	}
	return nil
}

// leavePackagesToDriver follows S14: the driver's pod resolves them, in a folder it may write.
func (b *build) leavePackagesToDriver() {
	if b.conf.Get(keyPackages) == "" {
		return
	}
	b.conf.SetMissing(keyIvy, "/tmp/.ivy2")
	b.note("the driver's pod resolves --packages: it needs a way to the repositories")
}

// noteAppID tells of an id that spark-submit writes over without a word, too.
func (b *build) noteAppID() {
	if b.conf.Has(keyAppID) {
		b.note(fmt.Sprintf("%s=%s does not count: each driver that is submitted is an application with an id of its own", keyAppID, b.conf.Get(keyAppID)))
	}
}

func (b *build) chooseNames() error {
	var problems [4]error
	var prefix, uuid string
	uuid, problems[0] = b.ids.uuid()
	prefix, problems[1] = b.ids.unique()
	b.confMap, problems[2] = b.ids.unique()
	b.scratch, problems[3] = b.ids.uuid()
	if err := errors.Join(problems[:]...); err != nil {
		return err
	}
	b.appID = "spark-" + uuid
	b.prefix = resourcePrefixOf(b.conf.Raw(keyAppName), prefix)
	b.confMap = "spark-drv-" + b.confMap + "-conf-map"
	return nil
}

// steps are those that apply, in Spark's order. Later ones see what earlier ones made.
func (b *build) steps() []step {
	excluded, wanted := b.conf.List(keyDriverExcluded), b.conf.List(keyDriverSteps)
	return slices.DeleteFunc(allSteps(), func(s step) bool {
		return s.applies != nil && !s.applies(b.release) ||
			s.onRequest && !slices.Contains(wanted, stepPackage+s.name) ||
			b.release.excludedSteps && slices.Contains(excluded, stepPackage+s.name)
	})
}

// serviceStep makes the driver's Service, by which executors find it.
const serviceStep = "DriverServiceFeatureStep"

// volcanoStep is the one step that is Spark's and only on request.
const volcanoStep = "VolcanoFeatureStep"

// stepPackage is where Spark keeps the classes of its steps.
const stepPackage = "org.apache.spark.deploy.k8s.features."

// step is one of Spark's feature steps; name is its class.
type step struct {
	name      string
	applies   func(release) bool // nil: in all releases
	onRequest bool               // only where featureSteps names it
	run       func(*build) error
}

func allSteps() []step {
	return []step{
		{name: "BasicDriverFeatureStep", run: (*build).basics},
		{name: "DriverKubernetesCredentialsFeatureStep", run: (*build).credentials},
		{name: serviceStep, run: (*build).service},
		{name: "MountSecretsFeatureStep", run: (*build).mountSecrets},
		{name: "EnvSecretsFeatureStep", run: (*build).secretEnv},
		{name: "MountVolumesFeatureStep", run: (*build).mountVolumes},
		{name: "DriverCommandFeatureStep", run: (*build).command},
		{name: "HadoopConfDriverFeatureStep", run: (*build).hadoop},
		{name: kerberosStep, run: (*build).kerberos},
		{name: "PodTemplateConfigMapStep", run: (*build).executorTemplate},
		{name: "LocalDirsFeatureStep", run: (*build).scratchSpace},
		{name: "NetworkPolicyFeatureStep", run: (*build).networkPolicy, applies: func(r release) bool { return r.networkPolicy }},
		{name: volcanoStep, run: (*build).volcano, onRequest: true},
	}
}

// checkSteps refuses steps that are classes of the user's: they take a JVM (S13).
func (b *build) checkSteps() error {
	for _, class := range b.conf.List(keyDriverSteps) {
		if !slices.ContainsFunc(allSteps(), func(s step) bool { return s.onRequest && class == stepPackage+s.name }) {
			return refuse("%s=%s: the step is a Java class, which only spark-submit can run", keyDriverSteps, class)
		}
	}
	return nil
}
