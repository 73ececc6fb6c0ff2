// Package installs installs the chart by the real Helm on a real node, as the
// guides tell users to: by different values, upgraded, rolled back, and taken
// away without a trace. Its tests are behind the build tag node, for they need
// root: `make e2e` runs them.
package installs
