package app

import (
	"encoding/xml"
	"fmt"
	"os"
)

// junitSuites is the part of JUnit's XML that all CI systems read.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Diff    string `xml:",chardata"`
}

func writeJUnit(file string, views []caseView) error {
	var all junitSuites
	for _, v := range views {
		if last := len(all.Suites) - 1; last < 0 || all.Suites[last].Name != v.Suite {
			all.Suites = append(all.Suites, junitSuite{Name: v.Suite})
		}
		s := &all.Suites[len(all.Suites)-1]
		c := junitCase{Class: v.Suite, Name: v.Case}
		if v.Status == caseFailed {
			s.Failures++
			c.Failure = &junitFailure{Message: "the pods are not shaped as is wanted", Diff: v.Diff}
		}
		s.Tests++
		s.Cases = append(s.Cases, c)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("the report for --junit: %w", err)
	}
	if err := os.WriteFile(file, append([]byte(xml.Header), append(text, '\n')...), 0o644); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}
