package rows

import (
	"context"
	"slices"

	"notifyaudit/job/state/internal/sqldb"
)

// A known table has rows by what is unique in them, some of them or all.
type known struct {
	rows map[string]int64
	// whole: a row that is not among rows does not exist.
	whole bool
	// last is the highest number of a row. Rows get numbers of our own: to have
	// SQLite return one costs as much as two inserts.
	last int64
	// moved: another process may have added rows.
	moved bool
}

const (
	// knownLists and knownPeople bound the memory, to some 10 and 25 MiB. Where a
	// message went to more people than are known, each page of it is looked up.
	knownLists  = 50_000
	knownPeople = 300_000
	// aFew is how many new people are inserted one by one.
	aFew = 8
)

func (k *known) next() int64 {
	k.last++
	return k.last
}

// begin makes sure that one more row can be noted, of which there are most at
// most. The statement selects the highest number.
func (t *Tx) begin(ctx context.Context, k *known, most int, highest string) error {
	if k.rows == nil || k.moved {
		before := k.last
		if err := t.Row(ctx, highest).Scan(&k.last); err != nil {
			return err
		}
		k.whole = k.last == 0 || k.whole && k.last == before
		k.moved = false
	}
	switch {
	case k.rows == nil:
		k.rows = make(map[string]int64)
	case len(k.rows) >= most:
		k.rows, k.whole = make(map[string]int64), false
	}
	return nil
}

// People makes sure that user ids have rows, and returns the numbers of the rows,
// sorted and each once: of erased people those of their tombstones. Every user id
// that enters the state comes through here.
func (t *Tx) People(ctx context.Context, ids []string) ([]int64, error) {
	if err := CheckIDs(ids...); err != nil {
		return nil, err
	}
	ids = t.Erasure.IDs(ids)
	k := &t.known.people
	if err := t.begin(ctx, k, knownPeople, `SELECT COALESCE(max(id), 0) FROM person`); err != nil {
		return nil, err
	}
	people, err := t.meet(ctx, k, ids)
	slices.Sort(people)
	return slices.Compact(people), err
}

// meet returns the numbers of the user ids' rows.
func (t *Tx) meet(ctx context.Context, k *known, ids []string) ([]int64, error) {
	strangers := k.without(ids)
	if len(strangers) > 0 && !k.whole {
		err := t.recognise(ctx, k, `SELECT id, user_id FROM person WHERE user_id IN (SELECT value FROM texts(?))`, strangers)
		if err != nil {
			return nil, err
		}
		strangers = k.without(strangers)
	}
	if err := t.newPeople(ctx, k, strangers); err != nil {
		return nil, err
	}
	people := make([]int64, len(ids))
	for i, id := range ids {
		people[i] = k.rows[id]
	}
	return people, nil
}

// without are those of the user ids that are not noted.
func (k *known) without(ids []string) (others []string) {
	for _, id := range ids {
		if _, found := k.rows[id]; !found {
			others = append(others, id)
		}
	}
	return others
}

// recognise notes the people that a statement selects.
func (t *Tx) recognise(ctx context.Context, k *known, statement string, arg any) error {
	return t.Each(ctx, func(scan sqldb.Scan) error {
		var row int64
		var id string
		err := scan(&row, &id)
		k.rows[id] = row
		return err
	}, statement, arg)
}

// newPeople makes rows of user ids, in which some may be there twice.
func (t *Tx) newPeople(ctx context.Context, k *known, ids []string) error {
	if len(ids) <= aFew {
		for _, id := range ids {
			if _, again := k.rows[id]; again {
				continue
			}
			k.rows[id] = k.next()
			if err := t.Later(ctx, `INSERT INTO person (id, user_id) VALUES (?, ?)`, k.last, id); err != nil {
				return err
			}
		}
		return nil
	}
	before := k.last
	n, err := t.Exec(ctx, `INSERT INTO person (id, user_id)
		SELECT ? + row_number() OVER (), value FROM (SELECT DISTINCT value FROM texts(?)) t`, before, ids)
	if err != nil {
		return err
	}
	k.last += int64(n)
	return t.recognise(ctx, k, `SELECT id, user_id FROM person WHERE id > ?`, before)
}
