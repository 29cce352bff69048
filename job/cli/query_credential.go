package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	xterm "golang.org/x/term"

	"notifyaudit/job"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// The variables of the environment that hold the credential of a query. Each with
// _FILE behind it names a file instead, and that wins.
const (
	envAppKey      = "NOTIFYAUDIT_APP_KEY"
	envAppSecret   = "NOTIFYAUDIT_APP_SECRET"
	envAccessToken = "NOTIFYAUDIT_ACCESS_TOKEN"
)

// A credential is an app's key and secret, or an access token.
type credential struct {
	appKey                 string
	appSecret, accessToken job.Secret
}

// credential finds the credential of a query, and asks for what is missing on the
// terminal, unless stdin is taken. The simulator takes a made-up one.
func (p *program) credential(ctx context.Context, simulator, taken bool) (credential, error) {
	var cred credential
	values := map[string]string{}
	for _, name := range []string{envAppKey, envAppSecret, envAccessToken} {
		value, err := p.given(name)
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
		cred.accessToken = job.NewSecret(token)
		return cred, nil
	case key == "" && secret == "" && simulator:
		return credential{appKey: "simulator", appSecret: job.NewSecret("simulator")}, nil
	}
	if key == "" || secret == "" {
		if _, ok := term.FileDescriptor(p.env.Stdin); !ok || taken {
			return cred, exit.With(exit.Config, fmt.Errorf("the credential is missing: set %s and %s, or %s; each with _FILE behind it names a file with the value", envAppKey, envAppSecret, envAccessToken))
		}
	}
	var err error
	if key == "" {
		if key, err = p.prompt(ctx, "App key: ", p.line); err != nil {
			return cred, err
		}
	}
	if secret == "" {
		if secret, err = p.prompt(ctx, "App secret (it stays hidden): ", p.hidden); err != nil {
			return cred, err
		}
	}
	if key == "" || secret == "" {
		return cred, exit.With(exit.Config, errors.New("the credential is an app key and an app secret: the developer console shows both under the app's credentials"))
	}
	return credential{appKey: key, appSecret: job.NewSecret(secret)}, nil
}

// given is the value of a variable of the environment, from the file that its
// _FILE names where there is one.
func (p *program) given(name string) (string, error) {
	path := p.environ[name+"_FILE"]
	if path == "" {
		return strings.TrimSpace(p.environ[name]), nil
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
	if text := strings.TrimSpace(string(value)); text != "" {
		return text, nil
	}
	return "", exit.With(exit.Config, fmt.Errorf("%s_FILE: the file %s is empty", name, path))
}

// prompt asks on the terminal. When the context ends first, the terminal is put
// back as it was and the reading is left to itself.
func (p *program) prompt(ctx context.Context, text string, read func() (string, error)) (string, error) {
	fd, _ := term.FileDescriptor(p.env.Stdin)
	before, err := xterm.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("ask for the credential: %w", err)
	}
	p.err.Printf("%s", p.err.Paint(term.Bold, text))
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := read()
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", fmt.Errorf("ask for the credential: %w", a.err)
		}
		return strings.TrimSpace(a.text), nil
	case <-ctx.Done():
		p.err.Println("")
		if err := xterm.Restore(fd, before); err != nil {
			return "", fmt.Errorf("put the terminal back: %w", err)
		}
		return "", context.Cause(ctx)
	}
}

// hidden reads a line that the terminal doesn't show.
func (p *program) hidden() (string, error) {
	fd, _ := term.FileDescriptor(p.env.Stdin)
	text, err := xterm.ReadPassword(fd)
	p.err.Println("")
	return string(text), err
}

// line reads a line and not a byte more, which would be missing for the next
// question.
func (p *program) line() (string, error) {
	var text []byte
	var one [1]byte
	for {
		n, err := p.env.Stdin.Read(one[:])
		if n == 1 && one[0] == '\n' {
			return string(text), nil
		}
		if err != nil {
			return string(text), err
		}
		text = append(text, one[:n]...)
	}
}
