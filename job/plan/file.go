package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"time"

	"notifyaudit/job"
)

// FileFormat is the version of the format of a saved plan. A program only reads its own
// version: a plan is meant to be reviewed and applied, not kept.
const FileFormat = "1.0"

// A File is a saved plan: readable JSON without a secret. It is pinned to the manifest and
// the state that it was made for: applying it asks exactly what was reviewed, or nothing.
type File struct {
	// FormatVersion is FileFormat.
	FormatVersion string `json:"format_version"`
	// CreatedBy is the program and its version, for people.
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	Pin
	Options FileOptions `json:"options"`
	// Summary is the plan's last line, in English.
	Summary string `json:"summary"`
	Counts  Counts `json:"counts"`
	// DurationSeconds is how long the calls of Forecast take.
	DurationSeconds float64  `json:"duration_seconds"`
	Forecast        Forecast `json:"forecast"`
	// Groups are for people, in the manifest's order.
	Groups []*Group `json:"groups"`
	// Steps are the steps in their order, one a line.
	Steps []FileStep `json:"steps"`
}

// A Pin is the manifest and the state that a saved plan was made for. With any other the
// plan is stale.
type Pin struct {
	// Lineage and Serial are the state's, "" and 0 when there was none yet.
	Lineage string `json:"lineage"`
	Serial  int64  `json:"serial"`
	// ManifestHash covers the manifest, the files it reads and the values of
	// variables that aren't sensitive.
	ManifestHash string `json:"manifest_hash"`
	// Run is the id of the interrupted run that the plan continues, "" when it
	// begins a new one.
	Run string `json:"run"`
}

// FileOptions are the user's choices for the plan; see Options.
type FileOptions struct {
	Targets []string `json:"targets"`
	Replace []string `json:"replace"`
	// Refresh is false for a plan of only messages that were never read.
	Refresh bool `json:"refresh"`
	// MaxRequests is the most calls of the run; 0 is no bound.
	MaxRequests int `json:"max_requests"`
}

// A FileStep is one message to ask or to record, by its identity; the manifest has the
// rest.
type FileStep struct {
	// Address is for people.
	Address         string   `json:"address"`
	Provider        string   `json:"provider"`
	Kind            job.Kind `json:"kind"`
	ProcessQueryKey string   `json:"process_query_key"`
	Action          Action   `json:"action"`
	Cause           Cause    `json:"cause"`
	// Calls is how many it is expected to take; 0: its audience alone is recorded.
	Calls int `json:"calls"`
	// ReplaceAudience records the manifest's audience anew.
	ReplaceAudience bool `json:"replace_audience,omitempty"`
}

func (s *FileStep) id() job.MessageID {
	return job.MessageID{Provider: s.Provider, Kind: s.Kind, ProcessQueryKey: s.ProcessQueryKey}
}

// NewFile is the plan as a file.
func NewFile(p *Plan, pin Pin, o FileOptions, createdBy string, now time.Time) *File {
	f := &File{
		FormatVersion: FileFormat, CreatedBy: createdBy, CreatedAt: now.UTC(), Pin: pin, Options: o,
		Summary: p.Summary(), Counts: p.Counts, DurationSeconds: p.Forecast.Duration.Seconds(),
		Forecast: p.Forecast, Groups: p.Groups,
	}
	for step := range p.Steps() {
		f.Steps = append(f.Steps, FileStep{
			Address: step.Message.Address, Provider: step.Message.ID.Provider, Kind: step.Message.ID.Kind,
			ProcessQueryKey: step.Message.ID.ProcessQueryKey, Action: step.Action, Cause: step.Cause,
			Calls: step.Pages, ReplaceAudience: step.ReplaceAudience,
		})
	}
	return f
}

