// Command spark makes Spark's image and home and prints where they are, so that
// minutes of downloading happen where they can be seen and not within the time
// limit of a test.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"swage.dev/swage/e2e/spark"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	made, err := spark.Make(ctx, spark.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, "spark:", err)
		os.Exit(1)
	}
	fmt.Println(made.Home)
	fmt.Println(made.Archive)
}
