package submittertest

import "strings"

// Keytab is a keytab as MIT writes it, with a removed entry before and a zero
// size behind the keys of principals.
func Keytab(principals ...string) []byte {
	counted := func(text string) string { return string([]byte{0, byte(len(text))}) + text }
	file := "\x05\x02" + "\xff\xff\xff\xfc" + "gone"
	for _, principal := range principals {
		name, realm, _ := strings.Cut(principal, "@")
		parts := strings.Split(name, "/")
		entry := string([]byte{0, byte(len(parts))}) + counted(realm)
		for _, part := range parts {
			entry += counted(part)
		}
		entry += "\x00\x00\x00\x01" + "time" + "\x02" + "\x00\x12" + counted("key")
		file += string([]byte{0, 0, 0, byte(len(entry))}) + entry
	}
	return []byte(file + "\x00\x00\x00\x00" + "unused")
}
