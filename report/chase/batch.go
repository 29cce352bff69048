package chase

import (
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/notices"
	"notifyaudit/report/words"
)

// A Batch is some of the people who have not read a notice.
type Batch struct {
	// Notice is the place of the notice; Number is the batch's, from 1.
	Notice, Number int
	// People is how many they are, Addressed those with an address.
	People, Addressed int
	// Emails are separated by semicolons, UserIDs by commas.
	Emails, UserIDs bytes.Buffer
}

// begin empties the batch.
func (b *Batch) begin(notice, number int) {
	b.Notice, b.Number, b.People, b.Addressed = notice, number, 0, 0
	b.Emails.Reset()
	b.UserIDs.Reset()
}

// takes reports whether another person fits into the batch and its cells. A text never has
// more characters than bytes.
func (b *Batch) takes(userID, email string, most int) bool {
	return b.People == 0 || b.People < most &&
		b.UserIDs.Len()+1+len(userID) <= report.MaxCellText && b.Emails.Len()+1+len(email) <= report.MaxCellText
}

func (b *Batch) add(userID, email string) {
	if b.People > 0 {
		b.UserIDs.WriteByte(',')
	}
	b.UserIDs.WriteString(userID)
	b.People++
	if email == "" {
		return
	}
	if b.Addressed > 0 {
		b.Emails.WriteByte(';')
	}
	b.Emails.WriteString(email)
	b.Addressed++
}

// Batches yields the people to remind in batches of at most so many, notice by notice.
// Nobody is in the batches of a notice twice. A batch is only good until the next one.
func (l *List) Batches(most int) iter.Seq[*Batch] {
	return func(yield func(*Batch) bool) {
		var b Batch
		for of, people := range l.byNotice(func(of missed) missed { return missed{notice: of.notice} }) {
			b.begin(of.notice, 1)
			for p := range people {
				userID, email := report.CleanText(p.UserID), report.CleanText(p.Person.Email)
				if !b.takes(userID, email, most) {
					if !yield(&b) {
						return
					}
					b.begin(of.notice, b.Number+1)
				}
				b.add(userID, email)
			}
			if !yield(&b) {
				return
			}
		}
	}
}

// A Send is the body of a call of /v1.0/robot/oToMessages/batchSend.
type Send struct {
	RobotCode string   `json:"robotCode"`
	UserIDs   []string `json:"userIds"`
	MsgKey    string   `json:"msgKey"`
	// MsgParam is a JSON text: that of the key "sampleText" has a content.
	MsgParam string `json:"msgParam"`
}

// Sends are the calls that remind everybody, notice by notice; text is what they say of the
// notice at a place. The robot is the one that sent the notice.
func (l *List) Sends(text func(place int) string) iter.Seq[Send] {
	return func(yield func(Send) bool) {
		for of, people := range l.byNotice(func(of missed) missed { return of }) {
			param, _ := json.Marshal(map[string]string{"content": text(of.notice)}) // texts only
			send := Send{RobotCode: l.robots[of.robot], MsgKey: "sampleText", MsgParam: string(param)}
			for p := range people {
				if len(send.UserIDs) == job.ChannelRobot.Batch() {
					if !yield(send) {
						return
					}
					send.UserIDs = nil
				}
				send.UserIDs = append(send.UserIDs, p.UserID)
			}
			if !yield(send) {
				return
			}
		}
	}
}

// byNotice yields what key makes of the missed notices, in order, each with its people in
// theirs: at least one. It takes four bytes for each person and notice. The sequence is for
// one use.
func (l *List) byNotice(key func(missed) missed) iter.Seq2[missed, iter.Seq[*Person]] {
	keys := make([]missed, len(l.missed))
	for i, of := range l.missed {
		keys[i] = key(of)
	}
	slices.SortFunc(keys, compareMissed)
	keys = slices.Compact(keys)
	at := make([]int, len(l.missed)) // the place of a missed notice's key
	for i, of := range l.missed {
		at[i], _ = slices.BinarySearchFunc(keys, key(of), compareMissed)
	}
	people := l.Sorted()
	ends := make([]int, len(keys)) // of the keys' people among all places
	total := 0
	for _, p := range people {
		l.buf = p.missed.appendTo(l.buf[:0])
		total += len(l.buf)
		for _, of := range l.buf {
			ends[at[of]]++
		}
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	places := make([]int32, total)
	begins := slices.Clone(ends)
	for i, p := range slices.Backward(people) {
		l.buf = p.missed.appendTo(l.buf[:0])
		for _, of := range l.buf {
			begins[at[of]]--
			places[begins[at[of]]] = int32(i) //nolint:gosec // there are not that many people
		}
	}
	return func(yield func(missed, iter.Seq[*Person]) bool) {
		for i, k := range keys {
			// Messages of several robots may be of one notice.
			of := slices.Compact(places[begins[i]:ends[i]])
			if !yield(k, pick(people, of)) {
				return
			}
		}
	}
}

func compareMissed(a, b missed) int {
	return cmp.Or(cmp.Compare(a.notice, b.notice), cmp.Compare(a.robot, b.robot))
}

// pick yields those at these places.
func pick(people []*Person, places []int32) iter.Seq[*Person] {
	return func(yield func(*Person) bool) {
		for _, i := range places {
			if !yield(people[i]) {
				return
			}
		}
	}
}

// Text is what a reminder of a notice says, ready to be sent at a time.
func Text(all *notices.Set, place int, now time.Time, w *words.Printer) string {
	n := all.List[place]
	title := all.Title(n)
	if n.Messages > 1 { // how many there are says nothing to one person
		title = all.Campaign(n.Campaign)
	}
	if n.SentAt.IsZero() {
		return w.Say("remind.undated", title)
	}
	days := DaysSince(n.SentAt, now)
	if days < 1 {
		return w.Say("remind.today", title, w.Day(n.SentAt))
	}
	return w.Say("remind.dated", title, w.Day(n.SentAt), w.Count("days", days))
}

// DaysSince is the whole days between two times.
func DaysSince(sent, now time.Time) int { return int(now.Sub(sent) / (24 * time.Hour)) }
