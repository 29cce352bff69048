package plan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// The bounds of a saved plan: it is read as a stream, a value at a time.
const (
	// maxPart is the size of one step, or of one of the other members, in bytes.
	maxPart = 16 << 20
	// maxSteps is how many messages it asks.
	maxSteps = 4_000_000
)

// ReadFile reads a saved plan. The error wraps ErrNoPlan or ErrOtherFormat.
func ReadFile(r io.Reader) (*File, error) {
	p := &planReader{limiter: partLimiter{r: bufio.NewReader(r)}, head: map[string]json.RawMessage{}}
	p.decoder = json.NewDecoder(&p.limiter)
	err := p.read()
	if p.limiter.err != nil {
		return nil, p.limiter.err
	}
	if version, there := p.head["format_version"]; there && p.hasSteps {
		var format string
		if json.Unmarshal(version, &format) == nil && format != FileFormat {
			return nil, fmt.Errorf("%w: its format is %.20q, this one's %q", ErrOtherFormat, format, FileFormat)
		}
	} else if err == nil {
		return nil, ErrNoPlan
	}
	if err != nil {
		return nil, noPlan(err)
	}
	return p.file()
}

// noPlan says why in so many characters: encoding/json repeats what it stumbles
// over, however long that is.
func noPlan(err error) error { return fmt.Errorf("%w: %.200s", ErrNoPlan, err.Error()) }

// A planReader takes a plan apart.
type planReader struct {
	decoder *json.Decoder
	limiter partLimiter
	// head is every member but the steps.
	head     map[string]json.RawMessage
	steps    []FileStep
	hasSteps bool
}

// read reads the one object that a plan is.
func (p *planReader) read() error {
	if err := p.delim('{'); err != nil {
		return err
	}
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if _, twice := p.head[name]; twice || p.hasSteps && name == "steps" {
			return fmt.Errorf("%.40q is there twice", name)
		}
		if name == "steps" {
			err = p.readSteps()
		} else {
			err = p.member(name)
		}
		if err != nil {
			return err
		}
	}
	if err := p.delim('}'); err != nil {
		return err
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more behind its end")
	}
	return nil
}

func (p *planReader) delim(want json.Delim) error {
	token, err := p.decoder.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%q is missing", want)
	}
	return err
}

func (p *planReader) member(name string) error {
	const most = 100 // a plan has a dozen
	if len(p.head) == most {
		return errors.New("it has too many members")
	}
	var value json.RawMessage
	if err := p.decode(&value); err != nil {
		return err
	}
	p.head[name] = value
	return nil
}

// decode reads one value strictly.
func (p *planReader) decode(v any) error {
	p.limiter.taken = 0
	return p.decoder.Decode(v)
}

func (p *planReader) readSteps() error {
	p.hasSteps = true
	token, err := p.decoder.Token()
	switch {
	case err != nil:
		return err
	case token == nil:
		return nil
	case token != json.Delim('['):
		return errors.New("its steps are no list")
	}
	p.decoder.DisallowUnknownFields()
	for p.decoder.More() {
		var step FileStep
		if err := p.decode(&step); err != nil {
			return fmt.Errorf("step %d: %w", len(p.steps)+1, err)
		}
		if step.Address == "" || step.Provider == "" || step.Kind == "" || step.ProcessQueryKey == "" {
			return fmt.Errorf("step %d names no message", len(p.steps)+1)
		}
		if len(p.steps) == maxSteps {
			return fmt.Errorf("it has more than %d steps", maxSteps)
		}
		p.steps = append(p.steps, step)
	}
	return p.delim(']')
}

// file puts the parts together.
func (p *planReader) file() (*File, error) {
	head, err := json.Marshal(p.head)
	if err != nil {
		return nil, noPlan(err)
	}
	d := json.NewDecoder(bytes.NewReader(head))
	d.DisallowUnknownFields()
	var f File
	if err := d.Decode(&f); err != nil {
		return nil, noPlan(err)
	}
	if slices.ContainsFunc(f.Groups, func(g *Group) bool { return g == nil || slices.Contains(g.Parts, nil) }) {
		return nil, fmt.Errorf("%w: a group, or a part of one, is null", ErrNoPlan)
	}
	f.Forecast.Duration = time.Duration(f.DurationSeconds * float64(time.Second))
	f.Steps = p.steps
	return &f, nil
}

// A partLimiter fails when one value is longer than maxPart.
type partLimiter struct {
	r     io.Reader
	taken int
	// err is the reader's own.
	err error
}

func (l *partLimiter) Read(b []byte) (int, error) {
	if l.taken > maxPart {
		return 0, fmt.Errorf("a part of it is larger than %d MiB", maxPart>>20)
	}
	n, err := l.r.Read(b[:min(len(b), 1<<20)])
	l.taken += n
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}
