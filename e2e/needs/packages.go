package needs

// CNIDir is where Debian's package has the network plugins.
const CNIDir = "/usr/lib/cni"

// Nodes are what of a node is not built from Go modules: programs in C, and
// their like.
func Nodes() []Need {
	return []Need{
		{Package: "runc", Command: []string{"runc"}},
		{Package: "containernetworking-plugins", Command: []string{CNIDir + "/bridge"}},
		{Package: "iptables", Command: []string{"iptables"}},
		{Package: "iproute2", Command: []string{"ip"}},
		{Package: "procps", Command: []string{"sysctl"}},
		{Package: "mount", Command: []string{"mount"}},
	}
}

// Spark is what makes Spark's image, and the Java of spark-submit.
func Spark() []Need {
	return []Need{
		{Package: "debootstrap", Command: []string{"debootstrap"}},
		{Package: "python3-pip", Command: []string{"python3", "-m", "pip", "--version"}},
		{Package: "default-jre-headless", Command: []string{"java", "-version"}},
	}
}

// Kerberos is what a KDC is made of, and how one logs in.
func Kerberos() []Need {
	return []Need{
		{Package: "krb5-kdc", Command: []string{"krb5kdc"}},
		{Package: "krb5-admin-server", Command: []string{"kadmin.local"}},
		{Package: "krb5-user", Command: []string{"kinit"}},
	}
}

// Maven is what brings jars that tests put beside Spark's.
func Maven() []Need {
	return []Need{{Package: "maven", Command: []string{"mvn"}}}
}
