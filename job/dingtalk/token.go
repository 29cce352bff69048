package dingtalk

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"notifyaudit/job"
)

const (
	// earlyRefresh is how long before its end a token is replaced, or half its
	// life when that is shorter.
	earlyRefresh = 10 * time.Minute
	// refreshPause is between two tries to replace a token that is still valid.
	refreshPause = time.Minute
)

// A tokenSource gets an access token from the vendor. Each kind of app has its
// own call for that.
type tokenSource interface {
	fetch(ctx context.Context) (*token, error)
}

// A token is one access token. A repeat may be the same string, renewed: it is a
// token of its own here.
type token struct {
	value job.Secret
	// refreshAt and expires are zero for a token that was given: they aren't known.
	refreshAt, expires time.Time
	// forced says that it replaced one that was refused.
	forced bool
	// proved is set by the first good answer it got.
	proved atomic.Bool
}

// tokens hands out the access token in force and sees to it that one refresh is
// under way at a time.
type tokens struct {
	source tokenSource // nil: the token was given
	// refreshing is held by the one refresh under way.
	refreshing chan struct{}

	mu      sync.Mutex
	current *token
	retryAt time.Time // not to be refreshed early before
	rounds  int       // how many refreshes ended
	failed  error     // how the last one did
}

func newTokens(source tokenSource) *tokens {
	return &tokens{source: source, refreshing: make(chan struct{}, 1)}
}

// givenToken is a token that can't be replaced.
func givenToken(value job.Secret) *tokens { return &tokens{current: &token{value: value}} }

// get returns a token other than refused, which may be nil. While one is replaced
// before its time, all others go on with it.
func (t *tokens) get(ctx context.Context, refused *token) (*token, error) {
	tok, fresh, round := t.look(refused)
	if fresh {
		return tok, nil
	}
	if tok != nil {
		select {
		case t.refreshing <- struct{}{}:
		default:
			return tok, nil
		}
	} else {
		select {
		case t.refreshing <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	defer func() { <-t.refreshing }()
	return t.refresh(ctx, refused, round)
}

// look returns the token in force, nil when there is none but refused, and
// whether it needs no refresh yet.
func (t *tokens) look(refused *token) (tok *token, fresh bool, round int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current == nil || t.current == refused {
		return nil, false, t.rounds
	}
	now := time.Now()
	if t.current.expires.IsZero() || now.Before(t.current.refreshAt) || now.Before(t.retryAt) {
		return t.current, true, t.rounds
	}
	if now.Before(t.current.expires) {
		return t.current, false, t.rounds
	}
	return nil, false, t.rounds
}

// inForce returns the token that has taken the place of tok, or tok.
func (t *tokens) inForce(tok *token) *token {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current == nil {
		return tok
	}
	return t.current
}

// refresh replaces the token, unless somebody did, or failed to, since round. It
// is called by one at a time.
func (t *tokens) refresh(ctx context.Context, refused *token, round int) (*token, error) {
	tok, fresh, latest := t.look(refused)
	if fresh {
		return tok, nil
	}
	if err := t.outcome(); err != nil && (latest != round || !isTemporary(err)) {
		return nil, err
	}
	next, err := t.source.fetch(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx) // the next one tries for itself
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rounds++
	t.failed = err
	switch {
	case err == nil:
		next.forced = refused != nil
		t.current, t.retryAt = next, time.Time{}
		return next, nil
	case tok != nil && isTemporary(err):
		t.failed = nil
		t.retryAt = earlier(time.Now().Add(refreshPause), tok.expires)
		return tok, nil
	default:
		return nil, err
	}
}

func (t *tokens) outcome() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// renewable reports whether a token that was refused is worth replacing: not when
// it was given, nor when it replaced a refused one and was never any good.
func (t *tokens) renewable(refused *token) bool {
	return t.source != nil && (!refused.forced || refused.proved.Load())
}

func isTemporary(err error) bool {
	failure, ok := answerError(err)
	return ok && failure.Temporary
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
