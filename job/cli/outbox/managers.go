package outbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/deliver"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/words"
)

// forManagers reports whether the files of a report go each to its manager: by mail, where
// the report is split by manager.
func forManagers(r *manifest.Report, t *manifest.Delivery) bool {
	return t.Email != nil && r.Split == job.ColumnManager
}

// A mailing sends each manager the file of their people, and then the target's own mail
// with the index and the files of the groups that nobody could be written to about.
type mailing struct {
	*Outbox

	account *account
	words   *words.Printer
	// sent and failed count mails to managers. failure is the first error of one; down is
	// one that every further mail would meet.
	sent, failed  int
	failure, down error
	unreached     []manifest.Group
}

// mail sends what a target with files for managers is owed, of all reports, and records
// each mail that was taken.
func (o *Outbox) mail(ctx context.Context, in report.Input, a *account, all []manifest.Report) error {
	m := &mailing{Outbox: o, account: a, words: words.New(in.Language, in.Location)}
	carried := carriedBy(&a.target, all)
	for i := range carried {
		if r := &carried[i]; forManagers(r, &a.target) {
			if err := m.managers(ctx, in, r); err != nil {
				return err
			}
		}
	}
	if m.down == nil {
		o.Note(fmt.Sprintf("%s: files sent to their managers: %d, with the index: %d.", a.target.Label(), m.sent, len(m.unreached)))
		if err := m.own(ctx, in, all); err != nil {
			return err
		}
	}
	if m.failure != nil {
		return fmt.Errorf("%d of %d mails to managers: %w", m.failed, m.failed+m.sent, m.failure)
	}
	return nil
}

// managers sends the files of a report, one after the other. After an error that is not
// one manager's no further one is tried.
func (m *mailing) managers(ctx context.Context, in report.Input, r *manifest.Report) error {
	for g, err := range render.Groups(in, *r) {
		if err != nil {
			return fmt.Errorf("find the managers: %w", err)
		}
		address, err := addressOf(g.Email), m.down
		if err == nil && address != "" {
			err = m.manager(ctx, g, r, address)
		}
		switch {
		case address == "":
			m.unreached = append(m.unreached, manifest.Group{Value: g.Value, Path: g.Path})
		case err == nil:
			m.sent++
		default:
			m.fail(err, g)
		}
	}
	return nil
}

func (m *mailing) fail(err error, g render.Group) {
	m.failed++
	m.failure = cmp.Or(m.failure, err)
	if errors.Is(err, deliver.ErrUndeliverable) {
		m.unreached = append(m.unreached, manifest.Group{Value: g.Value, Path: g.Path})
		return
	}
	m.down = err
}

// addressOf is a mail address without a name; empty for a text that is none.
func addressOf(text string) string {
	a, err := netmail.ParseAddress(text)
	if err != nil {
		return ""
	}
	return a.Address
}

// fileOfManager is what errors call a file whose path names a manager.
const fileOfManager = "the file of a manager"

// manager sends a manager the file of a group, and nothing of anybody else.
func (m *mailing) manager(ctx context.Context, g render.Group, r *manifest.Report, address string) error {
	part := digestOf(m.Session, r.Key(), g.Value)
	if m.account.took(part) {
		return nil
	}
	p := m.parcelOf(m.account, m.words, part)
	body, err := render.Mail(g.Input, *r, m.words.Say("mail.manager"))
	if err != nil {
		return fmt.Errorf("write the mail: %w", err)
	}
	p.Text, p.HTML = body.Text, body.HTML
	if err := m.add(p, fileOfManager, g.Path); err != nil {
		return err
	}
	to := m.account.target
	email := *to.Email
	email.To, email.CC = []string{address}, nil
	to.Email = &email
	return m.settlePart(ctx, part, m.send(ctx, &to, nil, p))
}

// ownPart is the part of the target's own mail.
const ownPart = "own"

// own sends the target's own mail.
func (m *mailing) own(ctx context.Context, in report.Input, all []manifest.Report) error {
	if m.account.took(ownPart) {
		return nil
	}
	p, err := m.parcel(ctx, in, m.account, all, m.unreached...)
	if err != nil {
		return err
	}
	return m.settlePart(ctx, ownPart, m.send(ctx, &m.account.target, receipts{m.Session, m.account}, p))
}

// digestOf names a part without its name: the state keeps no names of deliveries.
func digestOf(s *session.Session, kind, name string) string {
	const length = 12 // of 32 bytes, far more than differ
	sum := sha256.Sum256([]byte(s.DB.Lineage() + "\n" + kind + "\n" + name))
	return hex.EncodeToString(sum[:length])
}

// settlePart records that a part was taken, unless err is an error of the sending, which
// it returns.
func (m *mailing) settlePart(ctx context.Context, part string, err error) error {
	if err != nil {
		return err
	}
	return state.CommitDeliveries(context.WithoutCancel(ctx), m.Session.DB, m.account.partRecord(part, m.Session))
}

// groupNames are the names of groups for a mail; most bounds how many.
func groupNames(groups []manifest.Group, w *words.Printer) []string {
	const most = 50
	var names []string
	for _, g := range groups[:min(len(groups), most)] {
		names = append(names, cmp.Or(g.Value, w.Say("mail.unmanaged")))
	}
	if len(groups) > most {
		names = append(names, "…")
	}
	return names
}

// Mailings say of each target with files for managers how many it would write to, by the
// rosters.
func Mailings(m *manifest.Manifest, now time.Time) (all []string) {
	run := publish.RunValues(report.Input{}, now)
	targets, _ := m.Deliveries(run)
	reports, _ := m.Reports(run)
	roll := chase.NewRoll(&report.Input{Directory: m.Directory})
	for i := range targets {
		t := &targets[i]
		for j := range reports {
			r := &reports[j]
			if !forManagers(r, t) || !slices.Contains(t.Reports, r.Key()) {
				continue
			}
			reached, alone := 0, 0
			for _, g := range r.Groups {
				switch {
				case addressOf(roll.Mail(g.Value)) != "":
					reached++
				case g.Value != "":
					alone++
				}
			}
			line := fmt.Sprintf("%s sends the files of report %s to %d managers", t.Label(), r.Key(), reached)
			if alone > 0 {
				line += fmt.Sprintf(", and those of %d without a mail address in the rosters to its own recipients", alone)
			}
			all = append(all, line+".")
		}
	}
	return all
}
