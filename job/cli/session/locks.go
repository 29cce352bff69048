package session

import (
	"context"
	"log/slog"
	"os"
	"os/user"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

// locks are what a session holds for itself.
type locks struct {
	held []interface{ Release() error }
	// credentials are those of held that are an API's.
	credentials []*lock.Credential
}

// takeState takes the lock of a state; it waits as long as wait for another holder.
func (l *locks) takeState(ctx context.Context, db *state.DB, holder string, wait time.Duration) error {
	held, err := db.Lock(ctx, holder, wait)
	if err != nil {
		return err
	}
	l.held = append(l.held, held)
	return nil
}

// credentialLocks says where the locks of credentials lie and how they are taken.
type credentialLocks struct {
	// beside is the state's folder, "" where there is none, and user the folder of
	// all states of this user.
	beside, user string
	holder       string
	wait         time.Duration
	log          *slog.Logger
}

// takeCredentials takes the credentials of the providers, each once.
func (l *locks) takeCredentials(ctx context.Context, providers []job.Provider, o credentialLocks) error {
	taken := map[string]bool{}
	for i := range providers {
		p := &providers[i]
		if taken[p.Credential()] {
			continue
		}
		taken[p.Credential()] = true
		held, err := lock.TakeCredential(ctx, o.beside, o.user, p.Credential(), o.holder, o.wait)
		if err != nil {
			return err
		}
		if err := held.Unshared(); err != nil {
			o.log.Info("other states of this user don't see this run's credential", "provider", p.Name, "error", err)
		}
		l.held, l.credentials = append(l.held, held), append(l.credentials, held)
	}
	return nil
}

// rest waits until the calls of the credentials' last runs count no more.
func (l *locks) rest(ctx context.Context) error {
	for _, held := range l.credentials {
		if err := held.Rest(ctx); err != nil {
			return err
		}
	}
	return nil
}

// release gives all of them back.
func (l *locks) release() {
	for _, held := range l.held {
		_ = held.Release()
	}
}

// homeFolder is this user's, as the system's list of users has it.
func homeFolder() (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// holder is what others are told about this process while it holds a lock.
func holder(now time.Time) string {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	return lock.Holder(host, os.Getpid(), now)
}
