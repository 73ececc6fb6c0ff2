package audit

// Policy is the audit policy the log is made with: pods and their template
// sources with both bodies, nothing else. A patch is recorded from level Request
// on. Reads and status writes would only make the log long; those of the
// server's own account are there, to compare with its rights.
const Policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups:
  - swage-webhooks
  - system:serviceaccounts:swage-system
  - system:serviceaccounts:swage-issued
  - system:serviceaccounts:swage-node-network
  - system:serviceaccounts:swage-team
- level: None
  verbs: [get, list, watch]
- level: RequestResponse
  resources:
  - group: ""
    resources: [pods, configmaps]
- level: None
`
