package simulator

import (
	"net/http"
	"sync"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// Options are the choices of a Simulator; the zero value limits nothing and
// answers every key.
type Options struct {
	// Scenario is what is simulated; nil: every key is answered. It must be valid
	// (scenario.Load, Validate) and stay as it is.
	Scenario *scenario.Scenario
	// People returns the people that the readers of a message are drawn from, unless
	// the scenario names them; nil, or none for a key: made-up ids. Kind and key are
	// those of the request. It is called by one request at a time and must not
	// call the Simulator.
	People func(kind, key string) []string
	// AccessTokens are valid from the start and never expire: tokens that were
	// handed out otherwise.
	AccessTokens []string
	// RequestLog is how many of the latest requests Requests returns; 0: 100,000;
	// -1: none, for a server that runs for long.
	RequestLog int
	// Now is the clock; nil: time.Now. It must not go backwards.
	Now func() time.Time
}

// A Simulator is a DingTalk API. It may be used by any number of goroutines at a
// time.
type Simulator struct {
	scenario *scenario.Scenario
	draws    draws
	clock    clock
	route    route
	faults   *faultPlan
	cursors  cursorCodec

	// mu guards what follows.
	mu         sync.Mutex
	messages   *catalog
	readership *readership
	tokens     *tokenBook
	rates      rateBook
	ban        ban
	quota      quota
	log        requestLog
	attempts   map[uint64]int
}

// New returns a Simulator whose time begins now.
func New(opts Options) *Simulator {
	if opts.Scenario == nil {
		opts.Scenario = new(scenario.Scenario)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	sc, d, k := opts.Scenario, draws{opts.Scenario.Seed}, clock{now: opts.Now, start: opts.Now()}
	messages := newCatalog(sc)
	return &Simulator{
		scenario:   sc,
		draws:      d,
		clock:      k,
		route:      route{draws: d, clock: k, latency: sc.Latency, jitter: sc.Jitter, shifts: sc.Shifts},
		faults:     &faultPlan{draws: d, clock: k, faults: sc.Faults, outages: sc.Outages},
		cursors:    cursorCodec{draws: d, clock: k, lifetime: sc.NextTokenLifetime},
		messages:   messages,
		readership: &readership{draws: d, messages: messages, people: opts.People, drawn: map[drawKey][]string{}},
		tokens:     newTokenBook(opts, d, k),
		rates:      rateBook{},
		log:        newRequestLog(opts.RequestLog),
		attempts:   map[uint64]int{},
	}
}

// Metered is how many calls the vendor would have counted against this month's
// quota: business calls that were answered, whatever the status, and not refused
// for their rate, a ban or the quota itself. Calls for tokens are free, and so are
// those of which nothing came back but a redirect, a web page or an error of the
// network; a body cut short is counted.
func (s *Simulator) Metered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.quota.spent(s.clock.now())
}

// ServeHTTP answers a request over a real connection.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rep, err := s.exchange(r)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	rep.serve(r.Context(), w)
}

// RoundTripper returns the way to the Simulator without a network. Whatever the
// scheme and host of a request, it arrives. Connections reset, cut short and
// timed out are errors as net/http has them; the context of a request ends it at
// any point, the reading of the body included.
func (s *Simulator) RoundTripper() http.RoundTripper { return roundTripper{s} }
