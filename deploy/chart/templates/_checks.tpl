{{/* What the schema cannot say of the values, told before anything is created. */}}
{{- define "swage.checks" -}}
{{- $service := include "swage.server" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $service) -}}
{{- fail (printf "the Service would be called %q: the release's name must begin with a letter and have no dot" $service) -}}
{{- end -}}
{{- if gt (len $service) 63 -}}
{{- fail (printf "the Service would be called %q, which is longer than 63 characters: the release's name and class must have %d fewer together" $service (sub (len $service) 63)) -}}
{{- end -}}
{{- if eq (int .Values.port) (int .Values.statusPort) -}}
{{- fail (printf "port and statusPort are both %d: give each its own" (int .Values.port)) -}}
{{- end -}}
{{- if eq (int .Values.statusPort) 443 -}}
{{- fail "statusPort is 443, at which the Service has the webhook: choose another one" -}}
{{- end -}}
{{- $own := include "swage.labels" . | fromYaml -}}
{{- range $value, $labels := dict "podLabels" .Values.podLabels "monitoring.labels" .Values.monitoring.labels "monitoring.dashboardLabels" .Values.monitoring.dashboardLabels -}}
{{- range $label, $_ := $labels -}}
{{- if hasKey $own $label -}}
{{- fail (printf "%s has %s, which is the chart's own: take it out" $value $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- range .Values.recognisers -}}
{{- if has .name $names -}}
{{- fail (printf "two recognisers are called %q: give each its own name" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- if eq .Values.certificates.source "cert-manager" -}}
{{- include "swage.checkDurations" .Values.certificates -}}
{{- end -}}
{{- end }}

{{/* cert-manager's own webhook refuses these, after half of the release is there. */}}
{{- define "swage.checkDurations" -}}
{{- if lt (include "swage.seconds" .duration | int64) 3600 -}}
{{- fail (printf "certificates.duration is %s: cert-manager issues nothing for less than an hour" .duration) -}}
{{- end -}}
{{- if lt (include "swage.seconds" .renewBefore | int64) 300 -}}
{{- fail (printf "certificates.renewBefore is %s: cert-manager takes no less than five minutes" .renewBefore) -}}
{{- end -}}
{{- if le (include "swage.seconds" .duration | int64) (include "swage.seconds" .renewBefore | int64) -}}
{{- fail (printf "certificates.renewBefore is %s, which must be shorter than certificates.duration, %s" .renewBefore .duration) -}}
{{- end -}}
{{- if and (not .secretName) (not .issuerRef.name) (le (include "swage.seconds" .authorityDuration | int64) (include "swage.seconds" .duration | int64)) -}}
{{- fail (printf "certificates.duration is %s, which must be shorter than certificates.authorityDuration, %s" .duration .authorityDuration) -}}
{{- end -}}
{{- end }}

{{/* A duration such as 1h30m, in seconds. Not by int64, which reads 08 as octal. */}}
{{- define "swage.seconds" -}}
{{- $hours := regexFind "[0-9]+h" . | trimSuffix "h" | atoi -}}
{{- $minutes := regexFind "[0-9]+m" . | trimSuffix "m" | atoi -}}
{{- $seconds := regexFind "[0-9]+s" . | trimSuffix "s" | atoi -}}
{{- add (mul $hours 3600) (mul $minutes 60) $seconds -}}
{{- end }}
