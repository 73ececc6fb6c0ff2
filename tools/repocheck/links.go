package main

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var markdownLink = regexp.MustCompile(`\]\(([^()\s]+)\)`)

// checkLinks returns a line for each link of a Markdown file that leads to no file of the repository.
func checkLinks(repo fs.FS, file string, data []byte) []string {
	var problems []string
	for i, line := range strings.Split(string(data), "\n") {
		for _, match := range markdownLink.FindAllStringSubmatch(line, -1) {
			target, _, _ := strings.Cut(match[1], "#")
			if target == "" || strings.Contains(target, ":") {
				continue // a place in this file, or on the web
			}
			if _, err := fs.Stat(repo, path.Join(path.Dir(file), target)); err != nil {
				problems = append(problems, fmt.Sprintf("%s:%d: the link to %s leads nowhere", file, i+1, target))
			}
		}
	}
	return problems
}
