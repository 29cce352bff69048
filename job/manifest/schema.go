package manifest

import (
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
)

// schema is which blocks and names a manifest has.
func schema() lang.Schema {
	return lang.Schema{
		Kinds:      []string{"audit", "variable", "locals", "provider", "audience", "message", "messages", "campaign", "report", "deliver", "metrics", "check", "output"},
		Shape:      shapeOf,
		References: []string{"audience", "dingtalk"},
		Misplaced: map[string]string{
			"audience": blockNotValue("audience"),
			"dingtalk": blockNotValue("dingtalk"),
			"each":     "each is only known in a block message or provider that has for_each.",
			"message":  afterRun("message"),
			"messages": afterRun("messages"),
			"audit":    afterRun("audit"),
			"group":    "group is only known in the path of a report with split.",
			"run":      "run is only known in checks, in outputs in the paths of reports and in deliver blocks.",
		},
		Unsupported: map[string]string{
			"for_each": "Only the blocks message and provider have for_each. A messages block makes a message of each row of its table.",
		},
	}
}

func blockNotValue(root string) string {
	return root + " names a block, not a value. Write it alone, as in audience = audience.staff, roster = audience.staff and provider = dingtalk.hr."
}

func afterRun(root string) string {
	return root + " has figures, which are only known after a run: use it in checks and outputs."
}

// shapeOf describes the blocks.
func shapeOf(kind string, labels []string) (lang.Shape, bool) {
	switch kind {
	case "audit":
		return lang.Shape{Arguments: []string{"title", "language", "timezone", "retention", "findings", "compare"}, Blocks: []string{"refresh", "backend"}}, true
	case "audit.refresh":
		return lang.Shape{Arguments: []string{"after", "age", "stop_after"}}, true
	case "audit.backend":
		return backendShape(labels), true
	case "provider":
		return lang.Shape{
			Labels: []string{"name"}, Repeatable: true, // the alias is its name
			Arguments: []string{
				"alias", "for_each", "endpoint", "app_key", "app_secret", "access_token",
				"suite_key", "suite_secret", "suite_ticket", "auth_corp_id", "client_id", "client_secret", "corp_id",
				"robot_code", "ca_file", "proxy_url", "timeout",
			},
			Blocks: []string{"limit", "retry"},
		}, true
	case "provider.limit":
		return lang.Shape{Arguments: []string{"requests_per_second", "max_in_flight", "requests_per_month", "reserve", "requests_per_run", "quota_group"}}, true
	case "provider.retry":
		return lang.Shape{Arguments: []string{"max_attempts", "min_backoff", "max_backoff", "give_up_after"}}, true
	case "audience":
		return lang.Shape{Labels: []string{"name"}, Arguments: []string{"source", "sheet", "user_ids", "columns"}}, true
	case "message":
		return lang.Shape{Labels: []string{"name"}, Arguments: append(messages.Arguments(), "for_each")}, true
	case "messages":
		return lang.Shape{Labels: []string{"name"}, Arguments: append(messages.Arguments(), "source", "sheet", "key", "columns", "roster")}, true
	case "campaign":
		return lang.Shape{Labels: []string{"name"}, AnyName: true, Arguments: []string{"title"}}, true
	case "report":
		return reportShape(labels), true
	case "deliver":
		return delivery.Shape(labels), true
	case "metrics":
		return lang.Shape{Labels: []string{"format"}, Arguments: []string{"path"}}, true
	case "check":
		return lang.Shape{Labels: []string{"name"}, Arguments: []string{"after", "severity"}, Blocks: []string{"assert"}}, true
	case "check.assert":
		return lang.Shape{Arguments: []string{"condition", "error_message"}}, true
	case "output":
		return lang.Shape{Labels: []string{"name"}, Arguments: []string{"value", "description", "sensitive"}}, true
	}
	return lang.CoreShape(kind)
}

// backendShape depends on the type, which is the label.
func backendShape(labels []string) lang.Shape {
	arguments := []string{"path", "create"}
	if len(labels) > 0 && labels[0] == postgres {
		arguments = []string{"url", "schema", "create"}
	}
	return lang.Shape{Labels: []string{"type"}, Arguments: arguments}
}

// reportShape depends on the format, which is the first label. The second label is
// the report's name.
func reportShape(labels []string) lang.Shape {
	arguments := []string{"people", "minimum_group_size"}
	format := ""
	if len(labels) > 0 {
		format = labels[0]
	}
	switch format {
	case "excel":
		arguments = append(arguments, "path", "sheets", "campaigns", "segments", "channel", "batch", "split")
	case "html":
		arguments = append(arguments, "path", "sheets", "campaigns", "segments", "channel", "batch")
	case "markdown":
		arguments = append(arguments, "path", "campaigns", "segments")
	case "csv":
		arguments = append(arguments, "directory", "headers")
	default:
		arguments = append(arguments, "path")
	}
	return lang.Shape{Labels: []string{"format"}, Optional: "name", Arguments: arguments, Repeatable: len(labels) < 2}
}
