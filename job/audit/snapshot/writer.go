package snapshot

import (
	"encoding/binary"

	"notifyaudit/job"
)

// A writer fills the store of the results.
type writer struct {
	snapshot *Snapshot
	encoder  encoder
	buf      []byte
}

// add writes a result's record, and before it those of the lists that it needs.
func (w *writer) add(r *job.Result) error {
	manifest, err := w.list(r.Message.Audience.UserIDs)
	if err != nil {
		return err
	}
	inForce, err := w.list(r.Audience.UserIDs)
	if err != nil {
		return err
	}
	w.encoder.reset()
	w.encoder.result(r, manifest, inForce)
	return w.record(w.encoder.fields, w.encoder.text)
}

func (w *writer) record(fields, text []byte) error {
	w.buf = appendRecord(w.buf[:0], fields, text)
	_, err := w.snapshot.results.Write(w.buf)
	return err
}

// appendRecord appends the lengths of two parts, and the parts.
func appendRecord(dst, fields, text []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(fields)))
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	dst = append(dst, fields...)
	return append(dst, text...)
}

// list writes a long list, unless it was written lately, and returns its number.
func (w *writer) list(ids []string) (int, error) {
	if len(ids) <= maxInline {
		return inline, nil
	}
	if number, known := w.snapshot.recent.numberOf(ids); known {
		return number, nil
	}
	content := encodeList(ids)
	s := w.snapshot
	if err := w.record(nil, content); err != nil {
		return 0, err
	}
	s.lists = append(s.lists, span{at: s.results.size - int64(len(content)), length: len(content)})
	s.recent.add(len(s.lists), ids)
	return len(s.lists), nil
}

// encodeList writes each id as the length that it shares with the one before, and the
// rest.
func encodeList(ids []string) []byte {
	content := binary.AppendUvarint(nil, uint64(len(ids)))
	before := ""
	for _, id := range ids {
		shared := 0
		for shared < min(len(id), len(before)) && id[shared] == before[shared] {
			shared++
		}
		content = binary.AppendUvarint(content, uint64(shared))
		content = binary.AppendUvarint(content, uint64(len(id)-shared))
		content = append(content, id[shared:]...)
		before = id
	}
	return content
}

func decodeList(content []byte) []string {
	uvarint := func() int {
		n, size := binary.Uvarint(content)
		content = content[size:]
		return int(n)
	}
	ids := make([]string, uvarint())
	var id []byte
	for i := range ids {
		id = id[:uvarint()]
		rest := uvarint()
		id = append(id, content[:rest]...)
		content = content[rest:]
		ids[i] = string(id)
	}
	return ids
}
