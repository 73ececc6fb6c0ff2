// Package commandline reads spark-submit's command line as spark-submit does.
package commandline

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Line is a command line, read but not yet judged.
type Line struct {
	// Resource is the program: a jar, a Python or an R file. "" when none is given.
	Resource string
	// Args are those of the application: all that follows the resource.
	Args []string
	// Conf is the settings of --conf. As in Spark a later one replaces an earlier one.
	Conf map[string]string
	// Values are the values of the options but --conf; of a repeated one the last.
	Values map[string]string
	// Switches are the options without a value that were given.
	Switches map[string]bool
	// Own are the values of the caller's own options; of a switch "true".
	Own map[string]string
}

// Own is an option of the caller that is read along with spark-submit's.
type Own struct {
	// Name and Short begin with dashes; Short may be "".
	Name, Short string
	// Switch says that no value follows. One may still be given as --name=value.
	Switch bool
	// Once says that giving it twice is an error. Default: the last one counts.
	Once bool
}

// ErrUsage is wrapped by all errors of this package.
var ErrUsage = errors.New("usage")

type usageError string

func (e usageError) Error() string { return string(e) }
func (usageError) Unwrap() error   { return ErrUsage }

func errorf(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

var withValue = regexp.MustCompile(`(?s)^(--[^=]+)=(.+)$`)

// Parse reads args, the program's name left out. The sentences of its errors are spark-submit's.
func Parse(args []string, own ...Own) (*Line, error) {
	p := parser{own: own, line: &Line{Conf: map[string]string{}, Values: map[string]string{}, Switches: map[string]bool{}, Own: map[string]string{}}}
	for len(args) > 0 && p.line.Resource == "" {
		rest, err := p.next(args)
		if err != nil {
			return nil, err
		}
		args = rest
	}
	p.line.Args = append([]string{}, args...)
	return p.line, nil
}

type parser struct {
	own  []Own
	line *Line
}

// next reads one option with its value, or the resource, and returns what follows.
func (p *parser) next(args []string) ([]string, error) {
	arg, rest := args[0], args[1:]
	name, value, attached := arg, "", false
	if match := withValue.FindStringSubmatch(arg); match != nil {
		name, value, attached = match[1], match[2], true
	}
	isSwitch, known := p.known(name)
	switch {
	case !known && strings.HasPrefix(arg, "-"):
		return nil, errorf("Unrecognized option: %s", name)
	case !known:
		p.line.Resource = arg
		return rest, nil
	case !isSwitch && !attached && len(rest) == 0:
		return nil, errorf("Missing argument for option '%s'.", name)
	case !isSwitch && !attached:
		value, rest = rest[0], rest[1:]
	}
	return rest, p.take(name, value)
}

func (p *parser) known(name string) (isSwitch, known bool) {
	if o := find(options, name); o != nil {
		return o.value == "", true
	}
	if o := p.findOwn(name); o != nil {
		return o.Switch, true
	}
	return false, false
}

func (p *parser) findOwn(name string) *Own {
	for i := range p.own {
		if p.own[i].Name == name || p.own[i].Short != "" && p.own[i].Short == name {
			return &p.own[i]
		}
	}
	return nil
}

func (p *parser) take(name, value string) error {
	o := find(options, name)
	switch {
	case o == nil:
		mine := p.findOwn(name)
		if _, again := p.line.Own[mine.Name]; again && mine.Once {
			return errorf("%s is given twice: it takes one value", mine.Name)
		}
		if mine.Switch && value == "" {
			value = "true"
		}
		p.line.Own[mine.Name] = value
	case o.name == "--conf":
		key, value, found := strings.Cut(value, "=")
		if !found {
			return errorf("Invalid argument to --conf: %s", key)
		}
		p.line.Conf[key] = value
	case o.value == "":
		p.line.Switches[o.name] = true
	default:
		p.line.Values[o.name] = value
	}
	return nil
}

// Settings are the options that are another way to write a setting, by the setting's key.
func (l *Line) Settings() map[string]string {
	settings := map[string]string{}
	for _, o := range options {
		if value, given := l.Values[o.name]; given && o.conf != "" {
			settings[o.conf] = value
		}
	}
	return settings
}

// Usage is the options that mean something on Kubernetes, one a line.
func Usage() string {
	var out strings.Builder
	for _, o := range options {
		if o.help == "" {
			continue
		}
		name := o.name
		if o.short != "" {
			name = o.short + ", " + name
		}
		fmt.Fprintf(&out, "  %-30s %s\n", strings.TrimSpace(name+" "+o.value), o.help)
	}
	return out.String()
}
