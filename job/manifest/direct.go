package manifest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// Direct describes an audit without a file: what a manifest with one provider
// and at most one audience would say. Empty fields have a manifest's defaults.
type Direct struct {
	Title    string
	Endpoint string
	// RobotCode is the default robot of the messages.
	RobotCode string
	// AccessToken, or AppKey with AppSecret, is the credential.
	AppKey                 string
	AppSecret, AccessToken job.Secret
	// Audience is the path of a csv or xlsx file with the people; "" is none.
	Audience string
	// DataDir is where state and reports lie.
	DataDir string
	// Messages makes the messages for a roster, which is nil without Audience.
	// Their provider is "dingtalk".
	Messages func(*job.Roster) []job.Message
}

// audienceName is what Audience is called in the directory.
const audienceName = "audience"

// LoadDirect makes a manifest of a description. What is wrong with it is told as
// it would be of a manifest, without a place where it stands in no file.
func LoadDirect(ctx context.Context, d Direct) (*Manifest, Diagnostics) {
	l := &loader{
		opts:    Options{Now: time.Now},
		diags:   diag.NewCollector(),
		sources: make(map[string]string),
		limits:  &limits{},

		fileless: true,
	}
	m := l.direct(ctx, d)
	diags := l.diags.Finish()
	if diags.HasErrors() {
		return nil, diags
	}
	return m, diags
}

func (l *loader) direct(ctx context.Context, d Direct) *Manifest {
	if !l.beside(d.Audience) {
		return nil
	}
	l.scope.variables, l.scope.locals = map[string]cty.Value{}, map[string]cty.Value{}
	l.scope.functions = l.functions()
	m := &Manifest{Dir: d.DataDir, DataDir: d.DataDir, loader: l}
	l.audit(nil, m)
	if d.Title != "" {
		m.Title = d.Title
	}
	l.providers(blocks{l.directProvider(d)}, m)
	for i := range m.Providers {
		// There is no ledger to hold a month's calls against.
		m.Providers[i].Limit.RequestsPerMonth, m.Providers[i].Limit.Reserve = 0, 0
	}
	var audience *job.Roster
	if d.Audience != "" {
		l.audiences(blocks{literal("audience", audienceName, map[string]string{"source": l.source(d.Audience)})}, m)
		audience, _ = m.Directory.Roster(audienceName)
	} else {
		l.audiences(nil, m)
	}
	if l.cancelled(ctx) || l.diags.HasErrors() {
		return nil
	}
	m.Sources = l.sourceFiles()
	m.Hash = l.hash(m.Sources)
	l.take(m, d.Messages(audience))
	return m
}

// beside makes the library of the folder that a file is really in: whoever names
// a file on the command line may read it wherever it lies.
func (l *loader) beside(name string) bool {
	path, err := filepath.Abs(name)
	if err == nil && name != "" {
		path, err = filepath.EvalSymlinks(path)
		path = filepath.Dir(path)
	}
	if err == nil {
		l.library, err = newLibrary(path, nil)
	}
	if err != nil {
		l.diags.Fail("File not readable", fmt.Sprintf("%q: %v.", name, bare(err)))
	}
	return err == nil
}

// source is the file as the library finds it.
func (l *loader) source(name string) string {
	if path, err := filepath.EvalSymlinks(name); err == nil {
		return filepath.Base(path)
	}
	return name
}

// take makes the messages the manifest's, and tells what is doubtful about them
// once for all.
func (l *loader) take(m *Manifest, messages []job.Message) {
	c := census{now: time.Now()}
	count := make(map[string]int)
	for i := range messages {
		m.messages = append(m.messages, messageSource{single: &messages[i]})
		for _, doubt := range c.doubts(&messages[i]) {
			if count[doubt.argument]++; count[doubt.argument] == 1 {
				l.diags.Warn(doubt.problem)
			}
		}
	}
	m.Count = len(messages)
	if c.crowded.Count > 0 {
		m.Findings = append(m.Findings, c.crowded)
	}
}

// directProvider is the block that a manifest would have, the secrets in
// variables.
func (l *loader) directProvider(d Direct) block {
	b := literal("provider", providerKind, map[string]string{
		"endpoint": d.Endpoint, "robot_code": d.RobotCode, "app_key": d.AppKey,
	})
	body, _ := b.body.(*hclsyntax.Body)
	for name, secret := range map[string]job.Secret{"app_secret": d.AppSecret, "access_token": d.AccessToken} {
		if secret.IsZero() {
			continue
		}
		l.scope.variables[name] = cty.StringVal(secret.Reveal()).Mark(sensitive)
		body.Attributes[name] = &hclsyntax.Attribute{Name: name, Expr: &hclsyntax.ScopeTraversalExpr{
			Traversal: hcl.Traversal{hcl.TraverseRoot{Name: "var"}, hcl.TraverseAttr{Name: name}},
		}}
	}
	return b
}

// literal is a block with a label and texts for arguments; empty ones are left
// out.
func literal(kind, label string, arguments map[string]string) block {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for name, text := range arguments {
		if text != "" {
			body.Attributes[name] = &hclsyntax.Attribute{Name: name, Expr: &hclsyntax.LiteralValueExpr{Val: cty.StringVal(text)}}
		}
	}
	return block{kind: kind, labels: []string{label}, body: body}
}
