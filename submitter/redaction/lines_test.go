package redaction_test

import (
	"testing"

	"swage.dev/swage/submitter/redaction"
)

// No value of a secret is told, in whatever way a program wrote it.
func TestNoSecretInLines(t *testing.T) {
	const gone = redaction.Value
	settings := map[string]string{"spark.hadoop.fs.s3a.secret.key": "hunter2x", "spark.kubernetes.driver.secrets.db": "/etc/db", "spark.x.password": "abc"}
	for _, row := range []struct{ rule, line, want string }{
		{"no secret", `java.lang.IllegalStateException: no such table: users`, `java.lang.IllegalStateException: no such table: users`},
		{"key=value, to the end: where the value ends nobody knows", `spark.my.password=correct horse`, `spark.my.password=` + gone},
		{"key: value", `  api-token: t0ken`, `  api-token: ` + gone},
		{"a map as Scala writes it", `Map(user -> bob, accessKey -> AKIA1)`, `Map(user -> bob, accessKey -> ` + gone},
		{"JSON: quotes end the value", `{"password":"a b","user":"bob"}`, `{"password":` + gone + `,"user":"bob"}`},
		{"Python's keywords", `connect(host="h", password='p', db="d")`, `connect(host="h", password=` + gone + `, db="d")`},
		{"a key within a value", `--conf spark.hadoop.my.token=abc`, `--conf spark.hadoop.my.token=` + gone},
		{"a key in a URL", `https://h/x?a=1&sig.token=abc`, `https://h/x?a=1&sig.token=` + gone},
		{"a user's password in a URL", `jdbc:pg://bob:pw@h/db`, `jdbc:pg://bob:` + gone + `@h/db`},
		{"a header", `Authorization: Bearer abcdef123`, `Authorization: Bearer ` + gone},
		{"an exception is no key", `com.x.TokenExpiredException: at noon`, `com.x.TokenExpiredException: at noon`},
		{"a known value, wherever it stands", `cannot sign with hunter2x!`, `cannot sign with ` + gone + `!`},
		{"a short value is in every text", `the abc of it`, `the abc of it`},
		{"the name of a Secret is none", `no file /etc/db here`, `no file /etc/db here`},
	} {
		if got := redaction.New(settings).Line(row.line); got != row.want {
			t.Errorf("%s: got %s", row.rule, got)
		}
	}
}

func TestTheUsersOwnIdeaOfASecret(t *testing.T) {
	r := redaction.New(map[string]string{redaction.Setting: "(?i)pin$", "my.pin": "12345"})
	if got, want := r.Line("pin=1 x"), "pin="+redaction.Value; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := r.Line("sent 12345"), "sent "+redaction.Value; got != want {
		t.Errorf("got %s", got)
	}
	if got := redaction.New(map[string]string{redaction.Setting: "("}).Line("password=x"); got != "password="+redaction.Value {
		t.Errorf("a pattern that is none: got %s", got)
	}
}

// S16: which settings are secret.
func TestS16SecretKeys(t *testing.T) {
	for _, row := range []struct {
		rule, key, pattern string
		want               bool
	}{
		{"a password", "spark.ssl.keyPassword", "", true},
		{"an access key", "spark.hadoop.fs.s3a.access.key", "", true},
		{"no secret", "spark.app.name", "", false},
		{"the name of a Secret", "spark.kubernetes.driver.secrets.db", "", false},
		{"a key of a Secret", "spark.kubernetes.driver.secretKeyRef.TOKEN", "", false},
		{"a file that holds one", "spark.authenticate.secret.file", "", false},
		{"a variable that names such a file", "spark.executorEnv.AWS_WEB_IDENTITY_TOKEN_FILE", "", false},
		{"where Hadoop's tokens are", "spark.kubernetes.driverEnv.HADOOP_TOKEN_FILE_LOCATION", "", false},
		{"a variable of a file that the user's own pattern means", "spark.executorEnv.CLIENT_SECRET_FILE", "(?i)secret|pin$", true},
		{"a variable with one", "spark.kubernetes.driverEnv.TOKEN_FILENO", "", true},
		{"names of Secrets", "spark.kubernetes.container.image.pullSecrets", "", false},
		{"the user's own pattern is all that counts", "spark.app.pin", "pin$", true},
		{"and not Spark's besides", "spark.my.password", "pin$", false},
	} {
		keys, err := redaction.KeysBy(row.pattern)
		if err != nil || keys.Has(row.key) != row.want {
			t.Errorf("%s: %s: got %t, %v", row.rule, row.key, !row.want, err)
		}
	}
	if keys, err := redaction.KeysBy("("); err == nil || !keys.Has("password") {
		t.Errorf("no pattern: %v, want an error and Spark's default", err)
	}
}
