// Package app is the command line of swage-helper.
package app
