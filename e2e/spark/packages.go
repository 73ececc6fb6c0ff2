package spark

import "swage.dev/swage/e2e/needs"

// Needs are the programs that make the image, and the Java of spark-submit.
func Needs() []needs.Need {
	return []needs.Need{
		{Package: "debootstrap", Command: []string{"debootstrap"}},
		{Package: "python3-pip", Command: []string{"python3", "-m", "pip", "--version"}},
		{Package: "default-jre-headless", Command: []string{"java", "-version"}},
	}
}
