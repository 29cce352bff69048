package runner_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/simulator/scenario"
)

// A world is all that an audit can meet, drawn: organisations and their limits,
// messages, a server with its troubles, and how the first run ends. The second run
// begins when the troubles are over.
type world struct {
	scenario  scenario.Scenario
	providers []job.Provider
	messages  []job.Message
	// budget is what each quota group may spend in the first run; 0: no bound.
	budget int
	// end is how the first run ends, at endAt after its start.
	end   ending
	endAt time.Duration
	// calm is when the last trouble is over; gap is how long after the first run,
	// or after that, the second begins.
	calm, gap time.Duration
	// panics is the key of a message whose answers blow up until calm; or none.
	panics string
}

// An ending is how a run ends.
type ending string

const (
	byItself   ending = "by itself"
	cancelled  ending = "cancelled"
	killed     ending = "killed"
	worldCalm         = 40 * time.Minute
	crowdSize         = 60
	mostPages         = 8
	foreignURL        = "https://elsewhere.example/steal"
)

// A climate is what kind of trouble a world has.
type climate string

const (
	steady  climate = "steady"  // the same latency always, and nothing wrong
	jittery climate = "jittery" // latency that varies and shifts, a server that minds
	faulty  climate = "faulty"  // faults, bans, throttling, expiring tokens
	outage  climate = "outage"  // minutes without the server
	stormy  climate = "stormy"  // all of it
)

func drawWorld(t *rapid.T) *world {
	w := &world{calm: worldCalm}
	kind := rapid.SampledFrom([]climate{steady, jittery, faulty, faulty, outage, stormy, stormy}).Draw(t, "climate")
	w.scenario.Seed = rapid.Uint64Range(1, 1<<32).Draw(t, "seed")
	w.scenario.UnknownKeys = scenario.UnknownKeysReject
	w.drawProviders(t)
	w.drawMessages(t)
	w.drawPace(t, kind)
	if kind == faulty || kind == stormy {
		w.drawTokens(t)
		w.drawFaults(t)
		w.drawHostility(t)
		w.budget = oneIn(t, 6, "budget", func() int { return rapid.IntRange(1, 60).Draw(t, "calls") })
		w.panics = oneIn(t, 6, "panic", func() string { return rapid.SampledFrom(w.messages).Draw(t, "panics").ID.ProcessQueryKey })
	}
	if kind == outage || kind == stormy {
		w.drawOutages(t)
	}
	w.end = rapid.SampledFrom([]ending{byItself, cancelled, killed}).Draw(t, "end")
	if w.end != byItself {
		w.endAt = drawDuration(t, "end at", 0, 20*time.Second)
		if rapid.Bool().Draw(t, "late") {
			w.endAt *= 40
		}
	}
	w.gap = rapid.SampledFrom([]time.Duration{2 * time.Second, 10 * time.Minute, 2 * time.Hour}).Draw(t, "gap")
	if kind == steady || kind == jittery {
		w.calm = 0
	}
	return w
}

// oneIn draws a value in one world of n, and else the zero value.
func oneIn[T any](t *rapid.T, n int, label string, draw func() T) T {
	if drawEvenly(t, label, 1, n) != n {
		return *new(T)
	}
	return draw()
}

// drawEvenly draws a number that isn't small more often than large, as rapid's own
// are.
func drawEvenly(t *rapid.T, label string, least, most int) int {
	n := 0
	for bit := 1; bit <= most-least; bit *= 2 {
		if rapid.Bool().Draw(t, label) {
			n += bit
		}
	}
	return least + n%(most-least+1)
}

func drawDuration(t *rapid.T, label string, least, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(int64(least/time.Millisecond), int64(most/time.Millisecond)).Draw(t, label)) * time.Millisecond
}

func (w *world) drawProviders(t *rapid.T) {
	perSecond := rapid.SampledFrom([]int{1, 2, 5, 10, 20}).Draw(t, "per second")
	limit := job.Limit{RequestsPerSecond: perSecond, MaxInFlight: perSecond}
	if rapid.Bool().Draw(t, "other in flight") {
		limit.MaxInFlight = drawEvenly(t, "in flight", 1, 30)
	}
	retry := job.Retry{
		MaxAttempts: rapid.IntRange(1, 6).Draw(t, "attempts"),
		MinBackoff:  time.Second, MaxBackoff: rapid.SampledFrom([]time.Duration{4 * time.Second, time.Minute}).Draw(t, "backoff"),
		GiveUpAfter: rapid.SampledFrom([]time.Duration{2 * time.Minute, 15 * time.Minute}).Draw(t, "give up"),
	}
	timeout := rapid.SampledFrom([]time.Duration{4 * time.Second, 10 * time.Second}).Draw(t, "timeout")
	w.scenario.Apps = map[string]scenario.App{}
	for i := range rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "providers") {
		p := job.Provider{
			Name: "dingtalk.p" + strconv.Itoa(i), Endpoint: "https://" + hostOf(i),
			AppKey: "key" + strconv.Itoa(i), AppSecret: job.NewSecret("secret-of-" + strconv.Itoa(i)),
			Limit: limit, Retry: retry, Timeout: timeout,
		}
		p.Limit.QuotaGroup = rapid.SampledFrom([]string{"acme", "beta"}).Draw(t, "group")
		w.providers = append(w.providers, p)
		w.scenario.Apps[p.AppKey] = scenario.App{AppSecret: p.AppSecret.Reveal()}
	}
}

func hostOf(provider int) string { return fmt.Sprintf("api%d.example", provider) }

