package runner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
)

// A memory is a store that keeps everything in maps, and checks what every
// store may rely on.
type memory struct {
	mu       sync.Mutex
	records  map[job.MessageID]*job.Record
	pages    map[job.MessageID][]string
	readings map[job.MessageID][]string
	replaced []job.MessageID
	stops    []job.RobotStop
	refusals []job.QuotaRefusal
	spent    int
	log      []string
	// refuse, if set, fails every commit, refuseReading that of one message's
	// readings.
	refuse        error
	refuseReading job.MessageID
	// lookups counts the calls of Records.
	lookups int
}

func newMemory() *memory {
	return &memory{
		records: map[job.MessageID]*job.Record{}, pages: map[job.MessageID][]string{},
		readings: map[job.MessageID][]string{},
	}
}

func (m *memory) record(id job.MessageID) *job.Record {
	r, found := m.records[id]
	if !found {
		r = &job.Record{FirstAskedAt: time.Now()}
		m.records[id] = r
	}
	return r
}

func (m *memory) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lookups++
	out := make([]*job.Record, len(ids))
	for i, id := range ids {
		if r, found := m.records[id]; found {
			out[i] = new(*r)
		}
	}
	return out, nil
}

func (m *memory) CursorReaders(_ context.Context, id job.MessageID) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.pages[id]), nil
}

func (m *memory) CommitPage(ctx context.Context, c job.PageCommit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return m.refuse
	}
	if c.Cursor.Pages == 1 {
		m.pages[c.Message.ID] = nil
	}
	m.pages[c.Message.ID] = append(m.pages[c.Message.ID], c.UserIDs...)
	m.record(c.Message.ID).Cursor = &c.Cursor
	m.spent += c.Spend.Calls
	m.log = append(m.log, "page "+c.Message.Address+" "+strconv.Itoa(c.Cursor.Pages))
	return ctx.Err()
}

func (m *memory) CommitReading(ctx context.Context, c job.ReadingCommit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return m.refuse
	}
	if c.Message.ID == m.refuseReading {
		return errors.New("that can't be kept")
	}
	if _, known := m.records[c.Message.ID]; known == c.New {
		return fmt.Errorf("%s is committed as new: %t", c.Message.Address, c.New)
	}
	all := c.UserIDs
	if c.Pages > 1 {
		all = append(slices.Clone(m.pages[c.Message.ID]), c.UserIDs...)
	}
	slices.Sort(all)
	m.readings[c.Message.ID] = all
	r := m.record(c.Message.ID)
	r.Last, r.Cursor, r.Failure = &c.Reading, nil, nil
	if c.ReplaceAudience {
		m.replaced = append(m.replaced, c.Message.ID)
	}
	m.spent += c.Spend.Calls
	m.log = append(m.log, "read "+c.Message.Address)
	return ctx.Err()
}

func (m *memory) CommitFailure(ctx context.Context, c job.FailureCommit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != nil {
		return m.refuse
	}
	r := m.record(c.Message.ID)
	r.Failure = &c.Failure
	if !c.KeepCursor {
		r.Cursor = nil
	}
	m.spent += c.Spend.Calls
	m.log = append(m.log, string(c.Failure.Status)+" "+c.Message.Address)
	return ctx.Err()
}

func (m *memory) CommitStop(_ context.Context, s job.RobotStop) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stops = append(m.stops, s)
	return nil
}

func (m *memory) CommitQuotaRefusal(_ context.Context, r job.QuotaRefusal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals = append(m.refusals, r)
	return nil
}

func (m *memory) ReplaceAudience(_ context.Context, msg *job.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.replaced = append(m.replaced, msg.ID)
	return m.refuse
}

func (m *memory) Spend(_ context.Context, s job.Spend) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spent += s.Calls
	return nil
}

// An api answers queries with a func, after a while, and notes what was asked.
type api struct {
	latency time.Duration
	answer  func(q job.Query) (job.Page, error)

	mu             sync.Mutex
	asked          []job.Query
	inFlight, most int
}

func (a *api) Ask(ctx context.Context, q job.Query) (job.Page, error) {
	a.mu.Lock()
	a.asked = append(a.asked, q)
	a.inFlight++
	a.most = max(a.most, a.inFlight)
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.inFlight--
	}()
	select {
	case <-ctx.Done():
		return job.Page{}, context.Cause(ctx)
	case <-time.After(a.latency):
	}
	return a.answer(q)
}

func (a *api) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.asked)
}

// paged answers with readers spread over pages of 200.
func paged(readers []string) func(job.Query) (job.Page, error) {
	const size = 200
	return func(q job.Query) (job.Page, error) {
		from := 0
		if q.NextToken != "" {
			from, _ = strconv.Atoi(q.NextToken)
		}
		p := job.Page{SendStatus: job.SendSuccess, Cost: job.Cost{Metered: 1}}
		p.ReadUserIDs = readers[from:min(from+size, len(readers))]
		if next := from + size; next < len(readers) {
			p.HasMore, p.NextToken = true, strconv.Itoa(next)
		}
		return p, nil
	}
}

func refusal(class job.ErrorClass, reach job.Reach, code string) error {
	return &job.AnswerError{Class: class, Reach: reach, Status: 400, Code: code, Cost: job.Cost{Metered: 1}}
}

func people(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("u%05d", i)
	}
	return ids
}

// message makes the i-th message of the provider.
func message(provider string, i int) *job.Message {
	key := fmt.Sprintf("K%04d", i)
	return &job.Message{
		ID:      job.MessageID{Provider: provider, Kind: job.PrivateChat, ProcessQueryKey: key},
		Address: "message.m" + strconv.Itoa(i), RobotCode: "ding1",
	}
}

func tasks(provider string, n int) []plan.Step {
	list := make([]plan.Step, n)
	for i := range list {
		list[i] = plan.Step{Message: message(provider, i), Pages: 1}
	}
	return list
}

func provider(asker runner.Asker) runner.Provider {
	return runner.Provider{Name: "dingtalk", Credential: "c1", QuotaGroup: "acme", InFlight: 20, Asker: asker}
}
