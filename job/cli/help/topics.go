package help

import (
	_ "embed"
	"slices"
	"strings"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
)

// A Topic is a help text that is not about a command.
type Topic struct {
	Name, Usage, Text string
}

// TopicNamed finds a topic.
func TopicNamed(name string) (Topic, bool) {
	all := Topics()
	i := slices.IndexFunc(all, func(t Topic) bool { return t.Name == name })
	if i < 0 {
		return Topic{}, false
	}
	return all[i], true
}

// Topics returns all topics in the order in which they are listed.
func Topics() []Topic {
	return []Topic{
		{"marks", "the marks of a plan and the statuses of a message", "MARKS\n\n" + TopicMarks},
		{"exit-status", "what the exit statuses mean", topicExitStatus},
		{"manifest", "the blocks of a manifest, with an example", topicManifest},
		{"functions", "what expressions can call", topicFunctions()},
		{"environment", "the variables that are read", topicEnvironment},
		{"addresses", "how messages are named", topicAddresses},
		{"man", "the manual page, for man -l", ""},
	}
}

// TopicMarks explains the marks and statuses. It is part of README.md, too.
//
//go:embed marks.txt
var TopicMarks string

const topicExitStatus = `EXIT STATUS

    0   what was planned was done; pending, frozen and planned deferrals too
    1   it failed, and the same again would fail
    2   plan -detailed-exitcode: there is something to ask
    3   done, but some messages asked in this run could not be read, or the
        organisation's quota is spent; the reports say which. Or something was
        not delivered. fmt -check: files need formatting
    4   done, but a check of severity error failed
   64   wrong usage
   75   not finished; run again within the hour, it goes on where it stopped:
        the API is down, another run holds the lock, a signal arrived
   78   the manifest, a credential or a permission is wrong

With -findings=ok, or findings = "ok" in the audit block, apply ends with 0 in
place of 3 and 4: for a Job whose failures alert somebody. It stays 3 where
something was not delivered, or the API answered no attempt of a shard.

If several apply it is the first of 75, 78, 3, 4. A message that was rejected in
an earlier run doesn't make this run fail.

Examples:

   # in a shell: try again only where it helps
   notifyaudit apply -auto-approve; [ $? -eq 75 ] && notifyaudit apply -auto-approve
`

const topicManifest = `MANIFEST

A manifest is a file, or a folder whose *.audit.hcl and *.audit.hcl.json files
are taken together. Its blocks:

   audit      title, language, timezone; refresh: when a message is asked again;
              retention: how long people are kept; findings: whether they are
              failures; backend: where the state is
   variable   a value from outside: -var, -var-file, *.auto.auditvars,
              NOTIFYAUDIT_VAR_name (see notifyaudit help environment)
   locals     names for values
   provider   "dingtalk": the credential, the endpoint, limits and retries; one
              or, with for_each, many
   audience   people: source, a csv or xlsx file with a column user_id, or
              user_ids
   message    one notice: process_query_key, kind, title, sent_at, audience
   messages   a notice for each row of a table: source, key, columns, roster
   check      a condition that must hold, such as a read rate
   output     a value for other programs
   report     "excel", "html", "csv", "json" or "markdown": where to write it
   deliver    "email", "s3", "dingtalk" or "webhook": who gets the results
   metrics    "textfile": where to write figures for Prometheus

What it reads lies in its folder, or in one named by --allow-dir. What it writes
lies below --data-dir.

Examples:

   variable "app_secret" { sensitive = true }

   provider "dingtalk" {
     app_key    = "dingabc"
     app_secret = var.app_secret
   }

   audience "staff" { source = "staff.csv" }

   message "benefits" {
     kind              = "group"
     process_query_key = "pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q="
     title             = "Benefits enrolment opens"
     sent_at           = "2026-11-20T09:00:00+08:00"
     audience          = audience.staff
   }

   report "excel" { path = "out/benefits-${run.date}.xlsx" }

notifyaudit init writes one with comments.
`

func topicFunctions() string {
	names := term.Wrap("   "+strings.Join(manifest.Functions(), ", "), "   ", Width)
	return "FUNCTIONS\n\nIn expressions, each as in Terraform:\n\n" + names + `

Examples:

   title   = "${upper(var.quarter)} benefits"
   sent_at = timeadd(var.sent_at, "24h")

   for_each = { for r in csvdecode(file("reminders.csv")) : r.id => r }
`
}

const topicEnvironment = `ENVIRONMENT

   NOTIFYAUDIT_MANIFEST         the manifest, where --manifest is not given
   NOTIFYAUDIT_DATA_DIR         the folder of state and reports, where
                                --data-dir is not given
   NOTIFYAUDIT_VAR_name         the value of the manifest's variable name
   NOTIFYAUDIT_VAR_name_FILE    a file with that value, as a mounted secret is;
                                it wins
   NOTIFYAUDIT_APP_KEY          the credential of query: an app key
   NOTIFYAUDIT_APP_SECRET       and its secret,
   NOTIFYAUDIT_ACCESS_TOKEN     or an access token. Each with _FILE behind it
                                names a file with the value
   NOTIFYAUDIT_PING_URL         the dead-man's switch that apply pings, where
                                -ping is not given; also with _FILE
   NOTIFYAUDIT_SCHEDULE         the run that apply -shard has a part of, where
                                -schedule is not given
   JOB_COMPLETION_INDEX         which part -shard auto is, as Kubernetes says,
   JOB_COMPLETIONS              and of how many, as the Job's manifest says
   OTEL_EXPORTER_OTLP_ENDPOINT  where apply pushes metrics, with OpenTelemetry's
                                other variables
   HTTPS_PROXY, NO_PROXY        the way to the API
   NO_COLOR, TERM=dumb          no colour
   NOTIFYAUDIT_TERMINATION_LOG  the file that takes a line on how the command
                                ended, if it exists; else /dev/termination-log,
                                as Kubernetes has it
   TMPDIR                       where query keeps its state while it runs

Examples:

   NOTIFYAUDIT_VAR_app_secret_FILE=/run/secrets/app_secret notifyaudit plan
   NOTIFYAUDIT_ACCESS_TOKEN_FILE=token.txt notifyaudit query keys.txt
`

const topicAddresses = `ADDRESSES

   message.benefits             the block message "benefits"
   message.reminder["q4"]       its message for the key q4, under for_each
   messages.payslips["row-7"]   the row row-7 of the block messages "payslips"
   messages.payslips            the block: all of its messages

An address is a label. What makes a message the same message is its provider,
its kind and its processQueryKey; where an address names several messages of the
state, provider/kind/key names one.

Examples:

   notifyaudit plan -target 'messages.payslips["row-7"]'
   notifyaudit state show dingtalk/group/pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=
`
