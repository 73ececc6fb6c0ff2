package sparkconf

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ValueError is a value that is not of its setting's type.
type ValueError struct {
	Key, Value string
	// Expected completes "expected ".
	Expected string
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("%s is %q: expected %s", e.Key, e.Value, e.Expected)
}

// Bool reads true or false, in any case.
func (c *Conf) Bool(key string, fallback bool) (bool, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, &ValueError{key, value, "true or false"}
}

// Int reads a whole number of 32 bits.
func (c *Conf) Int(key string, fallback int) (int, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
	if err != nil {
		return 0, &ValueError{key, value, "a whole number"}
	}
	return int(n), nil
}

// Float reads a number.
func (c *Conf) Float(key string, fallback float64) (float64, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, &ValueError{key, value, "a number"}
	}
	return f, nil
}

// MiB reads a size in MiB: a number without a unit counts MiB, a smaller rest is cut off.
func (c *Conf) MiB(key string, fallback int64) (int64, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	bytes, err := ParseBytes(value, mebi)
	if err != nil {
		return 0, &ValueError{key, value, "a size such as 512m or 2g"}
	}
	return bytes / mebi, nil
}

// Bytes reads a size in bytes, which a number without a unit counts.
func (c *Conf) Bytes(key string, fallback int64) (int64, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	bytes, err := ParseBytes(value, 1)
	if err != nil {
		return 0, &ValueError{key, value, "a size such as 512m or 2g"}
	}
	return bytes, nil
}

// Seconds reads a time in seconds, which a number without a unit counts; a smaller rest is cut off.
func (c *Conf) Seconds(key string, fallback int64) (int64, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	match := size.FindStringSubmatch(strings.ToLower(strings.TrimSpace(value)))
	wrong := &ValueError{key, value, "a time such as 30s or 5m"}
	if match == nil {
		return 0, wrong
	}
	unit, known := times[match[2]]
	n, err := strconv.ParseInt(match[1], 10, 64)
	if !known || err != nil || n > int64(math.MaxInt64/unit) {
		return 0, wrong
	}
	return int64(time.Duration(n) * unit / time.Second), nil
}

// OneOf reads one of a closed list of values.
func (c *Conf) OneOf(key string, fallback string, values ...string) (string, error) {
	value, found := c.Lookup(key)
	if !found {
		return fallback, nil
	}
	for _, allowed := range values {
		if value == allowed {
			return value, nil
		}
	}
	return "", &ValueError{key, value, "one of " + strings.Join(values, ", ")}
}

const mebi = 1 << 20

// units are the suffixes of sizes, all powers of two.
var units = map[string]int64{
	"b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30,
	"t": 1 << 40, "tb": 1 << 40, "p": 1 << 50, "pb": 1 << 50,
}

// times are the units of times.
var times = map[string]time.Duration{
	"us": time.Microsecond, "ms": time.Millisecond, "": time.Second, "s": time.Second,
	"m": time.Minute, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

// size is a whole number with a unit, of times too.
var size = regexp.MustCompile(`^([0-9]+)([a-z]+)?$`)

// ParseBytes reads a size in bytes. One without a unit is multiplied by unit.
func ParseBytes(text string, unit int64) (int64, error) {
	match := size.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if match == nil {
		return 0, fmt.Errorf("%q is no size: expected a whole number with a unit such as k, m, g", text)
	}
	if match[2] != "" {
		if unit = units[match[2]]; unit == 0 {
			return 0, fmt.Errorf("%q: %s is no unit of size", text, match[2])
		}
	}
	n, err := strconv.ParseInt(match[1], 10, 64)
	if err != nil || n > math.MaxInt64/unit {
		return 0, fmt.Errorf("%q is too large", text)
	}
	return n * unit, nil
}
