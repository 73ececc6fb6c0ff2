package doctor

import "slices"

// Judge asks all checks. Each has one result at least.
func Judge(f *Facts) []Result {
	var all []Result
	for _, c := range Checks() {
		all = append(all, c.ask(f, all)...)
	}
	return all
}

func (c *Check) ask(f *Facts, before []Result) []Result {
	if c.whole != nil {
		if found := c.whole(f); len(found) > 0 || c.of == nil {
			return c.results("", found)
		}
	}
	if len(f.Installations) == 0 {
		if f.Mutating.Err != nil {
			return c.results("", skip("it is not known whether there is an installation"))
		}
		return c.results("", skip("there is no installation"))
	}
	var all []Result
	for i := range f.Installations {
		in := &f.Installations[i]
		cause := c.causedBy(in.String(), before)
		if cause == "" && c.entries && len(in.shapes(f)) == 0 {
			cause = Registration
		}
		if cause != "" {
			all = append(all, c.results(in.String(), skip("not asked: %s has failed", cause))...)
			continue
		}
		all = append(all, c.results(in.String(), c.of(f, in))...)
	}
	return all
}

// causedBy is a check that failed, and would make this one fail for the same reason; "" for none.
func (c *Check) causedBy(installation string, before []Result) ID {
	for _, r := range before {
		if r.State == Failed && (r.Installation == installation || r.Installation == "") && slices.Contains(c.after, r.Check) {
			return r.Check
		}
	}
	return ""
}

func (c *Check) results(installation string, found []finding) []Result {
	all := make([]Result, len(found))
	for i, one := range found {
		all[i] = Result{c.ID, one.state, installation, one.message, one.do}
	}
	return all
}
