package plan

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strings"

	"notifyaudit/job"
)

// An AddressError is a -target or -replace that names nothing.
type AddressError struct {
	// Flag is "-target" or "-replace", Address what was given.
	Flag, Address string
	// Near is an address that may have been meant; empty when none is like it.
	Near string
	// Untargeted says that the address exists and is outside of the targets.
	Untargeted bool
}

func (e *AddressError) Error() string {
	text := fmt.Sprintf("%s %s: ", e.Flag, e.Address)
	switch {
	case e.Untargeted:
		return text + "the message is not among the targets; give it to -target as well"
	case e.Near != "":
		return text + fmt.Sprintf("no message has this address; did you mean %s?", e.Near)
	}
	return text + "no message has this address; an address is message.NAME, messages.NAME or messages.NAME[\"KEY\"]"
}

// A selection is the messages that the targets and the replacements name, by
// their addresses or their blocks.
type selection struct {
	flags []*wanted
	// targets and replace find the wanted by what was given.
	targets, replace map[string]*wanted
}

// A wanted is one address that was given with a flag.
type wanted struct {
	flag, address   string
	exists, matched bool
}

func newSelection(targets, replace []string) *selection {
	s := &selection{}
	s.targets = s.index("-target", targets)
	s.replace = s.index("-replace", replace)
	return s
}

func (s *selection) index(flag string, addresses []string) map[string]*wanted {
	index := make(map[string]*wanted, len(addresses))
	for _, address := range addresses {
		if index[address] == nil {
			index[address] = &wanted{flag: flag, address: address}
			s.flags = append(s.flags, index[address])
		}
	}
	return index
}

// of leaves out the messages that are not looked at.
func (s *selection) of(messages iter.Seq2[job.Message, error]) iter.Seq2[job.Message, error] {
	if len(s.flags) == 0 {
		return messages
	}
	return func(yield func(job.Message, error) bool) {
		for m, err := range messages {
			if err == nil && !s.admits(&m) {
				continue
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// admits reports whether the message is looked at, and notes what it matches.
func (s *selection) admits(m *job.Message) bool {
	targeted := note(s.targets, m, true) || len(s.targets) == 0
	note(s.replace, m, targeted)
	return targeted
}

func note(index map[string]*wanted, m *job.Message, matched bool) bool {
	found := false
	for _, key := range names(m) {
		if w := index[key]; w != nil {
			w.exists, w.matched = true, w.matched || matched
			found = true
		}
	}
	return found
}

// names are what a message may be called by: its address, the manifest's where that
// differs, and its block.
func names(m *job.Message) [3]string {
	return [...]string{m.Address, cmp.Or(m.FullAddress, m.Address), job.Block(m.Address)}
}

// replaces reports whether the message is to be replaced.
func (s *selection) replaces(m *job.Message) bool {
	for _, name := range names(m) {
		if s.replace[name] != nil {
			return true
		}
	}
	return false
}

// check returns an *AddressError for each of the wanted that matched nothing,
// joined.
func (s *selection) check(messages iter.Seq2[job.Message, error]) error {
	var errs []error
	for _, w := range s.flags {
		if w.matched {
			continue
		}
		e := &AddressError{Flag: w.flag, Address: w.address, Untargeted: w.exists}
		if !w.exists {
			e.Near = nearest(w.address, messages)
		}
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// nearest finds the address or block that is most like the wrong one.
func nearest(wrong string, messages iter.Seq2[job.Message, error]) string {
	best, least := "", 1+max(2, len(wrong)/4)
	for m, err := range messages {
		if err != nil {
			break
		}
		for _, right := range [...]string{job.Block(m.Address), m.Address} {
			if strings.HasSuffix(right, "."+wrong) {
				return right
			}
			if n := distance(wrong, right, least); n < least {
				best, least = right, n
			}
		}
	}
	return best
}

// distance counts the single-byte insertions, removals and replacements that
// turn a into b, as far as they are fewer than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
