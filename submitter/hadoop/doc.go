// Package hadoop reads what a client of Hadoop's services has: its configuration
// and its keytab. It opens no file, and talks to nobody.
package hadoop
