package state

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"notifyaudit/job"
)

// Cells are what reports that name nobody have shown as one, in the order in
// which they were made. Their people are those who weren't purged, the erased
// among them by their tombstones. It holds all of them in memory.
func (db *DB) Cells(ctx context.Context) (cells []*job.Cell, err error) {
	err = db.read(ctx, "read what was published", func(t *tx) error {
		cells, err = t.cells(ctx)
		return err
	})
	return cells, err
}

type cellPart struct{ cell, message int64 }

func (t *tx) cells(ctx context.Context) (cells []*job.Cell, err error) {
	byID := make(map[int64]*job.Cell)
	err = t.each(ctx, func(rows *sql.Rows) error {
		c := &job.Cell{}
		err := rows.Scan(&c.ID, &c.Pooled, &c.Segment, &c.Group, &c.People, &c.Read, &c.Unread, (*instant)(&c.AsOf), (*instant)(&c.Since))
		byID[c.ID], cells = c, append(cells, c)
		return err
	}, `SELECT id, pooled, segment, label, people, was_read, unread, as_of, since FROM cell ORDER BY id`)
	if err != nil || len(cells) == 0 {
		return cells, err
	}
	people, err := t.cellMembers(ctx)
	if err != nil {
		return nil, err
	}
	err = t.each(ctx, func(rows *sql.Rows) error {
		var at cellPart
		var part job.CellPart
		id := &part.Message
		err := rows.Scan(&at.cell, &at.message, &id.Provider, &id.Kind, &id.ProcessQueryKey, &part.Size, &part.Listed)
		part.UserIDs = people[at]
		if c := byID[at.cell]; c != nil {
			c.Parts = append(c.Parts, part)
		}
		return err
	}, `SELECT p.cell, p.message, s.provider, s.kind, m.key, p.size, p.listed
		FROM cell_part p
		JOIN message m ON m.id = p.message
		JOIN source s ON s.id = m.source
		ORDER BY p.cell, p.message`)
	return cells, err
}

// cellMembers are the people of all parts, sorted, each id once in memory.
func (t *tx) cellMembers(ctx context.Context) (map[cellPart][]string, error) {
	people, known := make(map[cellPart][]string), make(map[int64]string)
	err := t.each(ctx, func(rows *sql.Rows) error {
		var at cellPart
		var person int64
		var id string
		err := rows.Scan(&at.cell, &at.message, &person, &id)
		if same, found := known[person]; found {
			id = same
		}
		known[person] = id
		people[at] = append(people[at], id)
		return err
	}, `SELECT m.cell, m.message, p.id, p.user_id FROM cell_member m JOIN person p ON p.id = m.person`)
	for _, ids := range people {
		slices.Sort(ids)
	}
	return people, err
}

// SaveCells records cells that are new, which then have an ID, and the figures of
// those that are not. Only the holder of the lock saves.
func (db *DB) SaveCells(ctx context.Context, cells []*job.Cell) error {
	if len(cells) == 0 {
		return nil
	}
	return db.write(ctx, "record what is published", func(t *tx) error {
		for _, c := range cells {
			if err := t.saveCell(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) saveCell(ctx context.Context, c *job.Cell) error {
	if c.ID == 0 {
		return t.newCell(ctx, c)
	}
	_, err := t.exec(ctx, `UPDATE cell SET was_read = ?, unread = ?, as_of = ?, since = ? WHERE id = ?`,
		c.Read, c.Unread, instant(c.AsOf), instant(c.Since), c.ID)
	if err != nil || len(c.Parts) != 1 || c.Parts[0].UserIDs != nil {
		return err
	}
	// The number of people of a message of which only that is known may change.
	_, err = t.exec(ctx, `UPDATE cell_part SET size = ? WHERE cell = ?`, c.Parts[0].Size, c.ID)
	return err
}

func (t *tx) newCell(ctx context.Context, c *job.Cell) error {
	var row int64
	err := t.row(ctx, `INSERT INTO cell (pooled, segment, label, people, was_read, unread, as_of, since)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		c.Pooled, c.Segment, c.Group, c.People, c.Read, c.Unread, instant(c.AsOf), instant(c.Since)).Scan(&row)
	if err != nil {
		return err
	}
	for i := range c.Parts {
		if err := t.addPart(ctx, row, &c.Parts[i]); err != nil {
			return err
		}
	}
	c.ID = row
	return nil
}

func (t *tx) addPart(ctx context.Context, cell int64, part *job.CellPart) error {
	s, err := t.find(ctx, part.Message)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO cell_part (cell, message, size, listed) VALUES (?, ?, ?, ?)`,
		cell, s.id, part.Size, part.Listed)
	if err != nil || len(part.UserIDs) == 0 {
		return err
	}
	return t.addMembers(ctx, cell, s.id, part.UserIDs)
}

func (t *tx) addMembers(ctx context.Context, cell, message int64, ids []string) error {
	list, err := t.people(ctx, ids)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO cell_member (message, person, cell)
		SELECT ?, id, ? FROM person WHERE user_id IN (SELECT value FROM texts(?))`, message, cell, list)
	return err
}

// compareIDs orders messages by what they are, not by when the state met them.
func compareIDs(a, b job.MessageID) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.ProcessQueryKey, b.ProcessQueryKey))
}

// dropParts takes a message out of the cells. Those that are of others too keep
// their figures, by which it is seen that something is missing.
func (t *tx) dropParts(ctx context.Context, message int64) error {
	_, err := t.exec(ctx, `DELETE FROM cell_member WHERE message = ?`, message)
	if err != nil {
		return err
	}
	gone, err := t.exec(ctx, `DELETE FROM cell_part WHERE message = ?`, message)
	if err != nil {
		return err
	}
	if n, err := gone.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = t.exec(ctx, `DELETE FROM cell WHERE NOT EXISTS (SELECT 1 FROM cell_part WHERE cell = cell.id)`)
	return err
}
