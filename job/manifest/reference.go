package manifest

import (
	"strings"

	"notifyaudit/job/manifest/checks"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/functions"
)

// A BlockReference is what one kind of block takes.
type BlockReference struct {
	// Header is how the block begins: `message "name"`, `limit` in a provider.
	Header string
	// In is the block that it is in; empty at the top.
	In        string
	Arguments []ArgumentReference
}

// An ArgumentReference says in a phrase what an argument is, its bounds and its
// default.
type ArgumentReference struct{ Name, About string }

// Reference is every block and argument of the language, from what the decoder
// takes.
func Reference() []BlockReference {
	var all []BlockReference
	for _, kind := range schema().Kinds {
		if kind == "report" {
			for _, format := range []string{"excel", "html", "csv", "json", "markdown"} {
				all = append(all, describe(`report "`+format+`"`, "", "report", reportShape([]string{format}).Arguments))
			}
			continue
		}
		if kind == "deliver" {
			for _, of := range delivery.Types() {
				all = append(all, describe(`deliver "`+of+`" "name"`, "", "deliver", delivery.Shape([]string{of}).Arguments))
			}
			continue
		}
		all = append(all, blockReference(kind, "")...)
	}
	return all
}

// blockReference describes a block and those in it.
func blockReference(kind, in string) []BlockReference {
	if kind == "backend" {
		var all []BlockReference
		for _, of := range []string{sqlite, postgres} {
			all = append(all, describe(kind+" "+diag.Quote(of), in, kind, backendShape([]string{of}).Arguments))
		}
		return all
	}
	sh, _ := shapeOf(strings.TrimPrefix(in+"."+kind, "."), nil)
	words := []string{kind}
	for _, label := range sh.Labels {
		words = append(words, diag.Quote(label))
	}
	all := []BlockReference{describe(strings.Join(words, " "), in, kind, sh.Arguments)}
	for _, inner := range sh.Blocks {
		all = append(all, blockReference(inner, kind)...)
	}
	return all
}

func describe(header, in, kind string, arguments []string) BlockReference {
	b := BlockReference{Header: header, In: in}
	for _, name := range arguments {
		about, found := argumentDocs()[kind+"."+name]
		if !found {
			about = argumentDocs()[name]
		}
		b.Arguments = append(b.Arguments, ArgumentReference{Name: name, About: about})
	}
	return b
}

// Metrics are the figures that checks and outputs refer to.
func Metrics() []checks.Metric { return checks.Metrics() }

// Functions are the names of all functions, sorted.
func Functions() []string { return functions.Names() }

