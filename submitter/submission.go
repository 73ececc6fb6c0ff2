package submitter

import (
	"strings"
	"time"

	"swage.dev/swage/submitter/javaoptions"
	"swage.dev/swage/submitter/sparkconf"
)

// Submission is what spark-submit --status and --kill speak of: [NAMESPACE:]POD, or [NAMESPACE:]PREFIX* for all drivers
// whose names begin so.
type Submission struct {
	// ID is the submission as it was written.
	ID string
	// Server is the API server's URL, Master the same as spark.master has it.
	Server, Master string
	// Access is how the configuration wants the API server to be reached.
	Access Access
	// Namespace is the id's, "" where it names none. Name is the pod's name, or of a Glob what names begin with.
	Namespace, Name string
	Glob            bool
	// Grace is spark.kubernetes.appKillPodDeletionGracePeriod, nil where it is not set.
	Grace *time.Duration
}

// ReadSubmission reads a command line with --status or --kill and the settings that belong to it. It reaches no
// cluster. Errors about the request itself wrap ErrRefused.
func ReadSubmission(o Options, id string) (*Submission, error) {
	o = o.withDefaults()
	c := newClient(o)
	app := &application{}
	given, err := app.given(o.Line, c, release{loadDefaults: true})
	if err != nil {
		return nil, refusing(err)
	}
	app.conf = sparkconf.New(merged(javaoptions.SystemProperties(c.getenv(envSubmitOpts)), merged(fallen(c), merged(given, o.Line.Settings()))))
	app.conf.SetEnv(c.env)
	b := &build{options: o, client: c, app: app, conf: app.conf}
	if err := b.chooseServer(); err != nil {
		return nil, refusing(err)
	}
	if err := b.chooseAccess(); err != nil {
		return nil, refusing(err)
	}
	s := &Submission{ID: id, Master: b.conf.Get(keyMaster), Server: strings.TrimPrefix(b.conf.Get(keyMaster), masterPrefix), Access: b.access}
	if err := s.parse(); err != nil {
		return nil, err
	}
	return s, s.readGrace(b.conf)
}

func (s *Submission) parse() error {
	namespace, name, found := strings.Cut(s.ID, ":")
	if !found {
		namespace, name = "", s.ID
	}
	s.Namespace = namespace
	s.Name, s.Glob = strings.CutSuffix(name, "*")
	if name == "" || found && namespace == "" || strings.ContainsAny(namespace, "/") || strings.ContainsAny(name, ":/") {
		return refuse("Submission ID: {%s} is invalid: expected NAMESPACE:POD, or NAMESPACE:PREFIX* for several", s.ID)
	}
	return nil
}

func (s *Submission) readGrace(conf *sparkconf.Conf) error {
	if conf.Get(keyKillGrace) == "" {
		return nil
	}
	seconds, err := conf.Int(keyKillGrace, 0)
	if err != nil {
		return refusing(err)
	}
	if seconds < 0 {
		return refuse("%s=%d: expected a number of seconds", keyKillGrace, seconds)
	}
	s.Grace = new(time.Duration(seconds) * time.Second)
	return nil
}
