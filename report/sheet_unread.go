package report

import (
	"cmp"
	"iter"
	"slices"

	"notifyaudit/job"
)

func (b *book) unreadSheet() *Sheet {
	w := b.words
	return &Sheet{
		Columns: []Column{
			w.column("campaign", TypeText, widthName), w.column("title", TypeText, widthTitle),
			w.column("name", TypeText, widthName), w.column("user_id", TypeID, 16),
			w.column("department", TypeText, widthName), w.column("manager", TypeText, widthName),
			w.column("email", TypeText, 28), w.column("location", TypeText, 14),
			w.time("sent_at"), w.time("unread_as_of"),
		},
		Count: b.unreadRows,
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
			if d.State != job.PersonUnread || !b.in.Directory.Chaseable(r.Audience.Roster, d.UserID, b.now) {
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
	row := make([]Cell, 10)
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		people = b.chasedPeople(people[:0], r)
		for i := range people {
			unreadRow(row, r, &people[i])
			if !yield(row, nil) {
				return
			}
		}
	}
}

func unreadRow(row []Cell, r *job.Result, c *chased) {
	p := c.person
	row[0], row[1] = text(r.Message.Campaign), text(r.Message.Title)
	row[2], row[3] = text(p.Name), text(c.userID)
	row[4], row[5], row[6], row[7] = text(p.Department), text(p.Manager), text(p.Email), text(p.Location)
	row[8], row[9] = Time(r.Message.SentAt), Time(r.Reading.StartedAt)
}

// chased is somebody to remind; person is never nil.
type chased struct {
	userID string
	person *job.Person
	place  int
}

// chasedPeople appends whom to remind of a message by department, name and id.
func (b *book) chasedPeople(dst []chased, r *job.Result) []chased {
	places := b.places()
	for id := range b.chase(r) {
		person, known := b.in.Directory.Person(r.Audience.Roster, id)
		if !known {
			person = &job.Person{}
		}
		place, known := places[person]
		if !known {
			place = len(places)
		}
		dst = append(dst, chased{userID: id, person: person, place: place})
	}
	slices.SortFunc(dst, func(a, b chased) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.userID, b.userID))
	})
	return dst
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
