// Package delivery decodes the blocks deliver and ping: who is told of a run, and how.
package delivery

import (
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// On says which runs a target is told of.
type On string

// The values of on.
const (
	Always On = "always"
	// Problem is a run that something could not be read in, or whose check failed.
	Problem On = "problem"
	// CheckFailed is a run in which a check of severity error failed.
	CheckFailed On = "check_failed"
)

// The types of targets.
const (
	TypeEmail    = "email"
	TypeS3       = "s3"
	TypeDingTalk = "dingtalk"
	TypeWebhook  = "webhook"
)

// A Target is a deliver block. Of Email, S3, DingTalk and Webhook the one of its type is
// set.
type Target struct {
	Type, Name string
	On         On
	// Reports are the reports that are sent along, each "FORMAT" or "FORMAT.NAME"; the
	// order is the manifest's.
	Reports []string
	// CAFile is a file with further roots of trust; empty without one.
	CAFile string

	Email    *Email
	S3       *S3
	DingTalk *DingTalk
	Webhook  *Webhook
}

// Label names the target: "email.hr".
func (t *Target) Label() string { return t.Type + "." + t.Name }

// Notices reports whether the target is told that there is no new data: it is one for
// people, and on is not check_failed.
func (t *Target) Notices() bool {
	return (t.Email != nil || t.DingTalk != nil) && t.On != CheckFailed
}

// Email is an SMTP server and a mail's head.
type Email struct {
	Host string
	Port int
	// TLS is "starttls", "tls" or, to a loopback address, "none".
	TLS string
	// Username is empty where the server asks for none.
	Username string
	Password job.Secret
	From     string
	To, CC   []string
	// Subject is the audit's title unless set.
	Subject string
	// MaxAttachments is in bytes; 0 attaches nothing.
	MaxAttachments int64
}

// S3 is a folder in a bucket of an S3-compatible store.
type S3 struct {
	// Host is host or host:port. Plain leaves TLS out.
	Host                   string
	Plain                  bool
	Region, Bucket, Prefix string
	AccessKey, SecretKey   job.Secret
	PathStyle              bool
}

// DingTalk is a custom robot of a group. Secret is empty where requests are not signed.
type DingTalk struct{ Webhook, Secret job.Secret }

// Webhook is an HTTP endpoint. Token is empty where it asks for none.
type Webhook struct{ URL, Token job.Secret }

// A Report is what deliver blocks know of a report block.
type Report struct{ Format, Name string }

// Key is "FORMAT", or "FORMAT.NAME" of one with a name.
func (r Report) Key() string {
	if r.Name == "" {
		return r.Format
	}
	return r.Format + "." + r.Name
}

// A Set is the deliver blocks of a manifest.
type Set struct {
	blocks  []*lang.Args
	reports []Report
	// title is the audit's, and placeholder the value of variables without one.
	title, placeholder string
}

// Options are what the deliver blocks refer to.
type Options struct {
	// Title is the audit's.
	Title string
	// Reports are in the manifest's order.
	Reports []Report
	// Placeholder is the value that variables have where they have none; empty
	// without one.
	Placeholder string
}

// Decode reads the deliver blocks and tries them in a scope with an example of a run.
func Decode(p *lang.Program, bs lang.Blocks, scope *lang.Scope, o Options) *Set {
	s := &Set{reports: o.Reports, title: o.Title, placeholder: o.Placeholder}
	for _, b := range bs {
		if kind := b.Labels[0]; !slices.Contains(Types(), kind) {
			p.Diags.FailAt(b.At, diag.Problemf("Unknown target", "Nothing is delivered by %s.%s", diag.Quote(kind), diag.DidYouMeanOr(kind, Types(), "The types are")))
			continue
		}
		s.blocks = append(s.blocks, p.Args(b))
	}
	s.Targets(scope)
	return s
}

// Targets evaluates the blocks in a scope that has the run. Mistakes are reported to the
// scope's program.
func (s *Set) Targets(scope *lang.Scope) []Target {
	var all []Target
	for _, b := range s.blocks {
		all = append(all, s.target(b.In(scope)))
	}
	return all
}

func (s *Set) target(a *lang.Args) Target {
	t := Target{Type: a.Block.Labels[0], Name: a.Block.Name(), On: on(a)}
	t.Reports = s.carried(a, t.Type)
	d := decoder{Args: a, placeholder: s.placeholder}
	switch t.Type {
	case TypeEmail:
		t.CAFile, t.Email = lang.CAFile(a), d.email(s.title)
	case TypeS3:
		t.CAFile, t.S3 = lang.CAFile(a), d.s3()
	case TypeDingTalk:
		t.DingTalk = d.dingTalk()
	case TypeWebhook:
		t.CAFile, t.Webhook = lang.CAFile(a), d.webhook()
	}
	return t
}

func on(a *lang.Args) On {
	known := []string{string(Always), string(Problem), string(CheckFailed)}
	text := a.Text("on", string(Always))
	if !slices.Contains(known, text) {
		a.FailAt("on", diag.Problemf("Unknown occasion", "There is no occasion %s.%s", diag.Quote(text), diag.DidYouMeanOr(text, known, "The occasions are")))
	}
	return On(text)
}

// form is the one format that a target takes, and what it posts; empty for any.
func form(kind string) (format, what string) {
	switch kind {
	case TypeDingTalk:
		return "markdown", "a group gets the Markdown report"
	case TypeWebhook:
		return "json", "a webhook gets the JSON report"
	}
	return "", ""
}

// carried are the reports of a target: those that it names, or all that it can take.
func (s *Set) carried(a *lang.Args, kind string) []string {
	format, what := form(kind)
	known := make(map[string]int) // how many blocks have a key
	var can []string
	for _, r := range s.reports {
		if format != "" && r.Format != format {
			continue
		}
		if known[r.Key()]++; known[r.Key()] == 1 {
			can = append(can, r.Key())
		}
	}
	wanted := can
	if a.Has("reports") {
		wanted = a.Texts("reports")
	}
	sent := 0
	for _, key := range wanted {
		if sent += known[key]; known[key] == 0 {
			a.FailAt("reports", diag.Problemf("Unknown report", `%s can't send a report %s. Write FORMAT, or FORMAT.NAME of a report with a name.%s`,
				a.Block, diag.Quote(key), diag.DidYouMeanOr(key, can, "It can send")))
			return wanted
		}
	}
	switch {
	case format == "" || sent == 1:
	case len(can) == 0:
		a.Fail(diag.Problemf("Report missing", `%s has nothing to send: %s. Add report %s { path = … }.`, a.Block, what, diag.Quote(format)))
	default:
		a.Fail(diag.Problemf("One report", `%[1]s sends one report, and there are several: give one a name, report "%[2]s" "NAME", and write reports = ["%[2]s.NAME"].`, a.Block, format))
	}
	return wanted
}
