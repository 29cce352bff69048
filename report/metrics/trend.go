package metrics

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
)

// SeriesOf yields each message with what its readings say.
func SeriesOf(in *report.Input) iter.Seq2[report.Series, error] {
	if in.Trend != nil {
		return in.Trend()
	}
	return func(yield func(report.Series, error) bool) {
		for r, err := range in.Results() {
			s := report.Series{Result: r}
			if err == nil {
				s.Observations, err = Observed(in, r)
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// Observed returns what the known readings of a message say.
func Observed(in *report.Input, r *job.Result) ([]report.Observation, error) {
	if r.Reading == nil {
		return nil, nil
	}
	if in.History != nil && !r.OnlyReading {
		readings, err := in.History(r.Message.ID)
		return Observations(r, readings), err
	}
	if r.Previous == nil {
		return Observations(r, []job.Reading{*r.Reading}), nil
	}
	return Observations(r, []job.Reading{*r.Previous, *r.Reading}), nil
}

// Observations returns what each reading of a message says, the oldest first. A message
// without people to count, or one that contradicts itself, has none. Who had read it by
// an earlier reading follows from when each reader was first seen: all observations are
// of the audience in force, and the last one is the message's own count. Once the people
// were purged, the readings' own counts are used.
func Observations(r *job.Result, readings []job.Reading) []report.Observation {
	if !r.HasCounts() || r.Contradicts() || r.Reading == nil || r.Audience.Size <= 0 {
		return nil
	}
	seen := seenTimes(r)
	all := make([]report.Observation, 0, len(readings))
	for i := range readings {
		reading := &readings[i]
		if reading.StartedAt.After(r.Reading.StartedAt) || reading.SendStatus == job.SendRecalled {
			continue
		}
		read := reading.Read
		if !r.Purged() {
			read = seenBy(seen, reading.FinishedAt)
		}
		known := r.Counts.Known()
		all = append(all, report.Observation{Reading: reading, Counts: job.Counts{Read: read, Unread: known - read}})
	}
	if n := len(all); n > 0 {
		all[n-1].Counts = job.Counts{Read: r.Counts.Read, Unread: r.Counts.Unread}
	}
	return all
}

// seenTimes are when each reader of the audience was first seen, in order.
func seenTimes(r *job.Result) []time.Time {
	times := make([]time.Time, 0, len(r.Readers))
	if r.Audience.Form == job.AudienceSized {
		for _, reader := range r.Readers {
			times = append(times, reader.FirstSeenAt)
		}
	} else {
		for d := range r.People() {
			if d.State == job.PersonRead {
				times = append(times, d.FirstSeenAt)
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// seenBy counts the times that are not after the end of a reading.
func seenBy(times []time.Time, end time.Time) int {
	n, _ := slices.BinarySearchFunc(times, end, func(at, end time.Time) int {
		if at.After(end) {
			return 1
		}
		return -1
	})
	return n
}

// A Trend is the overall rate from run to run.
type Trend struct {
	runs map[string]*runPoint
}

// A runPoint is what the readings of one run added to the counts.
type runPoint struct {
	at          time.Time // of its latest reading
	read, known int
}

// Add takes in the observations of one message. Withheld ones are skipped: the message
// counts from its first exact one.
func (c *Trend) Add(all []report.Observation) {
	read, known := 0, 0
	for _, o := range all {
		if o.Counts.Withheld > 0 {
			continue
		}
		if c.runs == nil {
			c.runs = make(map[string]*runPoint)
		}
		s := c.runs[o.Reading.RunID]
		if s == nil {
			s = &runPoint{}
			c.runs[o.Reading.RunID] = s
		}
		if o.Reading.StartedAt.After(s.at) {
			s.at = o.Reading.StartedAt
		}
		s.read += o.Counts.Read - read
		s.known += o.Counts.Known() - known
		read, known = o.Counts.Read, o.Counts.Known()
	}
}

// A Step is the rate after a run.
type Step struct {
	RunID string
	// At is the time of the run's latest reading.
	At time.Time
	// Read of Known people had read it by then.
	Read, Known int
}

// Rate is the read rate; false when nothing was known.
func (s Step) Rate() (float64, bool) {
	return job.Counts{Read: s.Read, Unread: s.Known - s.Read}.ReadRate()
}

// Steps returns the rate after each run that had a reading, in the order of time.
func (c *Trend) Steps() []Step {
	steps := make([]Step, 0, len(c.runs)+1)
	for id, s := range c.runs {
		steps = append(steps, Step{RunID: id, At: s.at, Read: s.read, Known: s.known})
	}
	slices.SortFunc(steps, func(a, b Step) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Known, b.Known), cmp.Compare(a.Read, b.Read), cmp.Compare(a.RunID, b.RunID))
	})
	for i := 1; i < len(steps); i++ {
		steps[i].Read += steps[i-1].Read
		steps[i].Known += steps[i-1].Known
	}
	return steps
}

// maxPoints is how many points a line has at most: more can't be told apart.
const maxPoints = 200

// Line returns the rate after each run, the last one as it is now. Of very many runs some
// in between are left out. The latest run, nil before the first, has a step even if it
// brought nothing new, so the last two are the rates at its end and at the end of the run
// before.
func (c *Trend) Line(latest *job.Run) []Step {
	steps := c.Steps()
	if latest != nil && c.runs[latest.ID] == nil {
		now := Step{RunID: latest.ID, At: latest.LastSeen()}
		if n := len(steps); n > 0 {
			now.Read, now.Known = steps[n-1].Read, steps[n-1].Known
		}
		steps = append(steps, now)
	}
	every := (len(steps) + maxPoints - 1) / maxPoints
	var line []Step
	for i, s := range steps {
		if left := len(steps) - 1 - i; s.Known > 0 && (left <= 1 || left%every == 0) {
			line = append(line, s)
		}
	}
	return line
}

// Along returns the rates after the runs of another line; nil where nothing was known.
func (c *Trend) Along(line []Step) []*float64 {
	steps, rates, at := c.Steps(), make([]*float64, len(line)), 0
	for i, s := range line {
		for at < len(steps) && !steps[at].At.After(s.At) {
			at++
		}
		if at == 0 {
			continue
		}
		if rate, known := steps[at-1].Rate(); known {
			rates[i] = &rate
		}
	}
	return rates
}
