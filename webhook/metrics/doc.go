// Package metrics holds the webhook's metrics. Every series exists from the
// start, so that an alert has something to compare with before the first
// incident, and every label value comes from a closed list: no text of a user
// can become a label.
package metrics
