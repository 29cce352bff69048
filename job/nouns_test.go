package job_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"notifyaudit/job"
)

// The hash is kept in states, so these values are for ever. The empty list's is
// the SHA-256 of nothing.
func TestHashIsStable(t *testing.T) {
	for want, a := range map[string]job.Audience{
		"": job.Sized(2),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": job.Listed("staff", nil),
		"3dc257505bc1b666752c0fc35a89c5d4ef3c0f8bcb372071db47b62837fdcf58": job.Listed("staff", []string{"u2", "u1", "u2"}),
	} {
		if got := a.Hash(); got != want {
			t.Errorf("%+v: got %s, want %s", a, got, want)
		}
	}
	if got := (job.Audience{}).Hash(); got != "" {
		t.Errorf("nobody knows whom: got %s", got)
	}
}

// Equal hashes are equal lists: whatever the order, the repeats and the roster,
// and however the ids are glued together.
func TestHashNamesTheList(t *testing.T) {
	glued := rapid.SliceOfN(rapid.StringMatching(`[ab]{1,3}`), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		a, b := job.Listed("x", glued.Draw(t, "a")), job.Listed("y", glued.Draw(t, "b"))
		if same := slices.Equal(a.UserIDs, b.UserIDs); (a.Hash() == b.Hash()) != same {
			t.Fatalf("%q and %q: equal hashes %t", a.UserIDs, b.UserIDs, !same)
		}
	})
}

func TestHasher(t *testing.T) {
	var h job.Hasher
	for round := range 2 {
		for i := range 200 {
			ids := make([]string, i)
			for j := range ids {
				ids[j] = fmt.Sprintf("u%03d", j)
			}
			a := job.Listed("", ids)
			for _, part := range []job.Audience{a, job.Listed("", ids[:i/2]), job.Sized(i)} {
				if got := h.Hash(part); got != part.Hash() {
					t.Fatalf("round %d, %d people: got %s, want %s", round, part.Size, got, part.Hash())
				}
			}
			// The head of a list is another list in the same memory.
			head := job.Audience{Form: job.AudienceListed, Size: i / 2, UserIDs: a.UserIDs[:i/2]}
			if got := h.Hash(head); got != head.Hash() {
				t.Fatalf("the head of %d: got %s, want %s", i, got, head.Hash())
			}
		}
	}
}

func numbered(n, failAt int, err error) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for i := range n {
			if i == failAt {
				yield(job.Message{}, err)
				return
			}
			if !yield(job.Message{Address: strconv.Itoa(i)}, nil) {
				return
			}
		}
	}
}

func TestBatches(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 6, 7} {
		var sizes, seen []int
		for batch, err := range job.Batches(numbered(n, -1, nil), 3) {
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(batch))
			for i := range batch {
				if want := strconv.Itoa(len(seen)); batch[i].Address != want {
					t.Fatalf("%d messages: got %s, want %s", n, batch[i].Address, want)
				}
				seen = append(seen, i)
			}
		}
		if len(seen) != n {
			t.Errorf("%d messages came as %v", n, sizes)
		}
		for i, size := range sizes {
			if size == 0 || size > 3 || (size < 3 && i < len(sizes)-1) {
				t.Errorf("%d messages came as %v", n, sizes)
			}
		}
	}
	torn := errors.New("torn")
	var got []error
	for batch, err := range job.Batches(numbered(9, 4, torn), 3) {
		if err != nil && batch != nil {
			t.Error("messages beside an error")
		}
		got = append(got, err)
	}
	if len(got) != 2 || got[0] != nil || !errors.Is(got[1], torn) {
		t.Errorf("got %v, want a batch and the error", got)
	}
	for _, err := range job.Batches(numbered(9, -1, nil), 3) {
		if err != nil {
			t.Fatal(err)
		}
		break // leaving early must not panic
	}
}

// A secret is in no output that a program makes by itself.
func TestSecretHides(t *testing.T) {
	const word = "c4n4ry"
	s := job.NewSecret(word)
	holder := struct {
		Open   job.Secret
		hidden job.Secret
		At     *job.Secret
	}{s, s, &s}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("here", "secret", s, "holder", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("here", "secret", s, "holder", holder)
	text, err := json.Marshal(map[string]any{"secret": s, "holder": holder})
	if err != nil {
		t.Fatal(err)
	}
	outputs := []string{log.String(), string(text), s.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		outputs = append(outputs, fmt.Sprintf(verb, s), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &s))
	}
	for _, out := range outputs {
		if strings.Contains(out, word) || strings.Contains(out, fmt.Sprintf("%x", word)) {
			t.Errorf("the secret is in %q", out)
		}
	}
	if s.Reveal() != word || s.IsZero() || holder.hidden.Reveal() != word {
		t.Error("the secret is lost")
	}
	if zero := (job.Secret{}); !zero.IsZero() || zero.Reveal() != "" || !job.NewSecret("").IsZero() {
		t.Error("an empty secret is not zero")
	}
}