func (w *world) drawMessages(t *rapid.T) {
	// The server's limit is for one call, and there is one for each kind.
	kinds := rapid.SampledFrom([][]job.Kind{{job.PrivateChat}, {job.Group}, {job.PrivateChat, job.Group, job.OneToOne}}).Draw(t, "kinds")
	for i := range drawEvenly(t, "messages", 1, 24) {
		p := rapid.IntRange(0, len(w.providers)-1).Draw(t, "provider")
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		key := fmt.Sprintf("K%03d", i)
		m := job.Message{
			ID:      job.MessageID{Provider: w.providers[p].Name, Kind: kind, ProcessQueryKey: key},
			Address: "message.m" + strconv.Itoa(i), Campaign: "m", RobotCode: "robot" + strconv.Itoa(p),
		}
		switch rapid.IntRange(0, 2).Draw(t, "audience") {
		case 0:
			m.Audience = job.Listed("", people(crowdSize/2))
		case 1:
			m.Audience = job.Sized(crowdSize)
		}
		told := scenario.Message{Kind: string(kind), Key: key, App: w.providers[p].AppKey}
		w.drawState(t, kind, &told)
		if told.Error != nil && told.Error.Code == "bot.stopped" {
			m.RobotCode = "stopped" + strconv.Itoa(p)
		}
		w.messages = append(w.messages, m)
		w.scenario.Messages = append(w.scenario.Messages, told)
	}
}

// drawState draws what the server says of a message: mostly readers, who may
// become more, else why there are none.
func (w *world) drawState(t *rapid.T, kind job.Kind, m *scenario.Message) {
	most := crowdSize
	if kind == job.OneToOne {
		most = scenario.MaxReceivers
		m.Receivers = people(most)
	}
	readers := drawEvenly(t, "readers", 0, most)
	m.Readers = people(readers)
	if kind != job.OneToOne {
		m.PageSize = rapid.IntRange(1+readers/mostPages, crowdSize).Draw(t, "page size")
		m.Overlap = oneIn(t, 4, "overlap", func() int { return rapid.IntRange(0, m.PageSize/2).Draw(t, "ids") })
	}
	switch drawEvenly(t, "state", 0, 15) {
	case 1:
		m.SendStatus = "RECALLED"
	case 8:
		m.SendStatus = "PROCESSING"
	case 2:
		m.Error = &scenario.Answer{Code: "invalid.processQueryKey"}
	case 3:
		m.Error = &scenario.Answer{Code: "processQueryKey.expireTime"}
	case 4:
		m.Error = &scenario.Answer{Code: "bot.stopped"}
	case 5, 6, 7:
		more := scenario.Change{After: scenario.Duration(drawDuration(t, "more after", time.Second, time.Hour))}
		more.Readers = people(rapid.IntRange(readers, most).Draw(t, "more readers"))
		m.Changes = append(m.Changes, more)
	}
}

// drawPace draws how long requests take, and whether the server minds the rate.
func (w *world) drawPace(t *rapid.T, kind climate) {
	latencies := []time.Duration{0, 20 * time.Millisecond, 80 * time.Millisecond, 300 * time.Millisecond, 900 * time.Millisecond, 1500 * time.Millisecond}
	w.scenario.Latency = scenario.Duration(rapid.SampledFrom(latencies).Draw(t, "latency"))
	w.scenario.BanAfter = -1
	if rapid.Bool().Draw(t, "server minds") {
		w.scenario.RequestsPerSecond = w.providers[0].Limit.RequestsPerSecond
	}
	if kind != jittery && kind != stormy {
		return
	}
	w.scenario.Jitter = oneIn(t, 2, "jitters", func() scenario.Duration {
		return scenario.Duration(drawDuration(t, "jitter", 0, time.Second))
	})
	at := time.Duration(0)
	for range drawEvenly(t, "shifts", 0, 3) {
		at += time.Duration(drawEvenly(t, "shift after", 1, 60)) * 100 * time.Millisecond
		w.scenario.Shifts = append(w.scenario.Shifts, scenario.Shift{
			After: scenario.Duration(at), There: float64(rapid.IntRange(0, 20).Draw(t, "there")) / 20,
		})
	}
}

func (w *world) drawTokens(t *rapid.T) {
	w.scenario.TokenLifetime = oneIn(t, 3, "token lifetime", func() scenario.Duration {
		return scenario.Duration(drawDuration(t, "lifetime", 5*time.Minute, time.Hour))
	})
	for range drawEvenly(t, "revocations", 0, 2) {
		w.scenario.RevokeTokens = append(w.scenario.RevokeTokens, scenario.Duration(drawDuration(t, "revoked", 0, time.Minute)))
	}
	w.scenario.NextTokenLifetime = oneIn(t, 5, "next token lifetime", func() scenario.Duration {
		return scenario.Duration(drawDuration(t, "lifetime", 3*time.Minute, 30*time.Minute))
	})
}

func (w *world) drawOutages(t *rapid.T) {
	from := drawDuration(t, "outage from", 0, 20*time.Second)
	w.scenario.Outages = append(w.scenario.Outages, scenario.Outage{
		From: scenario.Duration(from), Until: scenario.Duration(from + drawDuration(t, "outage for", 5*time.Second, 12*time.Minute)),
		Kind: rapid.SampledFrom([]scenario.FaultKind{
			scenario.FaultSystemError, scenario.FaultReset, scenario.FaultEOF, scenario.FaultTimeout, scenario.FaultHTML,
		}).Draw(t, "outage kind"),
	})
}

// chance is a fraction that depends on the world's seed and the question alone.
func (w *world) chance(question string) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(question))
	return rand.New(rand.NewPCG(w.scenario.Seed, h.Sum64())).Float64()
}
