// Package credential finds the credential of a query: in the environment, in files
// that the environment names, or by asking on the terminal.
package credential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// The environment variables with the credential of a query. With the suffix _FILE a
// variable names a file instead, which takes precedence.
const (
	envAppKey      = "NOTIFYAUDIT_APP_KEY"
	envAppSecret   = "NOTIFYAUDIT_APP_SECRET"
	envAccessToken = "NOTIFYAUDIT_ACCESS_TOKEN"
)

// A Credential is an app's key and secret, or an access token.
type Credential struct {
	AppKey                 string
	AppSecret, AccessToken job.Secret
}

// Options tell where to look for a credential.
type Options struct {
	Environ map[string]string
	// Terminal and Screen ask for what is missing. Nothing is asked if Terminal is nil
	// or no terminal.
	Terminal io.Reader
	Screen   *term.Screen
	// Simulator allows an invented credential where there is none.
	Simulator bool
}

// Find finds the credential, and asks for what is missing. Its errors have the exit
// status 78, except for the end of ctx.
func Find(ctx context.Context, o Options) (Credential, error) {
	var cred Credential
	values := map[string]string{}
	for _, name := range []string{envAppKey, envAppSecret, envAccessToken} {
		value, err := o.given(name)
		if err != nil {
			return cred, err
		}
		values[name] = value
	}
	key, secret, token := values[envAppKey], values[envAppSecret], values[envAccessToken]
	switch {
	case token != "" && (key != "" || secret != ""):
		return cred, exit.With(exit.Config, fmt.Errorf("there are two credentials: unset %s, or %s and %s", envAccessToken, envAppKey, envAppSecret))
	case token != "":
		cred.AccessToken = job.NewSecret(token)
		return cred, nil
	case key == "" && secret == "" && o.Simulator:
		return Credential{AppKey: "simulator", AppSecret: job.NewSecret("simulator")}, nil
	}
	if key == "" || secret == "" {
		if _, ok := term.FileDescriptor(o.Terminal); !ok {
			return cred, exit.With(exit.Config, fmt.Errorf("the credential is missing: set %s and %s, or %s; each with _FILE behind it names a file with the value", envAppKey, envAppSecret, envAccessToken))
		}
	}
	var err error
	if key == "" {
		if key, err = o.Screen.Ask(ctx, o.Terminal, o.Screen.Paint(term.Bold, "App key: ")); err != nil {
			return cred, err
		}
	}
	if secret == "" {
		if secret, err = o.Screen.AskHidden(ctx, o.Terminal, o.Screen.Paint(term.Bold, "App secret (it stays hidden): ")); err != nil {
			return cred, err
		}
	}
	if key == "" || secret == "" {
		return cred, exit.With(exit.Config, errors.New("the credential is an app key and an app secret: the developer console shows both under the app's credentials"))
	}
	return Credential{AppKey: key, AppSecret: job.NewSecret(secret)}, nil
}

// given is [Given], which an empty file fails.
func (o *Options) given(name string) (string, error) {
	text, err := Given(o.Environ, name)
	if path := o.Environ[name+"_FILE"]; err == nil && text == "" && path != "" {
		err = exit.With(exit.Config, fmt.Errorf("%s_FILE: the file %s is empty", name, path))
	}
	return text, err
}

// Given returns the value of an environment variable, or what the file has that the
// variable with _FILE names, at most 64 KiB; without the space around it. The error of a
// file that can't be read carries [exit.Config].
func Given(environ map[string]string, name string) (string, error) {
	path := environ[name+"_FILE"]
	if path == "" {
		return strings.TrimSpace(environ[name]), nil
	}
	f, err := atomicfile.Open(path)
	if err != nil {
		return "", exit.With(exit.Config, fmt.Errorf("%s_FILE: %w", name, err))
	}
	defer func() { _ = f.Close() }()
	const most = 64 << 10
	value, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return "", exit.With(exit.Config, fmt.Errorf("%s_FILE: %w", name, err))
	}
	return strings.TrimSpace(string(value)), nil
}
