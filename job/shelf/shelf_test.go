package shelf_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/shelf"
)

func draw(t *rapid.T) job.Message {
	text := rapid.StringN(0, 300, 600)
	ids := rapid.SliceOfN(rapid.StringN(1, 8, 32), 0, 12)
	m := job.Message{
		ID:                 job.MessageID{Provider: rapid.SampledFrom([]string{"dingtalk", "dingtalk.hr"}).Draw(t, "provider"), Kind: job.Group, ProcessQueryKey: text.Draw(t, "key")},
		Address:            rapid.SampledFrom([]string{"message.a", `messages.b["1"]`, `messages.b["a[b"]`, ""}).Draw(t, "address"),
		FullAddress:        rapid.SampledFrom([]string{"", `messages.b["u"]`}).Draw(t, "full address"),
		Campaign:           rapid.SampledFrom([]string{"b", "c"}).Draw(t, "campaign"),
		RobotCode:          rapid.SampledFrom([]string{"", "r"}).Draw(t, "robot"),
		OpenConversationID: text.Draw(t, "conversation"),
		Window:             time.Duration(rapid.Int64().Draw(t, "window")),
		Audience: job.Audience{
			Form: job.AudienceListed, Size: rapid.Int().Draw(t, "size"), Roster: "staff", UserIDs: ids.Draw(t, "people"),
		},
		NotDelivered: ids.Draw(t, "not delivered"),
		Source:       job.Position{File: "rows.csv", Line: rapid.Int().Draw(t, "line")},
	}
	if rapid.Bool().Draw(t, "sent") {
		m.SentAt = time.Unix(rapid.Int64Range(-1<<36, 1<<38).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
	}
	return m
}

// What comes off the shelf is what was put there.
func TestGetIsPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s shelf.Shelf
		messages := rapid.SliceOfN(rapid.Custom(draw), 1, 30).Draw(t, "messages")
		places := make([]shelf.Place, len(messages))
		for i := range messages {
			places[i] = s.Put(&messages[i])
		}
		for i, at := range places {
			if diff := cmp.Diff(&messages[i], s.Get(at), cmp.Transformer("list", func(ids []string) string { return strings.Join(ids, "\n") })); diff != "" {
				t.Fatalf("message %d (-put +got):\n%s", i, diff)
			}
		}
	})
}

// A message larger than a chunk, and many that fill some.
func TestChunks(t *testing.T) {
	var s shelf.Shelf
	long := s.Put(&job.Message{OpenConversationID: strings.Repeat("x", 1<<20)})
	var places []shelf.Place
	for i := range 20_000 {
		places = append(places, s.Put(&job.Message{ID: job.MessageID{ProcessQueryKey: strconv.Itoa(i)}}))
	}
	if got := len(s.Get(long).OpenConversationID); got != 1<<20 {
		t.Errorf("a conversation id of %d bytes", got)
	}
	for i, at := range places {
		if key := s.Get(at).ID.ProcessQueryKey; key != strconv.Itoa(i) {
			t.Fatalf("message %d has the key %s", i, key)
		}
	}
}

// A message takes little more than the texts of its own.
func TestMemory(t *testing.T) {
	const n = 100_000
	people := make([]string, 1000)
	for i := range people {
		people[i] = fmt.Sprint("user", i)
	}
	everybody := job.Listed("staff", people)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var s shelf.Shelf
	for i := range n {
		m := job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: fmt.Sprintf("key-%08d", i)},
			Address: fmt.Sprintf(`messages.payslips["%08d"]`, i), Campaign: "payslips", RobotCode: "robot",
			SentAt: time.Unix(1_800_000_000, 0), Window: time.Hour, Audience: everybody,
		}
		s.Put(&m)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (after.HeapAlloc - before.HeapAlloc) / n; each > 64 {
		t.Errorf("%d bytes a message", each)
	}
	runtime.KeepAlive(&s)
}
