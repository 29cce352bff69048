package state

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"notifyaudit/job"
)

// publish makes a cell of two lone messages, and one of a part of a message to
// many, and a mere number.
func (b *bench) publish() []*job.Cell {
	b.t.Helper()
	ids := []string{"p1", "p2", "p3"}
	b.read(rowMessage("lone1", "p1", job.Listed("", ids[:1])), 0, "p1")
	b.read(rowMessage("lone2", "p2", job.Listed("", ids[1:2])), 20)
	b.read(message("many", job.Listed("staff", ids)), 20, "p3")
	b.read(message("sized", job.Sized(5)), 20, "x1")
	cells := []*job.Cell{
		{
			Pooled: true, Segment: "department", Group: "Sales", People: 2, Read: 1, Unread: 1, AsOf: after(20), Parts: []job.CellPart{
				{Message: messageID("lone1"), Size: 1, UserIDs: ids[:1], Listed: true},
				{Message: messageID("lone2"), Size: 1, UserIDs: ids[1:2], Listed: true},
			},
		},
		{
			Segment: "department", People: 3, Read: 1, Unread: 2, AsOf: after(20), Since: after(10),
			Parts: []job.CellPart{{Message: messageID("many"), Size: 3, UserIDs: ids, Listed: true}},
		},
		{Segment: "department", People: 5, Read: 1, Unread: 4, AsOf: after(20), Since: after(20), Parts: []job.CellPart{{Message: messageID("sized"), Size: 5}}},
	}
	must(b.t, b.SaveCells(b.t.Context(), cells))
	return cells
}

func (b *bench) cells() []*job.Cell {
	b.t.Helper()
	cells, err := b.Cells(b.t.Context())
	must(b.t, err)
	return cells
}

func testCells(b *bench) {
	t := b.t
	cells := b.publish()
	same(t, "published", b.cells(), cells)
	cells[1].Read, cells[1].Unread, cells[1].AsOf = 2, 1, after(30)
	cells[2].Parts[0].Size, cells[2].Unread, cells[2].Since = 6, 5, time.Time{}
	must(t, b.SaveCells(t.Context(), cells[1:]))
	same(t, "published again", b.cells(), cells)

	twice := &job.Cell{Segment: "department", AsOf: after(40), Parts: cells[1].Parts}
	if err := b.SaveCells(t.Context(), []*job.Cell{twice}); err == nil {
		t.Error("a delivery is in two cells")
	}
	same(t, "after the refusal", b.cells(), cells)

	must(t, b.lock.Release())
	if err := b.SaveCells(t.Context(), cells); !errors.Is(err, ErrUnlocked) {
		t.Errorf("without the lock: %v", err)
	}
}

// The figures stay when the people of a cell are purged, erased or removed.
func testCellsForgotten(b *bench) {
	t := b.t
	cells := b.publish()
	_, err := b.Erase(t.Context(), "p3")
	must(t, err)
	cells[1].Parts[0].UserIDs = b.Mask(job.Listed("staff", []string{"p1", "p2", "p3"})).UserIDs
	same(t, "erased", b.cells(), cells)

	took, err := b.Purge(t.Context(), Purge{Before: after(10)}, after(30))
	must(t, err)
	same(t, "purged", took, Purged{Messages: 1}) // p1 is in another message
	cells[0].Parts[0].UserIDs = nil
	same(t, "after the purge", b.cells(), cells)

	_, err = b.Remove(t.Context(), []job.MessageID{messageID("lone2"), messageID("many")})
	must(t, err)
	cells[0].Parts = cells[0].Parts[:1]
	same(t, "after the removal", b.cells(), []*job.Cell{cells[0], cells[2]})
	if slices.Contains(b.userIDs(), "p1") || slices.Contains(b.userIDs(), "p2") {
		t.Errorf("the state still has %v", b.userIDs())
	}
}

func testExportCells(b *bench) {
	t := b.t
	cells := b.publish()
	lines := b.export()
	other := b.other()
	must(t, other.Import(t.Context(), bytes.NewReader(lines)))
	same(t, "imported", other.cells(), cells)
	same(t, "exported again", string(other.export()), string(lines))
}
