// Package outbox tells the targets of a manifest what came of a run: it decides which of
// them are due, records in the state what each is owed, sends it, and settles it.
//
// What is owed is recorded before it is sent and settled after, so that a crash in
// between leaves a debt and not silence. A target gets the results of a run once; one
// that was killed between the two gets them again, under the same id.
package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/deliver"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// An Outbox sends what the targets of a session's manifest are due. The state has to be
// locked.
type Outbox struct {
	Session *session.Session
	// Delivered is told what became of each delivery; err is nil when it was taken.
	Delivered func(target string, err error)
	// Note is told which targets are left out, and why.
	Note func(text string)

	// concluded says that Conclude was called.
	concluded bool
}

// patience is how long one target is tried.
const patience = 5 * time.Minute

// An account is a target with what the state records of it.
type account struct {
	target manifest.Delivery
	record state.Delivery
	// parts are the parts of what it was sent, each with its run.
	parts map[string]string
	// changed are the parts that stand for another run than the state has.
	changed []string
}

// Conclude tells the targets how a run ended. It is called when the reports are written.
// The error of a delivery that failed has status 3, or 75 if ctx ended.
func (o *Outbox) Conclude(ctx context.Context, in report.Input, end End) error {
	o.concluded = true
	accounts, err := o.accounts(context.WithoutCancel(ctx), in)
	if err != nil || len(accounts) == 0 {
		return err
	}
	for i := range accounts {
		accounts[i].decide(&end)
	}
	return o.settle(ctx, in, accounts)
}

// Send sends what is owed from earlier, and the results of a latest run that nothing was
// decided about, as after a crash. The reports are written anew before. It returns how
// many targets were owed something.
func (o *Outbox) Send(ctx context.Context, in report.Input, e manifest.Evaluation) (int, error) {
	accounts, err := o.accounts(ctx, in)
	if err != nil {
		return 0, err
	}
	end, err := o.ended(ctx, in, e)
	if err != nil {
		return 0, err
	}
	owed := 0
	for i := range accounts {
		a := &accounts[i]
		if a.record.Owed == state.OwedNothing && end.RunID != a.record.Run && end.Final {
			a.decide(&end)
		}
		if a.record.Owed != state.OwedNothing {
			owed++
		}
	}
	if owed > 0 {
		if err := o.Session.Reports().Write(ctx, in); err != nil {
			return owed, err
		}
	}
	return owed, o.settle(ctx, in, accounts)
}

// ended is how the latest run ended, as the state has it.
func (o *Outbox) ended(ctx context.Context, in report.Input, e manifest.Evaluation) (End, error) {
	if in.Run == nil {
		return End{}, nil
	}
	unreadable, err := o.Session.DB.Unreadable(ctx, in.Run.ID)
	failed := session.CheckVerdict(e) != nil
	stopped := slices.ContainsFunc(in.Run.Stops, func(s job.Stop) bool { return !s.Planned() })
	return End{
		RunID: in.Run.ID, At: o.Session.Now(), Final: in.Run.Complete,
		Problem: unreadable > 0 || stopped || failed, CheckFailed: failed,
	}, err
}

// accounts are the targets that can be told.
func (o *Outbox) accounts(ctx context.Context, in report.Input) ([]account, error) {
	targets, diagnostics := o.Session.Manifest.Deliveries(publish.RunValues(in, o.Session.Now()))
	if diagnostics.HasErrors() {
		o.Session.Reporter.Diagnostics(diagnostics)
		return nil, exit.With(exit.Config, nil)
	}
	if len(targets) == 0 {
		return nil, nil
	}
	recorded, err := o.Session.DB.Deliveries(ctx)
	if err != nil {
		return nil, fmt.Errorf("look up the deliveries: %w", err)
	}
	var all []account
	for _, t := range targets {
		if o.Session.DB.Simulated() && !local(&t) {
			o.Note(t.Label() + " gets nothing: figures that the simulator made up go to loopback addresses alone.")
			continue
		}
		all = append(all, accountOf(t, recorded))
	}
	return all, nil
}

// accountOf is a target with what is recorded of it.
func accountOf(t manifest.Delivery, recorded []state.Delivery) account {
	a := account{target: t, record: state.Delivery{Target: t.Label()}, parts: make(map[string]string)}
	for _, d := range recorded {
		if d.Target == t.Label() {
			a.record = d
		}
		if part, is := strings.CutPrefix(d.Target, t.Label()+state.PartOf); is {
			a.parts[part] = d.Run
		}
	}
	return a
}

// settle records what is owed, and sends it to all targets at a time.
func (o *Outbox) settle(ctx context.Context, in report.Input, accounts []account) error {
	var records []state.Delivery
	for i := range accounts {
		records = append(records, accounts[i].records(o.Session)...)
	}
	if err := state.CommitDeliveries(context.WithoutCancel(ctx), o.Session.DB, records...); err != nil {
		return err
	}
	o.forgetSilent()
	var all []error
	for len(accounts) > 0 { // after a notice results may be owed
		accounts = slices.DeleteFunc(accounts, func(a account) bool { return a.record.Owed == state.OwedNothing })
		errs := o.sendAll(ctx, in, accounts)
		var settled []account
		for i, err := range errs {
			o.Delivered(accounts[i].target.Label(), err)
			if err == nil {
				settled = append(settled, accounts[i])
			}
		}
		accounts, all = settled, append(all, errs...)
	}
	return o.failed(ctx, all)
}

// sendAll sends to each target what it is owed, and records what was taken at once: a kill
// while another target is slow costs no second mail. It returns an error for each. Mails to
// managers go last: they are made as they are sent.
func (o *Outbox) sendAll(ctx context.Context, in report.Input, accounts []account) []error {
	if len(accounts) == 0 {
		return nil
	}
	all, err := o.reports(in)
	if err != nil {
		return slices.Repeat([]error{err}, len(accounts))
	}
	errs := make([]error, len(accounts))
	var mailings []func()
	var sending sync.WaitGroup
	for i := range accounts {
		a := &accounts[i]
		toManager := func(r manifest.Report) bool { return forManagers(&r, &a.target) }
		if a.record.Owed == state.OwedResults && slices.ContainsFunc(carriedBy(&a.target, all), toManager) {
			mailings = append(mailings, func() { errs[i] = o.settleOne(ctx, a, o.mail(ctx, in, a, all)) })
			continue
		}
		p, err := o.parcel(ctx, in, a, all)
		if err != nil {
			errs[i] = err
			continue
		}
		sending.Go(func() { errs[i] = o.settleOne(ctx, a, o.send(ctx, &a.target, receipts{o.Session, a}, p)) })
	}
	for _, mail := range mailings {
		mail()
	}
	sending.Wait()
	return errs
}

// settleOne records that a target was sent what it was owed, also after the end of ctx,
// unless err is an error of the sending, which it returns.
func (o *Outbox) settleOne(ctx context.Context, a *account, err error) error {
	if err != nil {
		return err
	}
	a.record.Owed, a.record.ChangedAt = a.taken(), o.Session.Now()
	return state.CommitDeliveries(context.WithoutCancel(ctx), o.Session.DB, a.record)
}

// send sends a parcel, again after a failure, for a bounded time. Of a mail to several the
// receipts remember who has it; nil where nobody is to.
func (o *Outbox) send(ctx context.Context, target *manifest.Delivery, taken deliver.Receipts, p *deliver.Parcel) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not taken within %s", patience))
	defer cancel()
	to, err := transport(target, taken, o.Session.Now)
	if err != nil {
		return err
	}
	return deliver.Send(ctx, to, p)
}
