// Package shapehere shapes the pods of one application by templates before they
// are created, for clusters without the webhook: the same engine, the same
// templates, the same pods. It talks to nobody; whoever uses it reads the
// templates and creates the pods.
package shapehere
