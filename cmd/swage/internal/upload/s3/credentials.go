package s3

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"

	"swage.dev/swage/submitter/bounded"
)

// ErrNoCredentials is wrapped by Open's error where the settings are right and neither they nor the environment have keys.
var ErrNoCredentials = errors.New("there are no credentials")

// provider is a way to credentials. It returns nil where it has none.
type provider struct {
	what  string // for users
	offer func(s settings, env func(string) (string, bool)) (*credentials.Credentials, error)
}

// The ways that are known. Hadoop loads a class for each; these are what they are called in its versions 3.3 and 3.4.
var (
	fromSettings    = provider{"fs.s3a.access.key and fs.s3a.secret.key", static}
	fromEnvironment = provider{"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", environment}
	fromToken       = provider{"AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN", webIdentity}
	fromProfile     = provider{"the profile of ~/.aws/credentials", profile}
	fromNowhere     = provider{"no credentials", anonymous}
)

// byClass are the names of classes in fs.s3a.aws.credentials.provider, without their packages.
var byClass = map[string][]provider{
	"SimpleAWSCredentialsProvider":            {fromSettings},
	"TemporaryAWSCredentialsProvider":         {fromSettings},
	"BasicAWSCredentialsProvider":             {fromSettings},
	"EnvironmentVariableCredentialsProvider":  {fromEnvironment},
	"WebIdentityTokenCredentialsProvider":     {fromToken},
	"WebIdentityTokenFileCredentialsProvider": {fromToken},
	"ProfileCredentialsProvider":              {fromProfile},
	"ProfileAWSCredentialsProvider":           {fromProfile},
	"AnonymousAWSCredentialsProvider":         {fromNowhere},
	"AnonymousCredentialsProvider":            {fromNowhere},
	"DefaultAWSCredentialsProviderChain":      {fromEnvironment, fromToken, fromProfile},
	"DefaultCredentialsProvider":              {fromEnvironment, fromToken, fromProfile},
}

// vendors are the packages of those classes.
var vendors = []string{"org.apache.hadoop.fs.s3a.", "org.apache.hadoop.fs.s3a.auth.", "com.amazonaws.auth.", "com.amazonaws.auth.profile.", "software.amazon.awssdk.auth.credentials."}

// providers are the ways that the settings name, in their order; else all that need no class named.
func (s settings) providers() ([]provider, error) {
	const key = "aws.credentials.provider"
	var all []provider
	for class := range strings.SplitSeq(s.get(key), ",") {
		if class = strings.TrimSpace(class); class == "" {
			continue
		}
		known, err := providersOf(class)
		if err != nil {
			return nil, err
		}
		all = append(all, known...)
	}
	if len(all) == 0 {
		all = []provider{fromSettings, fromEnvironment, fromToken, fromProfile}
	}
	return all, nil
}

func providersOf(class string) ([]provider, error) {
	dot := strings.LastIndexByte(class, '.') + 1
	for _, vendor := range vendors {
		if known := byClass[class[dot:]]; class[:dot] == vendor && known != nil {
			return known, nil
		}
	}
	return nil, fmt.Errorf("fs.s3a.aws.credentials.provider: %s is a Java class that is not known here: "+
		"give keys, a profile or a web identity, or upload by spark-submit", class)
}

// choose is the first credentials that a provider has, and which provider that is.
func (s settings) choose(env func(string) (string, bool)) (*credentials.Credentials, string, error) {
	ways, err := s.providers()
	if err != nil {
		return nil, "", err
	}
	var looked []string
	for _, way := range ways {
		found, err := way.offer(s, env)
		if err != nil {
			return nil, "", fmt.Errorf("credentials by %s: %w", way.what, err)
		}
		if found != nil {
			return found, way.what, nil
		}
		looked = append(looked, way.what)
	}
	if s.all["hadoop.security.credential.provider.path"] != "" {
		return nil, "", errors.New("the keys are in hadoop.security.credential.provider.path, which takes Java to read: give them in another way: " + strings.Join(looked, "; "))
	}
	return nil, "", fmt.Errorf("%w: none by %s", ErrNoCredentials, strings.Join(looked, "; nor by "))
}

func static(s settings, _ func(string) (string, bool)) (*credentials.Credentials, error) {
	id, secret := s.get("access.key"), s.get("secret.key")
	if (id == "") != (secret == "") {
		return nil, errors.New("one of the two is not set")
	}
	if id == "" {
		return nil, nil
	}
	return credentials.NewStaticV4(id, secret, s.get("session.token")), nil
}

func environment(_ settings, env func(string) (string, bool)) (*credentials.Credentials, error) {
	id, _ := env("AWS_ACCESS_KEY_ID")
	secret, _ := env("AWS_SECRET_ACCESS_KEY")
	token, _ := env("AWS_SESSION_TOKEN")
	if id == "" || secret == "" {
		return nil, nil
	}
	return credentials.NewStaticV4(id, secret, token), nil
}

// webIdentity is how pods of a managed cluster get rights: a token of their account for a role.
func webIdentity(s settings, env func(string) (string, bool)) (*credentials.Credentials, error) {
	file, _ := env("AWS_WEB_IDENTITY_TOKEN_FILE")
	role, _ := env("AWS_ROLE_ARN")
	if file == "" || role == "" {
		return nil, nil
	}
	token := func() (*credentials.WebIdentityToken, error) {
		text, err := bounded.ReadFile(file, bounded.Most)
		return &credentials.WebIdentityToken{Token: strings.TrimSpace(string(text))}, err
	}
	return credentials.NewSTSWebIdentity(tokenService(s.region(env), env), token, func(i *credentials.STSWebIdentity) {
		i.RoleARN, i.Client = role, &http.Client{Timeout: answerTime}
	})
}

// tokenService is where a token becomes credentials.
func tokenService(region string, env func(string) (string, bool)) string {
	for _, name := range []string{"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"} {
		if own, _ := env(name); own != "" {
			return own
		}
	}
	if region == "" {
		return "https://sts.amazonaws.com"
	}
	return "https://sts." + region + ".amazonaws.com"
}

func profile(_ settings, env func(string) (string, bool)) (*credentials.Credentials, error) {
	file, _ := env("AWS_SHARED_CREDENTIALS_FILE")
	if home, set := env("HOME"); file == "" && set {
		file = filepath.Join(home, ".aws", "credentials")
	}
	if _, err := os.Stat(file); err != nil {
		return nil, nil //nolint:nilerr // most people have none
	}
	name, _ := env("AWS_PROFILE")
	if name == "" {
		name = "default"
	}
	return credentials.NewFileAWSCredentials(file, name), nil
}

func anonymous(settings, func(string) (string, bool)) (*credentials.Credentials, error) {
	return credentials.NewStatic("", "", "", credentials.SignatureAnonymous), nil
}
