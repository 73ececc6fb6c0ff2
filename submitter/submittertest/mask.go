package submittertest

import (
	"fmt"
	"regexp"

	"swage.dev/swage/submitter/properties"
)

// masks is the one table of what is new in every submission.
func masks() []mask {
	return []mask{
		{"the application's id", regexp.MustCompile(`spark-[0-9a-f]{32}`), "spark-ID"},
		{"a UUID", regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
		{"random bytes and the time in names", regexp.MustCompile(`[0-9a-f]{6}[0-9a-f]{10}`), "UNIQUE"},
		{"the API server", regexp.MustCompile(`k8s://https?://127\.0\.0\.1:[0-9]+`), "k8s://SERVER"},
		{"the name of the token's volume, which the API server makes", regexp.MustCompile(`kube-api-access-[a-z0-9]{5}`), "kube-api-access-RANDOM"},
	}
}

type mask struct {
	_       string // what it hides
	matches *regexp.Regexp
	becomes string
}

// Masked is a text without what is new in every submission.
func Masked(text string) string {
	for _, m := range masks() {
		text = m.matches.ReplaceAllString(text, m.becomes)
	}
	return text
}

// Settings is the driver's properties file as a map: comments and order mean
// nothing, and neither does the time of submission.
func Settings(file string) (map[string]any, error) {
	values, err := properties.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("the driver's settings: %w", err)
	}
	all := map[string]any{}
	for key, value := range values {
		all[key] = value
	}
	if all["spark.app.submitTime"] != nil {
		all["spark.app.submitTime"] = "TIME"
	}
	return all, nil
}
