package s3

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, pair := range pairs {
			if value, found := strings.CutPrefix(pair, name+"="); found {
				return value, true
			}
		}
		return "", false
	}
}

func of(pairs ...string) settings {
	all := map[string]string{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		all["fs.s3a."+name] = value
	}
	return settings{"b", all}
}

// S23: where a bucket is, as Hadoop's s3a finds it.
func TestS23Where(t *testing.T) {
	for _, row := range []struct {
		rule           string
		settings       settings
		host           string
		secure, byPath bool
		region         string
		refused        string
	}{
		{rule: "Amazon's, by default", settings: of(), host: amazon, secure: true},
		{rule: "a URL says whether to speak TLS", settings: of("endpoint=http://store:9000/"), host: "store:9000"},
		{rule: "a host and a port do not", settings: of("endpoint=store:9000"), host: "store:9000", secure: true},
		{rule: "TLS is switched off", settings: of("endpoint=store:9000", "connection.ssl.enabled=false"), host: "store:9000"},
		{rule: "the bucket is in the path", settings: of("endpoint=store", "path.style.access=true"), host: "store", secure: true, byPath: true},
		{rule: "an address has no names below it", settings: of("endpoint=10.0.0.1:9000"), host: "10.0.0.1:9000", secure: true, byPath: true},
		{rule: "the bucket's own setting wins", settings: of("endpoint=all", "bucket.b.endpoint=own", "bucket.c.endpoint=other"), host: "own", secure: true},
		{rule: "a region", settings: of("endpoint.region=eu-central-1"), host: amazon, secure: true, region: "eu-central-1"},
		{rule: "what is no host", settings: of("endpoint=ftp://x"), refused: "fs.s3a.endpoint"},
		{rule: "what has more than a host", settings: of("endpoint=https://user:secret@x"), refused: "fs.s3a.endpoint"},
		{rule: "neither true nor false", settings: of("connection.ssl.enabled=maybe"), refused: "fs.s3a.connection.ssl.enabled"},
	} {
		host, secure, err := row.settings.endpoint()
		if row.refused != "" {
			if err == nil || !strings.Contains(err.Error(), row.refused) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v", row.rule, err)
			}
			continue
		}
		byPath, pathErr := row.settings.byPath(host)
		if err != nil || pathErr != nil || host != row.host || secure != row.secure || byPath != row.byPath || row.settings.region(env()) != row.region {
			t.Errorf("%s: %s %v %v %s, %v %v", row.rule, host, secure, byPath, row.settings.region(env()), err, pathErr)
		}
	}
}

// S23: whose credentials are used, in which order, and who is refused by name. No error has a secret in it.
func TestS23Credentials(t *testing.T) {
	keys := []string{"access.key=id", "secret.key=hush"}
	inEnv := env("AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=hush")
	const provider = "aws.credentials.provider="
	for _, row := range []struct {
		rule     string
		settings settings
		env      func(string) (string, bool)
		from     string // part of what they are from; "" where refused
		refused  string
	}{
		{rule: "settings come first", settings: of(keys...), env: inEnv, from: "fs.s3a.access.key"},
		{rule: "then the environment", settings: of(), env: inEnv, from: "AWS_ACCESS_KEY_ID"},
		{rule: "then a web identity", settings: of(), env: env("AWS_WEB_IDENTITY_TOKEN_FILE=/t", "AWS_ROLE_ARN=r"), from: "AWS_ROLE_ARN"},
		{rule: "a class chooses", settings: of(append(keys, provider+"com.amazonaws.auth.EnvironmentVariableCredentialsProvider")...), env: inEnv, from: "AWS_ACCESS_KEY_ID"},
		{
			rule: "the first class that has some", env: inEnv, from: "AWS_ACCESS_KEY_ID",
			settings: of(provider + "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider, software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider"),
		},
		{rule: "nobody", settings: of(provider + "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider"), env: env(), from: "no credentials"},
		{rule: "another class", settings: of(provider + "org.apache.hadoop.fs.s3a.auth.AssumedRoleCredentialProvider"), env: inEnv, refused: "AssumedRoleCredentialProvider is a Java class"},
		{rule: "a known name of somebody else's", settings: of(provider + "org.example.SimpleAWSCredentialsProvider"), env: inEnv, refused: "org.example.SimpleAWSCredentialsProvider"},
		{rule: "half of a pair", settings: of("secret.key=hush"), env: inEnv, refused: "one of the two is not set"},
		{rule: "none", settings: of(), env: env(), refused: "there are no credentials"},
		{rule: "a store of keys that Java reads", settings: settings{"b", map[string]string{"hadoop.security.credential.provider.path": "jceks://x"}}, env: env(), refused: "hadoop.security.credential.provider.path"},
	} {
		_, from, err := row.settings.choose(row.env)
		if row.refused == "" && (err != nil || !strings.Contains(from, row.from)) {
			t.Errorf("%s: %s, %v", row.rule, from, err)
		}
		if row.refused != "" && (err == nil || !strings.Contains(err.Error(), row.refused) || strings.Contains(err.Error(), "hush")) {
			t.Errorf("%s: %v", row.rule, err)
		}
	}
}

// S23: a session's token is part of the credentials.
func TestS23SessionToken(t *testing.T) {
	found, _, err := of("access.key=id", "secret.key=hush", "session.token=session").choose(env())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := found.GetWithContext(nil); err != nil || got.SessionToken != "session" || got.AccessKeyID != "id" {
		t.Errorf("%v, %v", got.AccessKeyID, err)
	}
}

// S23: who wants encryption at rest gets it, or is refused.
func TestS23Encryption(t *testing.T) {
	for algorithm, want := range map[string]string{
		"": "", "AES256": "S3", "SSE-KMS": "KMS", "SSE-C": "refused", "CSE-KMS": "refused",
	} {
		o, err := of("encryption.algorithm=" + algorithm).putOptions()
		got := ""
		switch {
		case err != nil:
			got = "refused"
		case o.ServerSideEncryption != nil:
			got = string(o.ServerSideEncryption.Type())
		}
		if got != want {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
}

// What is no bucket is refused without a word of what was written there: people write keys into URIs.
func TestS23Places(t *testing.T) {
	got := map[string]string{}
	for _, uri := range []string{"s3a://b", "s3a://b/", "s3a://b/x/y/", "s3a:///x", "s3a://id:hush@b/x", "s3a://b/x?hush"} {
		bucket, prefix, err := place(uri)
		if got[uri] = bucket + ":" + prefix; err != nil {
			got[uri] = err.Error()
		}
	}
	const refused = "expected s3a://BUCKET/PATH"
	want := map[string]string{
		"s3a://b": "b:", "s3a://b/": "b:", "s3a://b/x/y/": "b:x/y", "s3a:///x": refused, "s3a://id:hush@b/x": refused, "s3a://b/x?hush": refused,
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q", slices.Sorted(maps.Values(got)))
	}
}
