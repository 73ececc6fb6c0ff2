package spark

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	rows := []struct{ rule, said, want string }{
		{"nobody says one", "", DefaultVersion},
		{"somebody does", "3.5.9", "3.5.9"},
		{"part of one", "3.5", ""},
		{"more than a version", "3.5.9; reboot", ""},
		{"a path", "../3.5.9", ""},
	}
	for _, row := range rows {
		t.Setenv(VersionVariable, row.said)
		got, err := Version()
		if got != row.want || (err == nil) != (row.want != "") {
			t.Errorf("%s: got %q, %v; want %q", row.rule, got, err, row.want)
		}
	}
}

func TestOnceMakesAFileOnceAndWhole(t *testing.T) {
	var log bytes.Buffer
	m := maker{Options{Cache: t.TempDir(), Version: "1.2.3", Log: &log}}
	path := m.path("thing")
	failed := errors.New("on purpose")
	if err := m.once(path, "a thing", func(unfinished string) error {
		return errors.Join(os.WriteFile(unfinished, []byte("half"), 0o600), failed)
	}); !errors.Is(err, failed) {
		t.Errorf("got %v, want the maker's error", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("half a thing has the name of a whole one")
	}
	for range 2 {
		err := m.once(path, "a thing", func(unfinished string) error {
			if _, err := os.Stat(unfinished); err == nil {
				t.Error("what was left unfinished is still there")
			}
			return os.WriteFile(unfinished, []byte("whole"), 0o600)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "made a thing"); n != 1 {
		t.Errorf("made %d times, want once:\n%s", n, &log)
	}
}

func TestUnpackPutsEachPartWhereASparkHasIt(t *testing.T) {
	source, home := filepath.Join(t.TempDir(), "pyspark-1.2.3.tar.gz"), filepath.Join(t.TempDir(), "home")
	pack(t, source, "deps/jars/spark.jar", "deps/bin/spark-submit", "deps/sbin/spark-daemon.sh", "deps/examples/pi.py",
		"deps/data/unwanted", "lib/py4j.zip", "pyspark/rdd.py", "setup.py")
	if err := unpack(t.Context(), source, home); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"jars/spark.jar", "bin/spark-submit", "sbin/spark-daemon.sh", "examples/pi.py", "python/lib/py4j.zip", "python/pyspark/rdd.py"} {
		if _, err := os.Stat(filepath.Join(home, file)); err != nil {
			t.Error(err)
		}
	}
	for _, file := range []string{"data", "setup.py"} {
		if _, err := os.Stat(filepath.Join(home, file)); err == nil {
			t.Errorf("%s is there too", file)
		}
	}
}

func pack(t *testing.T, path string, files ...string) {
	t.Helper()
	var archive bytes.Buffer
	packed := gzip.NewWriter(&archive)
	w := tar.NewWriter(packed)
	for _, file := range files {
		if err := w.WriteHeader(&tar.Header{Name: "pyspark-1.2.3/" + file, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), packed.Close(), os.WriteFile(path, archive.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// A changed entrypoint must not be hidden by an image that is there.
func TestTheArchiveIsNamedAfterWhatIsOurs(t *testing.T) {
	m := maker{Options{Cache: "/cache", Version: "1.2.3"}}
	before := m.archive()
	defer func(text string) { entrypoint = text }(entrypoint)
	entrypoint += "# changed\n"
	if m.archive() == before {
		t.Errorf("it is still %s", before)
	}
}
