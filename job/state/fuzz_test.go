package state_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/job/state/transfer"
)

// A narrow writer takes so much and no more: what is small as a file has no
// export without end.
type narrow struct{ left int }

func (n *narrow) Write(p []byte) (int, error) {
	if n.left -= len(p); n.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// survives does with a state of unknown health what can be done with one. It may
// fail in all of it, in bounded time and memory, and without a panic.
func survives(t *testing.T, db *state.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ids := []job.MessageID{messageID("k1"), messageID("k2")}
	if records, err := db.Records(ctx, ids); err == nil {
		_, _ = db.Readers(ctx, records)
	}
	_, _ = db.Histories(ctx, ids)
	for _, err := range personal.Entries(ctx, &db.View, "u2") {
		if err != nil {
			break
		}
	}
	if err := transfer.Export(ctx, &db.View, &narrow{64 << 20}); errors.Is(err, io.ErrShortWrite) {
		t.Error("the export has no end")
	}
	if _, err := db.Lock(ctx, "the test", 0); err == nil {
		_, _ = personal.Erase(ctx, db, "u1")
		_, _ = personal.Purge(ctx, db, personal.PurgeOptions{Before: after(60)}, after(61))
	}
	if ctx.Err() != nil {
		t.Error("it has no end")
	}
	_ = db.Close() // which can fail too
}

// FuzzOpen opens databases that were states: raw bytes, or a good state with
// patches of six bytes, a place (4), an operation and a value.
func FuzzOpen(f *testing.F) {
	base := unpackedSeed(f)
	f.Add([]byte(nil), []byte(nil))
	f.Add([]byte("SQLite format 3\x00"), []byte(nil))
	f.Add([]byte(nil), patches([3]int{60, 0, 255}, [3]int{100, 0, 5}))       // another user version, another page type
	f.Add([]byte(nil), patches([3]int{28, 0, 1}))                            // another size in the header
	f.Add([]byte(nil), patches([3]int{4096 * 9, 0, 13}, [3]int{4099, 1, 7})) // a cell count
	f.Add([]byte(nil), patches([3]int{40_000, 2, 0}))                        // cut
	f.Fuzz(func(t *testing.T, raw, changes []byte) {
		data := raw
		if len(raw) == 0 {
			data = patched(base, changes)
		}
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "audit.db"), data, 0o600))
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{})
		if err == nil {
			survives(t, db)
			return
		}
		if _, ok := errors.AsType[*state.RefusedError](err); !ok {
			t.Logf("not refused, but: %v", err)
		}
		if now := contents(t, dir)["audit.db"]; now != string(data) {
			t.Errorf("refused (%v), but written to", err)
		}
	})
}

func unpackedSeed(f *testing.F) []byte {
	f.Helper()
	dir := f.TempDir()
	db, err := sqlite.Open(f.Context(), dir, "audit.db", state.OpenOptions{Create: true})
	if err == nil {
		_, err = db.Lock(f.Context(), "the seed", 0)
	}
	if err == nil {
		err = transfer.Import(f.Context(), db, strings.NewReader(seedExport))
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "audit.db"))
	if err != nil {
		f.Fatal(err)
	}
	return data
}

func patches(changes ...[3]int) (encoded []byte) {
	for _, c := range changes {
		encoded = binary.BigEndian.AppendUint32(encoded, uint32(c[0]))
		encoded = append(encoded, byte(c[1]), byte(c[2]))
	}
	return encoded
}

func patched(base, changes []byte) []byte {
	data := bytes.Clone(base)
	for ; len(changes) >= 6 && len(data) > 0; changes = changes[6:] {
		at := int(binary.BigEndian.Uint32(changes)) % len(data)
		switch value := changes[5]; changes[4] % 4 {
		case 0:
			data[at] = value
		case 1:
			data[at] ^= value
		case 2:
			data = data[:at]
		default:
			to := min(len(data), at+int(value)*16)
			clear(data[at:to])
		}
	}
	return data
}

// seedExport is an export with a line of every type.
const seedExport = `{"type":"state","format_version":"1.5","lineage":"seed","serial":7,"erasure_key":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}
{"type":"run","id":"20261120T090000Z-0000","started_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T09:05:00Z","complete":false,"calls":3,"retries":0,"throttled":0,"stops":[{"Reach":"robot","Name":"r"}]}
{"type":"ledger","quota_group":"acme","month":"2026-11","calls":3}
{"type":"robot_stop","provider":"dingtalk","robot_code":"r","credential":"c","class":"robot","code":"x","message":"m","request_id":"q","at":"2026-11-20T09:00:00Z"}
{"type":"audit","title":"Q4","provider":"dingtalk","credential":"c"}
{"type":"report_file","path":"out/a.xlsx","written_at":"2026-11-20T09:00:00Z"}
{"type":"erased","user_ids":["erased:00112233445566778899aabbccddeeff"]}
{"type":"audience","hash":"0f","size":3}
{"type":"members","user_ids":["erased:00112233445566778899aabbccddeeff","u1","u2"]}
{"type":"message","provider":"dingtalk","kind":"group","process_query_key":"k1","address":"messages.slips[\"u1\"]","first_asked_at":"2026-11-20T09:01:00Z","calls":2,"audience":"0f","roster":"staff","previous_reading":1}
{"type":"reading","number":1,"run":"20261120T090000Z-0000","started_at":"2026-11-20T09:00:00Z","finished_at":"2026-11-20T09:01:00Z","send_status":"SUCCESS","readers":1,"read":1}
{"type":"reading","number":2,"run":"20261120T090000Z-0000","started_at":"2026-11-20T09:02:00Z","finished_at":"2026-11-20T09:03:00Z","send_status":"SUCCESS","readers":2,"read":2}
{"type":"readers","reading":1,"user_ids":["u1"]}
{"type":"readers","reading":2,"user_ids":["erased:00112233445566778899aabbccddeeff"]}
{"type":"failure","status":"pending","class":"expired","http_status":400,"code":"a.code","message":"words","request_id":"r1","run":"20261120T090000Z-0000","at":"2026-11-20T09:04:00Z","robot_code":"r","open_conversation_id":"cid","sent_at":"2026-11-20T08:00:00Z"}
{"type":"message","provider":"dingtalk","kind":"group","process_query_key":"k2","address":"message.k2","first_asked_at":"2026-11-20T09:01:00Z","calls":1,"audience_size":3,"roster":"","purged_at":"2026-11-20T10:00:00Z","forgotten_readings":1}
{"type":"reading","number":1,"run":"20261120T090000Z-0000","started_at":"2026-11-20T09:00:00Z","finished_at":"2026-11-20T09:01:00Z","send_status":"SUCCESS","readers":2,"read":2}
{"type":"cursor","next_token":"t2","tokens":["t1","t2"],"pages":2,"readers":2,"empty_pages":0,"started_at":"2026-11-20T09:00:00Z","updated_at":"2026-11-20T09:01:00Z"}
{"type":"cursor_readers","user_ids":["u2","u3"]}
{"type":"end","lines":19}
`
