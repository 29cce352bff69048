package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
)

// filler sets every field of a value, whatever fields it gets in the future.
type filler struct{ *rand.Rand }

func (f filler) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		zones := []*time.Location{time.UTC, time.FixedZone("", f.IntN(3)*3600), time.FixedZone("CST", 8*3600)}
		v.Set(reflect.ValueOf(time.Unix(f.Int64N(4e9)-1e9, f.Int64N(1e9)).In(zones[f.IntN(3)])))
		return
	case job.Audience:
		f.audience(v.Addr().Interface().(*job.Audience)) //nolint:errcheck // the switch says what it is
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.fill(field)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.fill(key)
			f.fill(value)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("文", f.IntN(1000)))
	case reflect.Int, reflect.Int64:
		v.SetInt(f.Int64N(1000) - 100)
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 1)
	case reflect.Float64:
		v.SetFloat(f.Float64())
	default:
		panic("there is no filling a " + v.Kind().String())
	}
}

// audience is of a few people or of many.
func (f filler) audience(a *job.Audience) {
	var ids []string
	for range []int{3, 40}[f.IntN(2)] {
		ids = append(ids, fmt.Sprint("u", f.IntN(500)))
	}
	*a = job.Listed("staff", ids)
}

// filled is a result with every field that an audit's results have.
func (f filler) filled() *job.Result {
	r := &job.Result{}
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		switch v.Type().Field(i).Name {
		case "Anonymous", "Parts", "Pooled", "Open": // of aggregate reports
		case "Readers":
			r.Readers = f.readers(r.Audience)
		case "Audience":
			if r.Audience = r.Message.Audience; f.IntN(2) > 0 {
				f.fill(v.Field(i))
			}
		default:
			f.fill(v.Field(i))
		}
	}
	r.Counts.Withheld = 0 // in aggregate reports
	return r
}

// readers are some of the audience and some others, by user id.
func (f filler) readers(a job.Audience) []job.Reader {
	var all []job.Reader
	for _, id := range append(slices.Clone(a.UserIDs), "a", "u0000", "z") {
		if f.IntN(3) > 0 {
			reader := job.Reader{UserID: id}
			f.fill(reflect.ValueOf(&reader.FirstSeenAt).Elem())
			all = append(all, reader)
		}
	}
	slices.SortFunc(all, job.CompareUserIDs)
	return all
}

