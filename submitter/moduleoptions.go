package submitter

// moduleOptions are the options that Spark gives to every JVM
// (org.apache.spark.launcher.JavaModuleOptions), in its order: before and after
// those that open packages.
type moduleOptions struct{ before, after []string }

var (
	modules35 = moduleOptions{
		before: []string{"-XX:+IgnoreUnrecognizedVMOptions"},
		after:  []string{"-Djdk.reflect.useDirectMethodHandle=false"},
	}
	modules40 = moduleOptions{
		before: []string{"-XX:+IgnoreUnrecognizedVMOptions", "--add-modules=jdk.incubator.vector"},
		after:  []string{"-Djdk.reflect.useDirectMethodHandle=false", "-Dio.netty.tryReflectionSetAccessible=true"},
	}
	modules41 = moduleOptions{
		before: modules40.before,
		after: []string{
			"-Djdk.reflect.useDirectMethodHandle=false", "-Dio.netty.tryReflectionSetAccessible=true", "-Dio.netty.allocator.type=pooled",
			"-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE", "--enable-native-access=ALL-UNNAMED",
		},
	}
	modules42 = moduleOptions{
		before: modules40.before,
		after: []string{
			"-Dio.netty.tryReflectionSetAccessible=true", "-Dio.netty.allocator.type=pooled",
			"-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE",
			"--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
		},
	}
)

// openedPackages are opened to all by every known release.
var openedPackages = []string{
	"java.base/java.lang", "java.base/java.lang.invoke", "java.base/java.lang.reflect", "java.base/java.io", "java.base/java.net",
	"java.base/java.nio", "java.base/java.util", "java.base/java.util.concurrent", "java.base/java.util.concurrent.atomic",
	"java.base/jdk.internal.ref", "java.base/sun.nio.ch", "java.base/sun.nio.cs", "java.base/sun.security.action",
	"java.base/sun.util.calendar", "java.security.jgss/sun.security.krb5",
}

func (m moduleOptions) all() []string {
	options := append([]string{}, m.before...)
	for _, name := range openedPackages {
		options = append(options, "--add-opens="+name+"=ALL-UNNAMED")
	}
	return append(options, m.after...)
}
