package app

import "github.com/spf13/cobra"

func newLint() *cobra.Command { return &cobra.Command{Use: "lint"} }
