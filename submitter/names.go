package submitter

import (
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ids makes what spark-submit makes at random or from the clock.
type ids struct {
	random io.Reader
	now    func() time.Time
}

// uuid is a random UUID without its dashes.
func (i ids) uuid() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(i.random, b[:]); err != nil {
		return "", fmt.Errorf("no randomness for an id: %w", err)
	}
	b[6] = b[6]&0x0f | 0x40 // version 4: random
	b[8] = b[8]&0x3f | 0x80 // variant of RFC 9562
	return hex.EncodeToString(b[:]), nil
}

// dashed is a UUID as it is usually written.
func dashed(uuid string) string {
	return uuid[:8] + "-" + uuid[8:12] + "-" + uuid[12:16] + "-" + uuid[16:20] + "-" + uuid[20:]
}

// unique is three random bytes and the low 40 bits of the time in milliseconds, both hexadecimal.
func (i ids) unique() (string, error) {
	var b [3]byte
	if _, err := io.ReadFull(i.random, b[:]); err != nil {
		return "", fmt.Errorf("no randomness for a name: %w", err)
	}
	return hex.EncodeToString(b[:]) + strconv.FormatInt(i.now().UnixMilli()&0xFFFFFFFFFF, 16), nil
}

var (
	notInNames = regexp.MustCompile(`[^a-z0-9\-]`)
	dashes     = regexp.MustCompile(`-+`)
	firstDigit = regexp.MustCompile(`^[0-9]`)
)

// plainName is a name as resources may have it: lower case, and a dash for all else.
func plainName(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	return dashes.ReplaceAllString(notInNames.ReplaceAllString(name, "-"), "-")
}

// resourcePrefixOf begins the names of an application's resources.
func resourcePrefixOf(appName, unique string) string {
	return firstDigit.ReplaceAllString(strings.TrimPrefix(plainName(appName+"-"+unique), "-"), "x")
}

// AppLabel is an application's name as the value of the label spark-app-name.
func AppLabel(appName string) string {
	name := plainName(appName)
	if len(name) > dnsLabel {
		name = name[:dnsLabel]
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, "-"), "-")
}
