package printer

import (
	"bytes"
	"encoding/json"
)

// JSON writes a JSON text with kubectl's indentation, Escaped. Nothing else changes but spaces.
func JSON(text []byte) []byte {
	text = Escaped(text)
	var out bytes.Buffer
	if json.Indent(&out, text, "", "    ") != nil {
		out.Write(text) // cannot happen for what was read as JSON
	}
	out.WriteByte('\n')
	return out.Bytes()
}
