package transfer

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/sqlite"
)

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

var errUndo = errors.New("undo")

// FuzzImport imports lines. What is taken gives an export that is taken too, and
// gives itself again.
func FuzzImport(f *testing.F) {
	f.Add([]byte(seedExport))
	lines := strings.SplitAfter(seedExport, "\n")
	f.Add([]byte(lines[0] + `{"type":"end","lines":1}` + "\n"))
	f.Add([]byte(strings.Join(lines[:5], "")))
	f.Add([]byte(strings.Replace(seedExport, `"stops":[`, `"stops":[[[[`, 1)))
	f.Add([]byte(strings.Replace(seedExport, `"number":2`, `"number":-2`, 1)))
	f.Add([]byte(strings.ReplaceAll(seedExport, "u1", "\xff\x00")))
	f.Add([]byte(strings.Replace(seedExport, "2026-11-20T09:01:00Z", "9999-12-31T23:59:59.999999999Z", 2)))
	db, err := sqlite.Open(f.Context(), f.TempDir(), "audit.db", state.OpenOptions{Create: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	if _, err := db.Lock(f.Context(), "the fuzzer", 0); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		again, err := tryImport(t, db, data)
		if err != nil {
			return
		}
		same, err := tryImport(t, db, again)
		if err != nil {
			t.Fatalf("an export is refused: %v\n%s", err, again)
		}
		if !bytes.Equal(same, again) {
			t.Errorf("exported\n%s\nand again\n%s", again, same)
		}
	})
}

// tryImport returns the export of what was imported, and undoes it.
func tryImport(t *testing.T, db *state.DB, data []byte) (exported []byte, err error) {
	t.Helper()
	var out bytes.Buffer
	undone := db.Change(t.Context(), "try", func(tx *rows.Tx) error {
		i := newImporter(tx)
		if err = i.all(t.Context(), bytes.NewReader(data)); err != nil {
			return errUndo
		}
		e := &exporter{Tx: tx, out: &out}
		if exportErr := e.all(t.Context()); exportErr != nil {
			t.Errorf("imported, but not to be exported: %v", exportErr)
		}
		if _, runErr := tx.LatestRun(t.Context()); runErr != nil {
			t.Errorf("imported, but no run can begin: %v", runErr)
		}
		return errUndo
	})
	if !errors.Is(undone, errUndo) {
		t.Fatal(undone)
	}
	return out.Bytes(), err
}
