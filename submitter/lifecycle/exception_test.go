package lifecycle

import (
	"slices"
	"strings"
	"testing"
)

// Logs of drivers as they end, cut to what matters.
const (
	javaLog = `26/11/21 10:00:00 INFO SparkContext: Running Spark version 4.1.2
26/11/21 10:00:01 WARN TaskSetManager: Lost task 0.0 in stage 0.0 (TID 0) (10.0.0.1 executor 1): java.lang.RuntimeException: boom
	at App$.$anonfun$main$1(App.scala:7)
Exception in thread "main" org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task 0.3
Driver stacktrace:
	at org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:1)
	at org.apache.spark.scheduler.DAGScheduler.a(DAGScheduler.scala:2)
	at org.apache.spark.scheduler.DAGScheduler.b(DAGScheduler.scala:3)
	at org.apache.spark.scheduler.DAGScheduler.c(DAGScheduler.scala:4)
Caused by: java.lang.RuntimeException: boom
	at App$.$anonfun$main$1(App.scala:7)
	at App$.x(App.scala:8)
	... 12 more
26/11/21 10:00:02 INFO ShutdownHookManager: Shutdown hook called
`
	pythonLog = `26/11/21 10:00:00 INFO SparkContext: Running Spark version 4.1.2
Traceback (most recent call last):
  File "/opt/spark/conf/job.py", line 60, in <module>
    main()
  File "/opt/spark/conf/job.py", line 55, in main
    raise ValueError("no such table")
ValueError: no such table
26/11/21 10:00:02 INFO ShutdownHookManager: Shutdown hook called
`
	py4jLog = `Traceback (most recent call last):
  File "/opt/spark/conf/job.py", line 60, in <module>
    sc.parallelize([1]).map(f).collect()
  File "/opt/spark/python/lib/py4j-0.10.9.9-src.zip/py4j/protocol.py", line 326, in get_return_value
py4j.protocol.Py4JJavaError: An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe.
: org.apache.spark.SparkException: Job aborted due to stage failure
	at org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:1)
Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/opt/spark/conf/job.py", line 59, in f
ZeroDivisionError: division by zero

	at org.apache.spark.api.python.BasePythonRunner.x(PythonRunner.scala:1)

26/11/21 10:00:02 INFO ShutdownHookManager: Shutdown hook called
`
	loggedLog = `26/11/21 10:00:01 ERROR SparkContext: Error initializing SparkContext.
org.apache.spark.SparkException: External scheduler cannot be instantiated
	at org.apache.spark.SparkContext$.create(SparkContext.scala:1)
Caused by: io.fabric8.kubernetes.client.KubernetesClientException: pods "x" is forbidden
	at io.fabric8.X.y(X.java:1)
26/11/21 10:00:02 INFO SparkContext: Successfully stopped SparkContext
`
	classLog = "Error: Failed to load class org.example.Nope.\n26/11/21 10:00:02 INFO ShutdownHookManager: Shutdown hook called\n"
	plainLog = "one\ntwo\n\nthree\nsh: cannot open /x\n"
)

func TestExceptionHead(t *testing.T) {
	for _, row := range []struct {
		rule, log string
		want      []string
	}{
		{"Java: the exception, three frames, its cause with one", javaLog, []string{
			`Exception in thread "main" org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task 0.3`,
			"Driver stacktrace:", "\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:1)",
			"\tat org.apache.spark.scheduler.DAGScheduler.a(DAGScheduler.scala:2)", "\tat org.apache.spark.scheduler.DAGScheduler.b(DAGScheduler.scala:3)",
			"Caused by: java.lang.RuntimeException: boom", "\tat App$.$anonfun$main$1(App.scala:7)",
		}},
		{"Python: the exception and where it was raised", pythonLog, []string{
			"ValueError: no such table", `  File "/opt/spark/conf/job.py", line 55, in main`, `    raise ValueError("no such table")`,
		}},
		{"Python: an exception of the JVM, and what the executors' Python said", py4jLog, []string{
			"py4j.protocol.Py4JJavaError: An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe.",
			`  File "/opt/spark/conf/job.py", line 60, in <module>`, "    sc.parallelize([1]).map(f).collect()",
			"org.apache.spark.SparkException: Job aborted due to stage failure", "\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:1)",
			"Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):",
			`  File "/opt/spark/conf/job.py", line 59, in f`, "ZeroDivisionError: division by zero", "\tat org.apache.spark.api.python.BasePythonRunner.x(PythonRunner.scala:1)",
		}},
		{"one that Spark logged", loggedLog, []string{
			"org.apache.spark.SparkException: External scheduler cannot be instantiated", "\tat org.apache.spark.SparkContext$.create(SparkContext.scala:1)",
			`Caused by: io.fabric8.kubernetes.client.KubernetesClientException: pods "x" is forbidden`, "\tat io.fabric8.X.y(X.java:1)",
		}},
		{"spark-submit's own error", classLog, []string{"Error: Failed to load class org.example.Nope."}},
		{"none: the last words", plainLog, []string{"two", "three", "sh: cannot open /x"}},
		{"an empty log", "", nil},
	} {
		if got := exceptionHead(row.log); !slices.Equal(got, row.want) {
			t.Errorf("%s: got\n%s", row.rule, strings.Join(got, "\n"))
		}
	}
}

func TestExceptionHeadIsShort(t *testing.T) {
	log := `Exception in thread "main" a.bException: ` + strings.Repeat("x", 5000) + "\n" + strings.Repeat("more\n", 100)
	got := exceptionHead(log)
	if len(got) > linesTold || len(got[0]) > lineTold+4 {
		t.Errorf("%d lines, the first of %d bytes", len(got), len(got[0]))
	}
}

func FuzzExceptionHead(f *testing.F) {
	for _, log := range []string{javaLog, pythonLog, py4jLog, loggedLog, classLog, plainLog} {
		f.Add(log)
	}
	f.Fuzz(func(t *testing.T, log string) {
		if got := exceptionHead(log); len(got) > linesTold {
			t.Errorf("%d lines", len(got))
		}
	})
}

func TestRefusedExecutor(t *testing.T) {
	const failure = "io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://kubernetes.default.svc/api/v1/namespaces/n/pods. Message: "
	for _, row := range []struct{ rule, log, want string }{
		{"a quota", failure + `pods "x-exec-1" is forbidden: exceeded quota: tiny. Received status: Status(apiVersion=v1, code=403)`, `pods "x-exec-1" is forbidden: exceeded quota: tiny.`},
		{"the last counts", failure + "one.\n" + failure + "two.\n", "two."},
		{"an executor that somebody made for the driver", failure + `pods "x-exec-1" already exists.`, ""},
		{"another object", strings.Replace(failure, "/pods.", "/configmaps.", 1) + "no.", ""},
	} {
		if got := refusedExecutor(row.log); got != row.want {
			t.Errorf("%s: got %q", row.rule, got)
		}
	}
}
