package dingtalk

import (
	"context"
	"log/slog"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// logAttempt writes a line about an attempt, and one when it changed the gate.
// Neither has a secret, a user id or a query key: of the URL the path alone, of the
// answer its code and its request id, which are cleaned of secrets.
func (c *Client) logAttempt(ctx context.Context, a ratelimit.Attempt, message string, tokenWait time.Duration) {
	if c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.LogAttrs(ctx, slog.LevelDebug, "attempt", c.attempt(a, message, tokenWait)...)
	}
	if a.Gate.From == a.Gate.To {
		return
	}
	if a.Gate.To == ratelimit.Open {
		c.log.DebugContext(ctx, "gate opened", "was", a.Gate.From)
		return
	}
	c.log.DebugContext(ctx, "gate shut", "why", a.Gate.To, "probe_at", a.Gate.ProbeAt)
}

func (c *Client) attempt(a ratelimit.Attempt, message string, tokenWait time.Duration) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("method", a.Request.Method), slog.String("path", a.Request.URL.Path), slog.String("message", message),
		slog.Int("status", a.Status), slog.Int("attempt", a.Number), slog.Bool("probe", a.Probe),
		slog.Duration("waited_token", tokenWait), slog.Duration("waited_slot", a.SlotWait), slog.Duration("waited_gate", a.GateWait),
		slog.Duration("duration", a.Duration),
	}
	got, judged := a.Verdict.Detail.(*answer)
	if !judged || got.failure == nil {
		return attrs
	}
	f := got.failure
	attrs = append(attrs, slog.String("class", string(f.Class)), slog.String("code", f.Code), slog.String("request_id", f.RequestID))
	if a.Status == 0 { // the transport's words, not the server's
		attrs = append(attrs, slog.String("error", f.Text()))
	}
	return attrs
}

// logToken writes a line about a token call that came to its end.
func (c *Client) logToken(ctx context.Context, t *token, err error) {
	if err == nil {
		c.log.DebugContext(ctx, "access token refreshed", "expires", t.expires, "refresh_at", t.refreshAt)
		return
	}
	class := job.ClassInternal
	if f, ok := answerError(err); ok {
		class = f.Class
	}
	c.log.DebugContext(ctx, "access token not refreshed", "class", class)
}
