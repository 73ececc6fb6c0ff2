package cluster

import (
	"crypto/x509/pkix"

	"swage.dev/swage/e2e/rundir"
	"swage.dev/swage/e2e/testca"
)

// configFiles writes a component's files and remembers the first error, so that
// a command line can be read without an error check at each flag.
type configFiles struct {
	dir *rundir.Dir
	err error
}

// put writes a file and returns its path.
func (f *configFiles) put(name string, data []byte) string {
	if f.err != nil {
		return ""
	}
	path, err := f.dir.Write(name, data)
	f.err = err
	return path
}

// pair writes a certificate for subject and its key and returns their paths.
func (f *configFiles) pair(name string, ca *testca.CA, subject pkix.Name, hosts ...string) (cert, key string) {
	certPEM, keyPEM, err := ca.Issue(subject, hosts...)
	f.note(err)
	return f.put(name+".crt", certPEM), f.put(name+".key", keyPEM)
}

// key writes a new private key and returns its path.
func (f *configFiles) key(name string) string {
	data, err := testca.Key()
	f.note(err)
	return f.put(name, data)
}

func (f *configFiles) note(err error) {
	if f.err == nil {
		f.err = err
	}
}
