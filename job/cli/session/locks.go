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

// locks are the locks that a session holds.
type locks struct {
	held []interface{ Release() error }
	// credentials are the locks of credentials among them.
	credentials []*lock.Credential
}

// takeState takes the lock of a state. It waits up to wait for another holder.
func (l *locks) takeState(ctx context.Context, db *state.DB, holder string, wait time.Duration) error {
	held, err := db.Lock(ctx, holder, wait)
	if err != nil {
		return err
	}
	l.held = append(l.held, held)
	return nil
}

// credentialLocks tells where the locks of credentials are and how to take them.
type credentialLocks struct {
	// beside is the state's folder, "" if there is none; user is the folder that all
	// states of this user share.
	beside, user string
	holder       string
	wait         time.Duration
	log          *slog.Logger
}

// takeCredentials locks each credential of the providers.
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

// rest waits until the calls of the credentials' last runs no longer count.
func (l *locks) rest(ctx context.Context) error {
	for _, held := range l.credentials {
		if err := held.Rest(ctx); err != nil {
			return err
		}
	}
	return nil
}

// release releases all locks.
func (l *locks) release() {
	for _, held := range l.held {
		_ = held.Release()
	}
}

// homeFolder returns the home of this user by the system's list of users.
func homeFolder() (string, error) {
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// holder describes this process to others that wait for its locks.
func holder(now time.Time) string {
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	return lock.Holder(host, os.Getpid(), now)
}
