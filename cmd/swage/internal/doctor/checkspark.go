package doctor

import "strings"

// need is some rights, and what does not work without them.
type need struct {
	state   State
	without string
	rights  []Right
	// role is what a Role with these rights alone is called, behind the account's name.
	role string
}

func rightsTo(namespace, group, resource string, verbs ...string) (all []Right) {
	for _, verb := range verbs {
		all = append(all, Right{Verb: verb, Group: group, Resource: resource, Namespace: namespace})
	}
	return all
}

// templateWriting is the right by which somebody shapes other people's pods.
func templateWriting(namespace string) Right {
	return Right{Verb: "write", Group: "swage.dev", Resource: "templates", Namespace: namespace}
}

// driverNeeds are what Spark's own allocator does by the driver's account. Of
// each need all verbs are for all of its resources, so that one command makes its Role.
func driverNeeds(namespace string) []need {
	return []need{
		{Failed, "no driver sees its executors", rightsTo(namespace, "", "pods", "get", "list", "watch"), "see-executors"},
		{Warning, "drivers cannot make executors: only swage submit --executors-by submitter does", rightsTo(namespace, "", "pods", "create", "delete"), "make-executors"},
		{Warning, "drivers end at their start, unless spark.kubernetes.executor.disableConfigMap is set", rightsTo(namespace, "", "configmaps", "create"), "make-configmaps"},
		{Warning, "drivers leave executors, ConfigMaps, Services or claims behind until they are deleted themselves", append(append(append(
			rightsTo(namespace, "", "pods", "deletecollection"), rightsTo(namespace, "", "configmaps", "deletecollection")...),
			rightsTo(namespace, "", "services", "deletecollection")...), rightsTo(namespace, "", "persistentvolumeclaims", "deletecollection")...), "clean-up"},
		{Warning, "executors with claims of their own (claimName: OnDemand) are not made", rightsTo(namespace, "", "persistentvolumeclaims", "create", "list"), "make-claims"},
	}
}

// submitNeeds are what spark-submit and swage submit do, in the same form.
func submitNeeds(namespace string) []need {
	const nothing = "nothing can be submitted"
	return []need{
		{Failed, nothing, rightsTo(namespace, "", "pods", "create", "get", "list", "watch", "patch", "delete"), "make-drivers"},
		{Failed, nothing, append(rightsTo(namespace, "", "configmaps", "create"), rightsTo(namespace, "", "services", "create")...), "make-objects"},
		{Warning, "nobody sees why a pod waits", rightsTo(namespace, "", "events", "list"), "see-events"},
		{Warning, "logs cannot be read", rightsTo(namespace, "", "pods/log", "get"), "read-logs"},
		{Warning, "settings that are secret, and Kerberos, do not work", rightsTo(namespace, "", "secrets", "create"), "make-secrets"},
		{Warning, "files of one's own machine cannot be sent, unless spark.kubernetes.file.upload.path is set; there is no shell", rightsTo(namespace, "", "pods/attach", "create"), "send-files"},
		{Warning, "--retries, --deadline, --ttl and shells do not work", rightsTo(namespace, "batch", "jobs", "create", "get", "list", "watch", "patch", "delete"), "make-jobs"},
		{Warning, "swage schedule does not work", rightsTo(namespace, "batch", "cronjobs", "create"), "schedule"},
		{Warning, "Spark 4.2 and later do not get their NetworkPolicy, and are refused", rightsTo(namespace, "networking.k8s.io", "networkpolicies", "create"), "make-networkpolicies"},
	}
}

// DriverRights and SubmitRights are what to ask about an account of a namespace.
func DriverRights(namespace string) []Right {
	return append(rightsOf(driverNeeds(namespace)), templateWriting(namespace))
}

// SubmitRights are those of whoever submits.
func SubmitRights(namespace string) []Right { return rightsOf(submitNeeds(namespace)) }

func rightsOf(needs []need) (all []Right) {
	for _, n := range needs {
		all = append(all, n.rights...)
	}
	return all
}

func driverRights(f *Facts) []finding {
	s := f.Spark
	switch {
	case s == nil || s.Account == "":
		return skip("name the account of drivers: swage doctor -n NAMESPACE --serviceaccount NAME")
	case s.Driver.Err != nil:
		return unknown(s.Driver.Err)
	case s.Exists.Err == nil && !s.Exists.Value:
		return fail("kubectl -n "+s.Namespace+" create serviceaccount "+s.Account, "there is no service account %s in namespace %s: no driver can start", s.Account, s.Namespace)
	}
	who := "service account " + s.Namespace + "/" + s.Account
	problems := unmet(who, func(n need) string { return n.granting(s.Namespace, s.Account) }, driverNeeds(s.Namespace), s.Driver.Value)
	if has(s.Driver.Value, templateWriting(s.Namespace)) {
		problems = append(problems, fail("kubectl get rolebindings,clusterrolebindings -A -o wide | grep "+s.Account,
			"%s may write templates: every program that runs as it may shape other people's pods", who)...)
	}
	return orElse(problems, "%s may do what drivers do, and no templates", who)
}

func submitRights(f *Facts) []finding {
	s := f.Spark
	switch {
	case s == nil:
		return skip("name a namespace for Spark: swage doctor -n NAMESPACE")
	case s.Submit.Err != nil:
		return unknown(s.Submit.Err)
	}
	who, grant := "you", func(need) string { return "kubectl auth can-i --list -n " + s.Namespace }
	if s.Submitter != "" {
		who, grant = "service account "+s.Namespace+"/"+s.Submitter, func(n need) string { return n.granting(s.Namespace, s.Submitter) }
	}
	return orElse(unmet(who, grant, submitNeeds(s.Namespace), s.Submit.Value), "%s may submit to namespace %s, with all that swage submit offers", who, s.Namespace)
}

// unmet are the needs of which a right is missing.
func unmet(who string, grant func(need) string, needs []need, asked []Asked) (problems []finding) {
	for _, n := range needs {
		var missing []string
		for _, r := range n.rights {
			if !has(asked, r) {
				missing = append(missing, r.Verb+" "+r.resource())
			}
		}
		if len(missing) > 0 {
			problems = append(problems, one(n.state, grant(n), "%s may not %s in namespace %s: %s", who, strings.Join(missing, ", "), n.rights[0].Namespace, n.without)...)
		}
	}
	return problems
}

func has(asked []Asked, r Right) bool {
	for _, a := range asked {
		if a.Right == r {
			return a.Allowed
		}
	}
	return false
}