// argumentDocs are the arguments by name, or by kind of block and name where one name
// means several things.
func argumentDocs() map[string]string {
	return map[string]string{
		"audit.title":      "of the audit and its reports",
		"language":         `of the reports: "en" (default) or "zh-CN"`,
		"timezone":         `of every printed time, such as "Asia/Shanghai"; default "UTC"`,
		"findings":         `"ok" lets a run that did its work end with 0 in place of 3 and 4: unread messages and failed checks are what it found, and no incident of who operates it; default "status"`,
		"compare":          `over how many days the change is measured, such as "7d": from the latest readings of the day so many days before the latest run, or from older ones; default "1d", since the day before`,
		"retention":        `how long the people of readings are kept, such as "180d", at least "1d": after each apply the older ones are purged and their counts stay; default kept`,
		"refresh.after":    `not asked again sooner than this after its last reading; default "1h"`,
		"age":              "and not before this share of its age has passed since; default 0.1",
		"stop_after":       `and never once it is older; default "30d", "0s" never stops`,
		"backend.path":     `of the state, below the data folder; default "audit.db"`,
		"url":              `of the database, as libpq reads it: "postgres://user:password@host/database?sslmode=verify-full"`,
		"schema":           `of the database: one for each audit; default "notifyaudit", which is made`,
		"create":           "whether to start from nothing where there is no state; default true",
		"type":             "such as string, number, list(string); default any",
		"default":          "its value when there is none from outside",
		"description":      "for people",
		"sensitive":        "never shown and never stored; default false",
		"nullable":         "whether null is a value; default true",
		"condition":        "must be true",
		"error_message":    "what is said when it isn't",
		"alias":            "another credential, used as provider = dingtalk.ALIAS",
		"endpoint":         `"https://api.dingtalk.io" (default) or "https://api.dingtalk.com"`,
		"app_key":          "of an internal app (Client ID)",
		"app_secret":       "of an internal app (Client Secret)",
		"access_token":     "given by hand; replaces a credential",
		"suite_key":        "of a third-party app",
		"suite_secret":     "of a third-party app",
		"suite_ticket":     "of a third-party app, the latest that was pushed",
		"auth_corp_id":     "the organisation that authorised a third-party app",
		"client_id":        "of a unified app",
		"client_secret":    "of a unified app",
		"corp_id":          "the organisation of a unified app",
		"ca_file":          "a PEM file with further roots of trust",
		"proxy_url":        "a proxy; default HTTPS_PROXY",
		"timeout":          `of one attempt, headers and body; default "10s"`,
		"robot_code":       "the robot that sent; on a provider, the default of its messages",
		"max_in_flight":    "requests at a time; default requests_per_second",
		"reserve":          "calls of the month left for everybody else; default 500",
		"requests_per_run": "0 (default): as many as the month allows",
		"quota_group":      "providers that share a month; default the organisation, else the app key",
		"max_attempts":     "of one query; default 6",
		"min_backoff":      `before another attempt; default "1s"`,
		"max_backoff":      `before another attempt; default "60s"`,
		"give_up_after":    `without one good answer; default "15m"`,

		"requests_per_second": "not exceeded in any second, as the server sees it, while latency is steady; default 20",
		"requests_per_month":  "the organisation's quota by this state's count; default 5000, 0 is none",

		"audience.source":   "a csv or xlsx file with a column user_id",
		"sheet":             "of an xlsx; default the first visible one",
		"user_ids":          "a list of user ids instead of a file",
		"audience.columns":  "which column is which: { user_id = \"工号\" }",
		"process_query_key": "what the send call returned; required",
		"kind":              `"private_chat" (default), "group" or "one_to_one"`,
		"provider":          "default dingtalk",
		"title":             "what people know it by; default its address",
		"sent_at":           "RFC 3339, such as 2026-11-20T09:00:00+08:00",
		"window":            `how long after sending the key can be asked; default unknown, "24h" for one_to_one`,
		"audience":          "audience.NAME, a list of user ids, or a number when only the size is known",
		"not_delivered":     "user ids that the send call reported as not reached; out of every count",
		"target":            "wanted read rate, above 0 and at most 1",
		"campaign.title":    "what people know it by; default the title that all its messages have",
		"campaign":          "messages that belong together; default the block's name",
		"tags":              "a map of texts",
		"for_each":          "a map or a set: one message for each, with each.key and each.value",
		"provider.for_each": `a map or a set: one provider for each, with each.key and each.value, used as provider = dingtalk.ALIAS["key"]`,

		"open_conversation_id": "of the conversation, as in the API",

		"messages.source":  "a csv, xlsx or jsonl file, a message a row",
		"key":              "the column that names a row in its address; default the row number",
		"messages.columns": "which column is which argument: { title = \"subject\" }",
		"roster":           "the audience block that knows the people of the rows",
		"check.after":      `not judged before the youngest message is this old; default "0s"`,
		"severity":         `"error" (default): exit status 4; "warning": none`,
		"value":            "any value",

		"on":               `"always" (default), "problem": something could not be read, or a check failed; "check_failed": a check of severity error failed`,
		"reports":          `those to send, each "FORMAT" or "FORMAT.NAME"; default all that the target takes`,
		"host":             "of the mail server that takes mails in",
		"port":             "default 587; 465 with tls",
		"tls":              `"starttls" (default), "tls" from the first byte, or "none" to a loopback address`,
		"username":         "goes with password; default no login",
		"password":         "goes with username",
		"from":             `the sender, as in "Audit <audit@example.com>"`,
		"to":               "a list of addresses",
		"cc":               "a list of addresses",
		"subject":          "default the audit's title; may refer to run.id, run.date and run.started_at",
		"max_attachments":  "MB of reports that a mail carries; larger ones are only named; default 10",
		"deliver.endpoint": `of an S3-compatible store, as in "https://oss-cn-hangzhou.aliyuncs.com"`,
		"region":           `default "us-east-1"`,
		"bucket":           "must exist",
		"prefix":           "the folder in the bucket; below it each report has its path; may refer to run.date",
		"access_key":       "the id of the access key",
		"secret_key":       "the secret access key",
		"path_style":       "whether the bucket stands in the path, as MinIO wants it, and not in the host's name; default false",
		"webhook":          "the address of a group's custom robot; the Markdown report is posted",
		"secret":           "signs the robot's requests; default unsigned",
		"deliver.url":      "the JSON report is posted to it",
		"token":            "a bearer token; default none",

		"metrics.path": `of a Prometheus textfile, below the data folder, ending in ".prom"`,

		"people":             `"named" (default) or "aggregate"`,
		"minimum_group_size": "the smallest group with figures, unless named; default 5",
		"path":               "of the file, below the data folder; may refer to run.id, run.date and run.started_at",
		"directory":          "of the files, below the data folder",
		"headers":            `"names" (default) or "labels", in the audit's language`,
		"sheets":             "which ones, by their English names in lower case",
		"campaigns":          "only these",
		"channel":            `how people are reminded: "mail" (default), "work_notice" or "robot"`,
		"batch":              "people to remind at a time; at most, and by default, what the channel takes: 500, 100, 20",
		"split":              "a roster column: one file for each of its values, with an index; path refers to group",
		"segments":           "roster columns to compare; default department, location and manager where known",
	}
}
