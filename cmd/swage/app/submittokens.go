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
	return func(request submitter.TokenRequest) (submitter.Tokens, error) {
		if p.tokens != nil {
			return *p.tokens, nil
		}
		home, _ := p.Env("SPARK_HOME")
		tokens, err := delegation.Spark{Home: home, Environ: os.Environ()}.Obtain(ctx, request)
		if err == nil {
			p.tokens = &tokens
		}
		return tokens, err
	}
}
