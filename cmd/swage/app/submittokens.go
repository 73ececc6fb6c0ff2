package app

import (
	"context"
	"os"

	"swage.dev/swage/cmd/swage/internal/delegation"
	"swage.dev/swage/submitter"
	"swage.dev/swage/submitter/commandline"
)

// tokensBySparkSubmit is the one value of --tokens-by.
const tokensBySparkSubmit = "spark-submit"

// tokensBy is who obtains delegation tokens, nil for nobody. The plans of one submission share them.
func tokensBy(ctx context.Context, p *Process, line *commandline.Line) func(submitter.TokenRequest) (submitter.Tokens, error) {
	if line.Own["--tokens-by"] == "" {
		return nil
	}
	home, _ := p.Env("SPARK_HOME")
	spark := delegation.Spark{Home: home, Environ: os.Environ()}
	return sharing(&p.tokens, func(request submitter.TokenRequest) (submitter.Tokens, error) { return spark.Obtain(ctx, request) })
}

// sharing obtains tokens once: the first that succeeds is for all.
func sharing(obtained **submitter.Tokens, obtain func(submitter.TokenRequest) (submitter.Tokens, error)) func(submitter.TokenRequest) (submitter.Tokens, error) {
	return func(request submitter.TokenRequest) (submitter.Tokens, error) {
		if *obtained != nil {
			return **obtained, nil
		}
		tokens, err := obtain(request)
		if err == nil {
			*obtained = &tokens
		}
		return tokens, err
	}
}
