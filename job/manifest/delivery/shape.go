package delivery

import "notifyaudit/job/manifest/lang"

// Types are the types of targets, for the reference.
func Types() []string { return []string{TypeEmail, TypeS3, TypeDingTalk, TypeWebhook} }

// Shape describes a deliver block; what it has depends on its type, the first label.
func Shape(labels []string) lang.Shape {
	kind := ""
	if len(labels) > 0 {
		kind = labels[0]
	}
	arguments := []string{"on", "reports"}
	switch kind {
	case TypeEmail:
		arguments = append(arguments, "host", "port", "tls", "username", "password", "from", "to", "cc", "subject", "max_attachments", "ca_file")
	case TypeS3:
		arguments = append(arguments, "endpoint", "region", "bucket", "prefix", "access_key", "secret_key", "path_style", "ca_file")
	case TypeDingTalk:
		arguments = append(arguments, "webhook", "secret")
	case TypeWebhook:
		arguments = append(arguments, "url", "token", "ca_file")
	}
	return lang.Shape{Labels: []string{"type", "name"}, Arguments: arguments}
}
