package snapshot

import (
	"fmt"
	"iter"

	"notifyaudit/job"
)

// A Snapshot is the results of an audit and the readings of each message. It may be
// read by one goroutine at a time, until it is closed.
type Snapshot struct {
	options Options
	table   *table
	results store
	// lists are where the long lists of user ids are, by number from 1. recent are the
	// latest that were written or read.
	lists  []span
	recent lists
	// history has the readings of the results, in their order; nil as long as nobody
	// asked for any. found is at the message that History found last.
	history *store
	found   *historyReader
	closed  bool
}

// A span is a place in the store of the results.
type span struct {
	at     int64
	length int
}

// Options are what a snapshot needs besides results.
type Options struct {
	// Histories returns the readings of each of these messages, the oldest first. It is
	// called for some hundred messages at a time, when History is for the first time.
	Histories func(ids []job.MessageID) ([][]job.Reading, error)
	// Create makes a file, for the results and for their readings.
	Create func() File
}

// Take reads results to their end. They are of an audit: what an aggregate report
// makes of them can't be kept. Its errors are those of the results and of the file.
func Take(results iter.Seq2[*job.Result, error], o Options) (*Snapshot, error) {
	s := &Snapshot{options: o, table: newTable(), results: store{File: o.Create()}}
	if err := s.take(results); err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) take(results iter.Seq2[*job.Result, error]) error {
	w := &writer{snapshot: s, encoder: encoder{table: s.table}}
	for r, err := range results {
		if err != nil {
			return err
		}
		if err := w.add(r); err != nil {
			return fmt.Errorf("keep the results for the reports: %w", err)
		}
	}
	return nil
}

// Close removes the files. Results and History fail after it.
func (s *Snapshot) Close() error {
	if s == nil || s.closed {
		return nil
	}
	s.closed = true
	err := s.results.Close()
	if s.history != nil {
		if historyErr := s.history.Close(); err == nil {
			err = historyErr
		}
	}
	return err
}

// Results yields the results in their order. Each is only good until the next one; see
// [job.Result.WithoutReaders]. Lists of user ids in them are shared and must not be
// written to.
func (s *Snapshot) Results() iter.Seq2[*job.Result, error] {
	return func(yield func(*job.Result, error) bool) {
		for r := s.reader(); r.next(); {
			result, err := r.result()
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}

// list finds a list of user ids by its number.
func (s *Snapshot) list(number int) ([]string, error) {
	if ids, found := s.recent.get(number); found {
		return ids, nil
	}
	at := s.lists[number-1]
	content := make([]byte, at.length)
	if _, err := s.results.ReadAt(content, at.at); err != nil {
		return nil, fmt.Errorf("read a kept audience: %w", err)
	}
	ids := decodeList(content)
	s.recent.add(number, ids)
	return ids, nil
}
