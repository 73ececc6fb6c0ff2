package cachedir_test

import (
	"strings"
	"testing"

	"swage.dev/swage/e2e/cachedir"
)

func TestOf(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/there")
	if dir, err := cachedir.Of("spark"); dir != "/there/swage/spark" || err != nil {
		t.Errorf("got %s, %v", dir, err)
	}
}

func TestNowhere(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	if dir, err := cachedir.Of("spark"); err == nil || !strings.Contains(err.Error(), "swage/spark") {
		t.Errorf("got %s, %v", dir, err)
	}
}
