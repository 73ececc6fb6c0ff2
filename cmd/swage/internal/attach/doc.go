// Package attach connects streams of this machine with a container that runs, as kubectl attach and kubectl exec do: by
// WebSockets, and by SPDY where the API server or a proxy before it speaks none.
//
// What a caller must know of attaching:
//
//   - The container must run. Waiting for that is the caller's part, by the pod's status; attaching to one that does not run yet
//     fails at once.
//   - Only a container with stdin: true reads what is sent; with stdinOnce: true, too, it sees the end of its input when Stdin
//     ends, and also when the connection breaks or this process dies. Nothing tells it these apart: what must arrive whole says
//     its own length.
//   - What the container wrote before is not repeated, it is in its log. Whoever may not miss the first line lets the container
//     wait for input, and sends that when Connected was called.
//   - A session that ends is no word about how the container ended: its status is in the pod. An older API server ends a broken
//     session as it ends a finished one. Only of a command (exec) the exit code is known here.
package attach
