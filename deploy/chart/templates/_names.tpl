{{/*
Every name carries the release and, where there are several installations, the class.
Names pass toYaml where they stand alone: YAML takes 2024 or true for something else.
*/}}
{{- define "swage.name" -}}
{{ .Release.Name }}{{ with .Values.class }}-{{ . }}{{ end }}
{{- end }}

{{- define "swage.server" -}}
{{ include "swage.name" . }}-webhook
{{- end }}

{{/* Each source has a Secret of its own: while the source is changed, replicas of both serve. */}}
{{- define "swage.secret" -}}
{{- with .Values.certificates -}}
{{- if eq .source "files" -}}
{{ required "certificates.source is files: certificates.secretName names the Secret" .secretName }}
{{- else if eq .source "cert-manager" -}}
{{ .secretName | default (printf "%s-issued" (include "swage.server" $)) }}
{{- else -}}
{{ include "swage.server" $ }}-tls
{{- end -}}
{{- end -}}
{{- end }}

{{- define "swage.authority" -}}
{{ include "swage.server" . }}-authority
{{- end }}

{{- define "swage.registration" -}}
{{ .Values.registrationName | default (printf "00-%s" (include "swage.name" .)) }}
{{- end }}

{{- define "swage.templates" -}}
{{ include "swage.name" . }}-templates
{{- end }}

{{/* What the Service, the budget and the spread select. */}}
{{- define "swage.selector" -}}
app.kubernetes.io/name: swage
app.kubernetes.io/instance: {{ include "swage.name" . | toYaml }}
app.kubernetes.io/component: webhook
{{- end }}

{{- define "swage.labels" -}}
{{ include "swage.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "swage.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* Which templates are this installation's. */}}
{{- define "swage.classRequirement" -}}
{{- if .Values.class -}}
{key: swage.dev/class, operator: In, values: [{{ toYaml .Values.class }}]}
{{- else -}}
{key: swage.dev/class, operator: DoesNotExist}
{{- end -}}
{{- end }}

{{/* Which namespaces' pods are shaped. */}}
{{- define "swage.namespaces" -}}
{{- $selector := deepCopy (.Values.namespaceSelector | default dict) -}}
{{- $requirement := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" (append (.Values.excludedNamespaces | default list) .Release.Namespace) -}}
{{- if .Values.namespaced -}}
{{- $requirement = dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" (list .Release.Namespace) -}}
{{- end -}}
{{- $_ := set $selector "matchExpressions" (append ($selector.matchExpressions | default list) $requirement) -}}
{{- toYaml $selector -}}
{{- end }}

{{/* A label selector in CEL. */}}
{{- define "swage.selects" -}}
{{- $labels := "object.metadata.?labels.orValue({})" -}}
{{- $all := list -}}
{{- range $key, $value := .matchLabels -}}
{{- $all = append $all (printf "%s in %s && %s[%s] == %s" (squote $key) $labels $labels (squote $key) (squote $value)) -}}
{{- end -}}
{{- range .matchExpressions -}}
{{- $has := printf "%s in %s" (squote .key) $labels -}}
{{- $values := list -}}
{{- range .values -}}{{- $values = append $values (squote .) -}}{{- end -}}
{{- $in := printf "%s && %s[%s] in [%s]" $has $labels (squote .key) (join ", " $values) -}}
{{- $all = append $all (get (dict "Exists" $has "DoesNotExist" (printf "!(%s)" $has) "In" $in "NotIn" (printf "!(%s)" $in)) .operator) -}}
{{- end -}}
{{ join " && " $all }}
{{- end }}

{{/* Whether a pod is shaped, in CEL: it has Spark's label, or a recogniser knows it. */}}
{{- define "swage.ofSpark" -}}
{{- $sparks := dict "key" "spark-role" "operator" "In" "values" (list "driver" "executor") -}}
{{- $any := list (printf "(%s)" (include "swage.selects" (dict "matchExpressions" (list $sparks)))) -}}
{{- range .Values.recognisers -}}
{{- $any = append $any (printf "(%s)" (include "swage.selects" .objectSelector)) -}}
{{- end -}}
{{ join " || " $any }}
{{- end }}
