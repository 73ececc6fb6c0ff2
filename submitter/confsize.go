package submitter

// mostConfBytes is what the API server takes of a ConfigMap's or a Secret's values (core/v1 MaxSecretSize).
const mostConfBytes = 1 << 20

// checkConfSize refuses a configuration that the API server would not store, when the driver already exists.
func checkConfSize(data, settings map[string]string) error {
	size := 0
	for _, text := range data {
		size += len(text)
	}
	if size <= mostConfBytes {
		return nil
	}
	longest := ""
	for key, value := range settings {
		if now := len(settings[longest]); len(value) > now || len(value) == now && key < longest {
			longest = key
		}
	}
	return refuse("the driver's configuration has %d bytes, and Kubernetes stores %d at most: its longest setting is %s, of %d bytes: give that in a file that the driver can read",
		size, mostConfBytes, longest, len(settings[longest]))
}