// Write writes the file, indented, and each step on one line.
func (f *File) Write(w io.Writer) error {
	head := *f
	head.Steps = []FileStep{}
	text, err := encode(head, "  ")
	if err != nil {
		return err
	}
	text = bytes.TrimSuffix(text, []byte("[]\n}\n"))
	if _, err := fmt.Fprintf(w, "%s[", text); err != nil {
		return err
	}
	separator := "\n    "
	for i := range f.Steps {
		step, err := encode(f.Steps[i], "")
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", separator, bytes.TrimSpace(step)); err != nil {
			return err
		}
		separator = ",\n    "
	}
	_, err = io.WriteString(w, "\n  ]\n}\n")
	return err
}

func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}

// The reasons not to apply a saved plan.
var (
	// ErrNoPlan means that the file is no saved plan.
	ErrNoPlan = errors.New("this is no saved plan of notifyaudit")
	// ErrOtherFormat means that another version of the program wrote the file.
	ErrOtherFormat = errors.New("another version of notifyaudit made this plan")
	// ErrStale means that the manifest or the state has changed since.
	ErrStale = errors.New("the plan is stale")
)

// Check returns an ErrStale that says what has changed, or nil.
func (f *File) Check(now Pin) error {
	switch {
	case f.ManifestHash != now.ManifestHash:
		return fmt.Errorf("%w: the manifest, a file it reads or a variable has changed since", ErrStale)
	case f.Lineage != now.Lineage && f.Lineage == "":
		return fmt.Errorf("%w: there was no state when it was made, and now there is one", ErrStale)
	case f.Lineage != now.Lineage:
		return fmt.Errorf("%w: it was made for another state (lineage %s, not %s)", ErrStale, f.Lineage, orNone(now.Lineage))
	case f.Serial != now.Serial:
		return fmt.Errorf("%w: the state has changed since (serial %d, now %d)", ErrStale, f.Serial, now.Serial)
	case f.Run != now.Run:
		return fmt.Errorf("%w: it continues the run %s, which was interrupted too long ago", ErrStale, orNone(f.Run))
	}
	return nil
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// Shown returns the plan to show it. It can't be carried out.
func (f *File) Shown() *Plan {
	return &Plan{Groups: f.Groups, Counts: f.Counts, Forecast: f.Forecast, targeted: len(f.Options.Targets) > 0, now: f.CreatedAt}
}

// Restore returns the plan that was saved, with the manifest's messages, which it reads
// once. The error wraps ErrStale if a message is no longer there or can no longer be asked
// at now.
func (f *File) Restore(messages iter.Seq2[job.Message, error], now time.Time) (*Plan, error) {
	p := &Plan{Groups: f.Groups, Counts: f.Counts, Forecast: f.Forecast, targeted: len(f.Options.Targets) > 0, now: now}
	p.order = make([]*ask, len(f.Steps))
	places := make(map[job.MessageID]int, len(f.Steps))
	for i := range f.Steps {
		places[f.Steps[i].id()] = i
	}
	if len(places) < len(f.Steps) {
		return nil, fmt.Errorf("%w: it asks a message twice", ErrNoPlan)
	}
	for m, err := range messages {
		if err != nil {
			return nil, err
		}
		i, found := places[m.ID]
		if !found {
			continue
		}
		if closes := m.ClosesAt(); f.Steps[i].Calls > 0 && !closes.IsZero() && !now.Before(closes) {
			return nil, fmt.Errorf("%w: %s can't be asked any more, its window closed on %s",
				ErrStale, m.Address, closes.Format(time.RFC3339))
		}
		p.order[i] = f.Steps[i].ask()
		p.order[i].place = p.shelf.Put(&m)
		delete(places, m.ID)
	}
	for id, i := range places {
		return nil, fmt.Errorf("%w: %s (%s) is not in the manifest any more", ErrStale, f.Steps[i].Address, id.ProcessQueryKey)
	}
	return p, nil
}

// ask is the step without its message.
func (s *FileStep) ask() *ask {
	a := &ask{pages: int32(min(max(0, s.Calls), math.MaxInt32)), part: &Part{Action: s.Action, Cause: s.Cause}} //nolint:gosec // bounded
	if s.ReplaceAudience {
		a.part.Cause = CauseReplaced
	}
	return a
}
