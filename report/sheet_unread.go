package report

import (
	"cmp"
	"iter"
	"slices"

	"notifyaudit/job"
)

func (b *book) unreadSheet() *Sheet {
	w := b.words
	columns := append([]Column{
		w.column("campaign", TypeText, widthName), w.column("title", TypeText, widthTitle),
	}, b.personColumns()...)
	return &Sheet{
		Columns: append(columns, w.time("sent_at"), w.time("unread_as_of")),
		Count:   b.unreadRows,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.unreadList(yield) }
		},
	}
}

// chaseable reports whether it makes sense to remind people of a message: not
// when it can't be read any more, and not when what is known of it is older
// than the audit's readings ever get.
func (b *book) chaseable(r *job.Result) bool {
	if r.Reading == nil || r.Recalled() {
		return false
	}
	switch r.Status {
	case job.StatusFrozen, job.StatusRecalled, job.StatusRejected:
		return false
	default:
	}
	stop := b.in.Refresh.StopAfter
	return stop == 0 || b.now.Sub(r.Reading.StartedAt) <= stop
}

// chase yields whom to remind of a message, by user id.
func (b *book) chase(r *job.Result) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !b.chaseable(r) {
			return
		}
		for d := range r.People() {
			there := b.in.Directory.Chaseable(r.Audience.Roster, d.UserID, b.now)
			if d.State != job.PersonUnread || !there || job.Erased(d.UserID) {
				continue
			}
			if !yield(d.UserID) {
				return
			}
		}
	}
}

func (b *book) chaseCount(r *job.Result) int {
	n := 0
	for range b.chase(r) {
		n++
	}
	return n
}

func (b *book) unreadList(yield func([]Cell, error) bool) {
	var people []chased
	var row []Cell
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		people = b.chasedPeople(people[:0], r)
		for i := range people {
			row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title))
			row = append(b.personCells(row, &people[i]), Time(r.Message.SentAt), Time(r.Reading.StartedAt))
			if !yield(row, nil) {
				return
			}
		}
	}
}

// personColumns are what says who somebody is.
func (b *book) personColumns() []Column {
	w := b.words
	return []Column{
		w.column("name", TypeText, widthName), w.column("user_id", TypeID, 16),
		w.column("department", TypeText, widthName), w.column("manager", TypeText, widthName),
		w.column("email", TypeText, 28), w.column("location", TypeText, 14),
	}
}

// personCells appends the cells of personColumns.
func (b *book) personCells(row []Cell, c *chased) []Cell {
	p := c.person
	return append(row, text(p.Name), text(c.userID), text(p.Department), text(p.Manager), text(p.Email), text(p.Location))
}

// chased is somebody on a list. person is never nil.
type chased struct {
	userID string
	person *job.Person
	place  int
}

// chasedPeople appends whom to remind of a message by department, name and id.
func (b *book) chasedPeople(dst []chased, r *job.Result) []chased {
	for id := range b.chase(r) {
		dst = append(dst, b.chasedPerson(r.Audience.Roster, id))
	}
	slices.SortFunc(dst, compareChased)
	return dst
}

func (b *book) chasedPerson(roster, id string) chased {
	person, known := b.in.Directory.Person(roster, id)
	if !known {
		person = &job.Person{}
	}
	places := b.places()
	place, known := places[person]
	if !known {
		place = len(places)
	}
	return chased{userID: id, person: person, place: place}
}

// placesOf puts the directory's people in the order of department, name and id,
// what is missing behind the rest: found once, since comparing names as a language sorts them takes long.
func placesOf(d *job.Directory, lang Language) map[*job.Person]int {
	all := slices.Collect(everybody(d))
	order := newCollator(lang)
	slices.SortFunc(all, func(a, b *job.Person) int {
		return cmp.Or(
			last(a.Department == "", b.Department == ""), order.CompareString(a.Department, b.Department),
			cmp.Compare(a.Department, b.Department),
			last(a.Name == "", b.Name == ""), order.CompareString(a.Name, b.Name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UserID, b.UserID))
	})
	places := make(map[*job.Person]int, len(all))
	for i, p := range all {
		places[p] = i
	}
	return places
}
