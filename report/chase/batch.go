package chase

import (
	"cmp"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strings"
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
	Emails, UserIDs strings.Builder
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

// Batches are the people to remind in batches of at most so many, notice by notice. Nobody
// is in the batches of a notice twice.
func (l *List) Batches(most int) []*Batch {
	var all []*Batch
	for of, people := range l.byNotice(func(of missed) missed { return missed{notice: of.notice} }) {
		b := &Batch{Notice: int(of.notice), Number: 1}
		for _, p := range people {
			userID, email := report.CleanText(p.UserID), report.CleanText(p.Person.Email)
			if !b.takes(userID, email, most) {
				all = append(all, b)
				b = &Batch{Notice: int(of.notice), Number: b.Number + 1}
			}
			b.add(userID, email)
		}
		all = append(all, b)
	}
	return all
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
			param, _ := json.Marshal(map[string]string{"content": text(int(of.notice))}) // texts only
			for some := range slices.Chunk(people, job.ChannelRobot.Batch()) {
				send := Send{RobotCode: l.robots[of.robot], MsgKey: "sampleText", MsgParam: string(param)}
				for _, p := range some {
					send.UserIDs = append(send.UserIDs, p.UserID)
				}
				if !yield(send) {
					return
				}
			}
		}
	}
}

// byNotice yields what key makes of the missed notices, in order, each with its people in
// theirs.
func (l *List) byNotice(key func(missed) missed) iter.Seq2[missed, []*Person] {
	of := make(map[missed][]*Person)
	for _, p := range l.Sorted() {
		for _, m := range p.missed {
			k := key(m)
			if n := len(of[k]); n == 0 || of[k][n-1] != p {
				of[k] = append(of[k], p)
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(of), func(a, b missed) int {
		return cmp.Or(cmp.Compare(a.notice, b.notice), cmp.Compare(a.robot, b.robot))
	})
	return func(yield func(missed, []*Person) bool) {
		for _, k := range keys {
			if !yield(k, of[k]) {
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