func stream(results []*job.Result) iter.Seq2[*job.Result, error] {
	return func(yield func(*job.Result, error) bool) {
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// memory is a file in memory.
type memory struct {
	content []byte
	full    error
}

func inMemory() File { return &memory{} }

func (m *memory) Write(p []byte) (int, error) {
	if m.full != nil {
		return 0, m.full
	}
	m.content = append(m.content, p...)
	return len(p), nil
}

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(m.content).ReadAt(p, at)
}

func (*memory) Close() error { return nil }

func taken(t *testing.T, results []*job.Result, histories map[job.MessageID][]job.Reading, create func() File) *Snapshot {
	t.Helper()
	s, err := Take(stream(results), Options{
		Histories: func(ids []job.MessageID) ([][]job.Reading, error) {
			var all [][]job.Reading
			for _, id := range ids {
				all = append(all, histories[id])
			}
			return all, nil
		},
		Create: create,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func collect(t *testing.T, s *Snapshot) []*job.Result {
	t.Helper()
	var all []*job.Result
	for r, err := range s.Results() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, copied(r))
	}
	return all
}

// copied is a copy of a result that stays good.
func copied(r *job.Result) *job.Result {
	c := r.WithoutReaders()
	c.Readers = slices.Clone(r.Readers)
	return c
}

// Every field of a result comes back: one that is forgotten would be lost from the
// reports in silence.
func TestResultsComeBack(t *testing.T) {
	f := filler{rand.New(rand.NewPCG(1, 2))}
	for _, count := range []int{0, 1, 700} {
		results := []*job.Result{}
		histories := map[job.MessageID][]job.Reading{}
		for i := range count {
			r := f.filled()
			r.Message.ID.ProcessQueryKey += strconv.Itoa(i)
			if i%5 == 4 { // what most messages are
				r = &job.Result{Message: job.Message{ID: r.Message.ID, Address: r.Message.Address}}
			}
			if i%3 == 1 {
				r.Message.Audience = results[i-1].Message.Audience
				r.Audience = r.Message.Audience
				r.Readers = f.readers(r.Audience)
			}
			results = append(results, r)
			if r.Reading != nil {
				histories[r.Message.ID] = []job.Reading{*r.Previous, *r.Reading}[i%2:]
			}
		}
		s := taken(t, results, histories, inMemory)
		for range 2 {
			if diff := cmp.Diff(results, collect(t, s), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%d results (-want +got):\n%.4000s", count, diff)
			}
		}
		for range 2 {
			var ids []job.MessageID
			var want [][]job.Reading
			for i, r := range results {
				if i%7 > 1 { // some are left out
					ids, want = append(ids, r.Message.ID), append(want, histories[r.Message.ID])
				}
			}
			var got [][]job.Reading
			for _, id := range ids {
				readings, err := s.History(id)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, readings)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("readings (-want +got):\n%.4000s", diff)
			}
		}
	}
}

func TestHistoryOfOthersIsEmpty(t *testing.T) {
	s := taken(t, []*job.Result{{Message: job.Message{Address: "a"}}}, nil, inMemory)
	for _, id := range []job.MessageID{{ProcessQueryKey: "x"}, {}} {
		if got, err := s.History(id); err != nil || got != nil {
			t.Errorf("readings %v, %v", got, err)
		}
	}
}

// Messages with one roster share its list of user ids, which is kept once, and read
// once.
func TestListsAreShared(t *testing.T) {
	var ids []string
	for i := range 10_000 {
		ids = append(ids, fmt.Sprintf("user-%06d", i))
	}
	var results []*job.Result
	for i := range 100 {
		a := job.Audience{Form: job.AudienceListed, Size: len(ids), UserIDs: ids}
		results = append(results, &job.Result{Message: job.Message{Address: strconv.Itoa(i), Audience: a}, Audience: a})
	}
	s := taken(t, results, nil, inMemory)
	if s.results.size > 100_000 {
		t.Errorf("100 messages with one list of 10,000 ids take %d bytes", s.results.size)
	}
	all := collect(t, s)
	for _, r := range all {
		if &r.Audience.UserIDs[0] != &all[0].Message.Audience.UserIDs[0] {
			t.Fatal("a list was read twice")
		}
	}
	if diff := cmp.Diff(ids, all[99].Audience.UserIDs); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestErrorsEndASnapshot(t *testing.T) {
	trouble := errors.New("trouble")
	good := []*job.Result{{Reading: &job.Reading{}}}
	failing := func(yield func(*job.Result, error) bool) { yield(nil, trouble) }
	if _, err := Take(failing, Options{Create: inMemory}); !errors.Is(err, trouble) {
		t.Errorf("of the results: %v", err)
	}
	full := func() File { return &memory{full: trouble} }
	if _, err := Take(stream(good), Options{Create: full}); !errors.Is(err, trouble) {
		t.Errorf("of the file: %v", err)
	}
	forgetful, err := Take(stream(good), Options{Create: inMemory, Histories: func([]job.MessageID) ([][]job.Reading, error) { return nil, trouble }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := forgetful.History(job.MessageID{}); !errors.Is(err, trouble) {
		t.Errorf("of the history: %v", err)
	}
	s := taken(t, good, nil, inMemory)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Results() {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

// oneReader are messages that went to one person, who has read them.
func oneReader(count int) []*job.Result {
	var results []*job.Result
	for i := range count {
		id := fmt.Sprintf("u%07d", i)
		a := job.Listed("staff", []string{id})
		at := time.Date(2026, 11, 20, 9, 0, 0, i, time.UTC)
		results = append(results, &job.Result{
			Message: job.Message{
				ID:      job.MessageID{Provider: "dingtalk", Kind: "private_chat", ProcessQueryKey: fmt.Sprintf("Kna%07dQQMUityb5ZUoSKWOBgZTlVSfVJemwphk=", i)},
				Address: fmt.Sprintf("messages.training[%q]", id), Campaign: "training", Title: "年度信息安全培训通知",
				SentAt: at, Audience: a, Target: 0.85, Source: job.Position{File: "rows.csv", Line: i},
			},
			Status: job.StatusSettled, Audience: a, Readers: []job.Reader{{UserID: id, FirstSeenAt: at}},
			Reading: &job.Reading{RunID: "20261120T090000Z-1f3a", StartedAt: at, FinishedAt: at, SendStatus: job.SendSuccess, Readers: 1, Read: 1},
			Counts:  job.Counts{Read: 1}, Calls: 1, FirstAskedAt: at,
		})
	}
	return results
}

// TestAllocationsOfAResult: the texts of a message to one person are one piece of memory,
// and its recipient has a place in one of several messages.
//
//nolint:paralleltest // all allocations of the process are counted
func TestAllocationsOfAResult(t *testing.T) {
	const count = 1000
	s := taken(t, oneReader(count), nil, inMemory)
	n := testing.AllocsPerRun(3, func() {
		for _, err := range s.Results() {
			if err != nil {
				t.Error(err)
			}
		}
	})
	if each := n / count; each > 1.1 {
		t.Errorf("%.2f allocations a message", each)
	}
}

func BenchmarkResults(b *testing.B) {
	const count = 20_000
	results := oneReader(count)
	o := Options{Create: inMemory}
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			s, err := Take(stream(results), o)
			if err != nil {
				b.Fatal(err)
			}
			_ = s.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/message")
	})
	s, err := Take(stream(results), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range s.Results() {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/message")
		b.ReportMetric(float64(s.results.size)/count, "B/message")
	})
	_ = s.Close()
}
