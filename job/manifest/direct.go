package manifest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest/checks"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
	"notifyaudit/job/manifest/source"
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
	// CheckTarget is that of [Options].
	CheckTarget func(kind, path string) error
	// Messages makes the messages for a roster, which is nil without Audience.
	// Their provider is "dingtalk".
	Messages func(*job.Roster) []job.Message
}

// audienceName is what Audience is called in the directory.
const audienceName = "audience"

// LoadDirect makes a manifest of a description. What is wrong with it is reported
// as it would be of a manifest, without a place.
func LoadDirect(ctx context.Context, d Direct) (*Manifest, Diagnostics) {
	diags := diag.NewCollector()
	m := loadDirect(ctx, d, diags)
	found := diags.Finish()
	if found.HasErrors() {
		return nil, found
	}
	return m, found
}

func loadDirect(ctx context.Context, d Direct, diags *diag.Collector) *Manifest {
	files, table, err := directFile(d.Audience)
	if err != nil {
		diags.Fail("File not readable", fmt.Sprintf("%q: %v.", d.Audience, source.Bare(err)))
		return nil
	}
	program := lang.New(schema(), files, diags)
	m := &Manifest{Dir: d.DataDir, DataDir: d.DataDir, program: program, check: d.CheckTarget}
	m.checks = checks.Decode(program, nil)
	m.decodeAudit(nil, false)
	if d.Title != "" {
		m.Title = d.Title
	}
	symbols := &messages.Symbols{Zone: m.Location, ZoneSet: true}
	m.decodeProviders(lang.Blocks{directProvider(program, d)}, symbols, false)
	for i := range m.Providers {
		// There is no ledger of a month's calls.
		m.Providers[i].Limit.RequestsPerMonth, m.Providers[i].Limit.Reserve = 0, 0
	}
	var audiences lang.Blocks
	if d.Audience != "" {
		audiences = lang.Blocks{lang.Literal("audience", audienceName, map[string]string{"source": table})}
	}
	m.decodeAudiences(audiences, symbols)
	if messages.Cancelled(ctx, diags) || diags.HasErrors() {
		return nil
	}
	m.seal()
	m.use(messages.Of(d.Messages(symbols.Rosters[audienceName]), diags, time.Now()))
	return m
}

// directFile makes the files of the folder that a file really is in: one that is
// named on the command line may lie anywhere. Its name there is the second result.
func directFile(name string) (*source.FS, string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return nil, "", err
	}
	if name == "" {
		files, err := source.New(path, nil)
		return files, "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, "", err
	}
	files, err := source.New(filepath.Dir(path), nil)
	return files, filepath.Base(path), err
}

// directProvider is the block that a manifest would have, the secrets in
// variables.
func directProvider(program *lang.Program, d Direct) lang.Block {
	var secrets []string
	for name, secret := range map[string]job.Secret{"app_secret": d.AppSecret, "access_token": d.AccessToken} {
		if !secret.IsZero() {
			program.SetSensitive(name, secret.Reveal())
			secrets = append(secrets, name)
		}
	}
	return lang.Literal("provider", messages.ProviderKind, map[string]string{
		"endpoint": d.Endpoint, "robot_code": d.RobotCode, "app_key": d.AppKey,
	}, secrets...)
}