func TestCredential(t *testing.T) {
	app := job.Provider{Name: "dingtalk", Endpoint: "https://api.dingtalk.io", AppKey: "key", AppSecret: job.NewSecret("one")}
	rotated, renamed, elsewhere, other := app, app, app, app
	rotated.AppSecret, renamed.Name = job.NewSecret("two"), "dingtalk.hr"
	elsewhere.Endpoint, other.AppKey = "https://api.dingtalk.com", "other"
	token := job.Provider{Endpoint: app.Endpoint, AccessToken: job.NewSecret("key")}
	suite := job.Provider{Endpoint: app.Endpoint, SuiteKey: "key", SuiteTicket: job.NewSecret("one"), AuthCorpID: "corp"}
	ticketed, elsecorp := suite, suite
	ticketed.SuiteTicket, elsecorp.AuthCorpID = job.NewSecret("two"), "another"
	client := job.Provider{Endpoint: app.Endpoint, ClientID: "key", CorpID: "corp"}
	if suite.Credential() != ticketed.Credential() {
		t.Error("a new ticket makes another credential")
	}
	if suite.Credential() == elsecorp.Credential() || suite.Credential() == client.Credential() {
		t.Error("another organisation or another sort of app makes the same credential")
	}
	if app.Organisation() != "" || suite.Organisation() != "corp" || client.Organisation() != "corp" {
		t.Error("the organisation is not the corp id")
	}
	for name, p := range map[string]job.Provider{"a new secret": rotated, "a new name": renamed} {
		if p.Credential() != app.Credential() {
			t.Errorf("%s makes another credential", name)
		}
	}
	for name, p := range map[string]job.Provider{"another region": elsewhere, "another app": other, "a token": token, "a third-party app": suite} {
		if p.Credential() == app.Credential() {
			t.Errorf("%s makes the same credential", name)
		}
	}
}

func TestQuotaMonth(t *testing.T) {
	for _, tt := range []struct {
		at           string
		month, turns string
	}{
		{"2026-11-30T15:59:59Z", "2026-11", "2026-11-30T16:00:00Z"},
		{"2026-11-30T16:00:00Z", "2026-12", "2026-12-31T16:00:00Z"},
		{"2026-12-31T23:59:59-05:00", "2027-01", "2027-01-31T16:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := job.QuotaMonth(at); got != tt.month {
			t.Errorf("%s: month %s, want %s", tt.at, got, tt.month)
		}
		if got := job.QuotaTurns(at).UTC().Format(time.RFC3339); got != tt.turns {
			t.Errorf("%s: turns %s, want %s", tt.at, got, tt.turns)
		}
		if job.QuotaMonth(job.QuotaTurns(at)) == tt.month || job.QuotaMonth(job.QuotaTurns(at).Add(-1)) != tt.month {
			t.Errorf("%s: the month does not turn at %v", tt.at, job.QuotaTurns(at))
		}
	}
}

func TestMonthly(t *testing.T) {
	for _, tt := range []struct {
		limit   job.Limit
		allowed int
		limited bool
	}{
		{job.Limit{RequestsPerMonth: 5000, Reserve: 500}, 4500, true},
		{job.Limit{RequestsPerMonth: 5, Reserve: 500}, 0, true},
		{job.Limit{Reserve: 500}, 0, false},
	} {
		if allowed, limited := tt.limit.Monthly(); allowed != tt.allowed || limited != tt.limited {
			t.Errorf("%+v: got %d, %t", tt.limit, allowed, limited)
		}
	}
}

func TestGoingOn(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		got  bool
		want bool
	}{
		{"a run within its pause", (&job.Run{UpdatedAt: now.Add(-job.MaxPause)}).Continues(now), true},
		{"a run of the future", (&job.Run{UpdatedAt: now.Add(job.MaxPause + 1)}).Continues(now), false},
		{"a run past its pause", (&job.Run{UpdatedAt: now.Add(-job.MaxPause - 1)}).Continues(now), false},
		{"a complete run", (&job.Run{UpdatedAt: now, Complete: true}).Continues(now), false},
		{"no run", (*job.Run)(nil).Continues(now), false},
		{"a cursor in time", (&job.Cursor{NextToken: "t", UpdatedAt: now.Add(-job.MaxCursorAge)}).Resumable(now), true},
		{"a cursor too late", (&job.Cursor{NextToken: "t", UpdatedAt: now.Add(-job.MaxCursorAge - 1)}).Resumable(now), false},
		{"a cursor to nowhere", (&job.Cursor{UpdatedAt: now}).Resumable(now), false},
		{"no cursor", (*job.Cursor)(nil).Resumable(now), false},
		{"a message never asked", (&job.Record{}).Asked(), false},
		{"a message asked", (&job.Record{FirstAskedAt: now}).Asked(), true},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %t", tt.name, tt.got)
		}
	}
}

func TestAnswerError(t *testing.T) {
	cause := errors.New("connection reset")
	for _, tt := range []struct {
		err  job.AnswerError
		want string
	}{
		{job.AnswerError{Class: job.ClassInternal}, "internal"},
		{job.AnswerError{Class: job.ClassTransient, Err: cause}, "transient: connection reset"},
		{
			job.AnswerError{Class: job.ClassInvalid, Status: 400, Code: "invalid.processQueryKey", Message: "bad key", RequestID: "r1"},
			"invalid: status 400 invalid.processQueryKey: bad key (request r1)",
		},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	if !errors.Is(&job.AnswerError{Err: cause}, cause) {
		t.Error("the cause is lost")
	}
}

func TestCostAdds(t *testing.T) {
	got := job.Cost{Metered: 1, Retries: 2, Throttled: 3}.Add(job.Cost{Metered: 10, Retries: 20, Throttled: 30})
	if diff := cmp.Diff(job.Cost{Metered: 11, Retries: 22, Throttled: 33}, got); diff != "" {
		t.Errorf("sum (-want +got):\n%s", diff)
	}
}
