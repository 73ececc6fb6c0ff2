package commandline

// An option of spark-submit.
type option struct {
	name, short string
	// value names what follows in usage; "" is a switch.
	value string
	// conf is the setting that the option is another way to write; "" is none.
	conf string
	help string
}

// options are spark-submit's, as 3.5 to 4.3 have them together. Those without
// help mean nothing on Kubernetes and are accepted as spark-submit accepts them.
var options = []option{
	{name: "--master", value: "k8s://URL", conf: "spark.master", help: "API server; k8s://host:port means https"},
	{name: "--deploy-mode", value: "cluster", conf: "spark.submit.deployMode", help: "cluster is the default; client is refused"},
	{name: "--name", value: "NAME", conf: "spark.app.name", help: "name of the application"},
	{name: "--class", value: "CLASS", help: "main class of a Java or Scala application"},
	{name: "--conf", short: "-c", value: "KEY=VALUE", help: "a setting"},
	{name: "--properties-file", value: "FILE", help: "settings; default spark-defaults.conf of $SPARK_CONF_DIR or $SPARK_HOME/conf"},
	{name: "--load-spark-defaults", help: "read spark-defaults.conf also beside --properties-file"},
	{name: "--jars", value: "LIST", conf: "spark.jars", help: "jars of driver and executors, comma-separated"},
	{name: "--py-files", value: "LIST", conf: "spark.submit.pyFiles", help: "Python files, comma-separated"},
	{name: "--files", value: "LIST", conf: "spark.files", help: "files for the working directories, comma-separated"},
	{name: "--archives", value: "LIST", conf: "spark.archives", help: "archives to unpack there, comma-separated"},
	{name: "--packages", value: "LIST", conf: "spark.jars.packages", help: "Maven coordinates; the driver pod resolves them"},
	{name: "--exclude-packages", value: "LIST", conf: "spark.jars.excludes", help: "what of their dependencies to leave out"},
	{name: "--repositories", value: "LIST", conf: "spark.jars.repositories", help: "where else to look for them"},
	{name: "--driver-memory", value: "SIZE", conf: "spark.driver.memory", help: "memory of the driver, for example 2g"},
	{name: "--driver-cores", value: "N", conf: "spark.driver.cores", help: "cores of the driver"},
	{name: "--driver-java-options", value: "OPTIONS", conf: "spark.driver.extraJavaOptions", help: "options of the driver's JVM"},
	{name: "--driver-class-path", value: "PATH", conf: "spark.driver.extraClassPath", help: "class path of the driver"},
	{name: "--driver-library-path", value: "PATH", conf: "spark.driver.extraLibraryPath", help: "library path of the driver"},
	{name: "--driver-default-class-path", value: "PATH", conf: "spark.driver.defaultExtraClassPath"},
	{name: "--executor-memory", value: "SIZE", conf: "spark.executor.memory", help: "memory of an executor"},
	{name: "--executor-cores", value: "N", conf: "spark.executor.cores", help: "cores of an executor"},
	{name: "--num-executors", value: "N", conf: "spark.executor.instances", help: "number of executors"},
	{name: "--principal", value: "PRINCIPAL", conf: "spark.kerberos.principal", help: "Kerberos principal"},
	{name: "--keytab", value: "FILE", conf: "spark.kerberos.keytab", help: "its keytab"},
	{name: "--proxy-user", value: "USER", help: "user to run as"},
	{name: "--verbose", short: "-v", help: "say more"},
	{name: "--help", short: "-h", help: "this text"},
	{name: "--version", help: "the version"},
	{name: "--remote", value: "URL"},
	{name: "--queue", value: "QUEUE"},
	{name: "--total-executor-cores", value: "N"},
	{name: "--supervise"},
	{name: "--usage-error"},
	{name: "--kill", value: "ID"},
	{name: "--status", value: "ID"},
}

// find is the option called name, or nil.
func find(all []option, name string) *option {
	for i := range all {
		if all[i].name == name || all[i].short != "" && all[i].short == name {
			return &all[i]
		}
	}
	return nil
}

// Option is the option that stands for a setting, for messages: the setting's own key where none does.
func Option(key string) string {
	for i := range options {
		if options[i].conf == key {
			return options[i].name
		}
	}
	return key
}
