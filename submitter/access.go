package submitter

// Access is how the configuration wants the API server to be reached
// (spark.kubernetes.authenticate.submission.* and its kin); what is empty comes
// from the kubeconfig.
type Access struct {
	// Context is a context of the kubeconfig, "" for the current one.
	Context string
	// Token is a bearer token, TokenFile a file that holds one; at most one is set.
	Token, TokenFile string
	// CAFile, KeyFile and CertFile are PEM files.
	CAFile, KeyFile, CertFile string
	// TrustAll takes any certificate of the server.
	TrustAll bool
}

func (b *build) chooseAccess() error {
	b.access = Access{
		Context:   b.conf.Get(keyContext),
		Token:     b.conf.Get(keySubmissionAuth + oauthTokenSuffix),
		TokenFile: b.conf.Get(keySubmissionAuth + "oauthTokenFile"),
		CAFile:    b.conf.Get(SettingAuthority),
		KeyFile:   b.conf.Get(keySubmissionAuth + "clientKeyFile"),
		CertFile:  b.conf.Get(keySubmissionAuth + "clientCertFile"),
	}
	if b.access.Token != "" && b.access.TokenFile != "" {
		return refuse("Cannot specify OAuth token through both a file %[1]soauthTokenFile and a value %[1]soauthToken", keySubmissionAuth)
	}
	var err error
	if b.access.TrustAll, err = b.conf.Bool(keyTrust, false); err != nil {
		return err
	}
	b.wait, err = b.conf.Bool(keyWait, true)
	return err
}
