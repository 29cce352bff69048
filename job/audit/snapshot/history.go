package snapshot

import (
	"fmt"

	"notifyaudit/job"
)

// historyBatch is how many messages are asked for their readings at a time.
const historyBatch = 500

// History returns the readings of a message, the oldest first, nil for one that the
// snapshot doesn't have. It is fast for messages in the results' order.
func (s *Snapshot) History(id job.MessageID) ([]job.Reading, error) {
	if s.history == nil {
		if err := s.takeHistory(); err != nil {
			return nil, err
		}
	}
	// On from the message found last, and once from the beginning.
	for range 2 {
		if s.found == nil {
			s.found = &historyReader{results: s.reader(), readings: s.readerOf(s.history)}
		}
		readings, found, err := s.found.find(id)
		if found || err != nil {
			return readings, err
		}
		s.found = nil
	}
	return nil, nil
}

// takeHistory keeps the readings of each result's message, none of one that was never
// read.
func (s *Snapshot) takeHistory() error {
	kept := store{File: s.options.Create()}
	if err := s.writeHistory(&kept); err != nil {
		_ = kept.Close() // the first error is the one to tell
		return fmt.Errorf("keep the readings for the reports: %w", err)
	}
	s.history = &kept
	return nil
}

func (s *Snapshot) writeHistory(kept *store) error {
	encoder := &encoder{table: s.table}
	var batch []asked
	var record []byte
	flush := func() error {
		histories, err := s.historiesOf(batch)
		if err != nil {
			return err
		}
		for _, readings := range histories {
			encoder.reset()
			encoder.readings(readings)
			record = appendRecord(record[:0], encoder.fields, encoder.text)
			if _, err := kept.Write(record); err != nil {
				return err
			}
		}
		batch = batch[:0]
		return nil
	}
	for r, err := range s.Results() {
		if err != nil {
			return err
		}
		if batch = append(batch, asked{r.Message.ID, r.Reading != nil}); len(batch) < historyBatch {
			continue
		}
		if err := flush(); err != nil {
			return err
		}
	}
	return flush()
}

// An asked is a message whose readings are looked up, if it has any.
type asked struct {
	id   job.MessageID
	read bool
}

// historiesOf asks for the readings of those messages that have any.
func (s *Snapshot) historiesOf(batch []asked) ([][]job.Reading, error) {
	var ids []job.MessageID
	for i := range batch {
		if batch[i].read {
			ids = append(ids, batch[i].id)
		}
	}
	all := make([][]job.Reading, len(batch))
	if len(ids) == 0 {
		return all, nil
	}
	found, err := s.options.Histories(ids)
	if err != nil {
		return nil, err
	}
	for i := range batch {
		if batch[i].read {
			all[i], found = found[0], found[1:]
		}
	}
	return all, nil
}

// A historyReader reads results and their readings side by side.
type historyReader struct{ results, readings *reader }

// find returns the readings of a message among the results that come; false at the
// end.
func (h *historyReader) find(id job.MessageID) (readings []job.Reading, found bool, err error) {
	for h.results.next() && h.readings.next() {
		if h.results.err != nil || h.readings.err != nil {
			break
		}
		if d := h.results.decoder(); d.id() == id {
			d := h.readings.decoder()
			return d.readings(), true, nil
		}
	}
	if h.results.err != nil {
		return nil, false, h.results.err
	}
	return nil, false, h.readings.err
}
