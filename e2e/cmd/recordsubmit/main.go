// Command recordsubmit runs real spark-submits against an API server that only
// takes notes, and keeps what they sent as testdata of the submitter.
//
//	go run ./cmd/recordsubmit -spark-home DIR -version 4.1.2 [case ...]
//
// With -drivers it runs the drivers of other cases too, on this machine and not
// in their pods, and keeps the executors that they ask for.
//
// DIR is a SPARK_HOME with bin and jars, as unpacked from the pyspark source
// distribution (its folder deps). A JDK must be installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var r recorder
	flag.StringVar(&r.home, "spark-home", "", "the SPARK_HOME whose spark-submit is run")
	flag.StringVar(&r.version, "version", "", "its version, which names the folder of the recordings")
	flag.StringVar(&r.testdata, "testdata", "../submitter/testdata", "where cases are and recordings go")
	flag.BoolVar(&r.drivers, "drivers", false, "run the drivers of the cases in executors/cases too, and keep what they make")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := r.run(ctx, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "recordsubmit:", err)
		os.Exit(1)
	}
}
