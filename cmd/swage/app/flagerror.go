package app

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// flagError says of an option's value what is expected, where the parser would tell of Go's functions.
func flagError(cmd *cobra.Command, err error) error {
	some := cmd.Flags().Lookup("help") // of the flags' type, which need not be named
	if flag, value, wrong := wrongValue(err, some); wrong {
		expected := map[string]string{
			"int": "a whole number", "int64": "a whole number", "duration": "a time such as 30s or 10m", "bool": "true or false",
		}
		err = fmt.Errorf("--%s is %q: expected %s", flag.Name, value, cmp.Or(expected[flag.Value.Type()], flag.Usage))
	} else if flag, missing := missingValue(err, some); missing {
		err = fmt.Errorf("--%s has no value: expected %s", flag.Name, flag.Usage)
	}
	return usageError(cmd, err)
}

func wrongValue[F any](err error, _ F) (flag F, value string, is bool) {
	var wrong interface {
		error
		GetFlag() F
		GetValue() string
	}
	if errors.As(err, &wrong) {
		return wrong.GetFlag(), wrong.GetValue(), true
	}
	return flag, "", false
}

func missingValue[F any](err error, _ F) (flag F, is bool) {
	var missing interface {
		error
		GetFlag() F
	}
	if errors.As(err, &missing) {
		return missing.GetFlag(), true
	}
	return flag, false
}

// unknownFlag tells of an option that a command does not have, and not of a value.
func unknownFlag[F any](err error, some F) bool {
	var unknown interface {
		error
		GetSpecifiedShortnames() string
	}
	_, missing := missingValue(err, some)
	return errors.As(err, &unknown) && !missing
}
