package outbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/shard"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// Ended tells the targets of a run that ended with an exit status before [Outbox.Conclude]
// was called, if it leaves them without new data.
func (o *Outbox) Ended(ctx context.Context, status int, cause error) error {
	silent := status == exit.Retry || status == exit.Config
	if o.concluded || !silent || o.goesOn(ctx, cause) {
		return nil
	}
	end := End{At: o.Session.Now(), Silent: true, Lasting: status == exit.Config}
	if !o.Session.Locked {
		return o.withoutState(ctx, end)
	}
	in, _, err := o.Session.Input(context.WithoutCancel(ctx))
	if err == nil {
		err = o.Conclude(ctx, in, end)
	}
	if errors.Is(err, state.ErrUnavailable) {
		return o.withoutState(ctx, end)
	}
	return err
}

// Untold tells the targets that the earlier runs of several processes, enough of them in a
// row, had no results. One process of a run calls it, before it asks.
func (o *Outbox) Untold(ctx context.Context) error {
	runs, err := shard.Untold(ctx, &o.Session.DB.View)
	if err != nil || runs < silentRuns {
		return err
	}
	in, _, err := o.Session.Input(ctx)
	if err != nil {
		return err
	}
	return o.Conclude(ctx, in, End{At: o.Session.Now(), Silent: true, Lasting: true})
}

// goesOn reports whether another run tells: the one after an interruption, or the one
// that has the state.
func (o *Outbox) goesOn(ctx context.Context, cause error) bool {
	return ctx.Err() != nil || errors.Is(cause, state.ErrFenced) || errors.Is(cause, state.ErrReplaced) ||
		!o.Session.Locked && errors.Is(cause, lock.ErrHeld)
}

// withoutState tells people what the manifest alone lets it: that there is no new data. A
// file in the data folder counts the runs in a row that it was so, and so remembers that
// it was said.
func (o *Outbox) withoutState(ctx context.Context, end End) error {
	targets, diagnostics := o.Session.Manifest.Deliveries(publish.RunValues(report.Input{}, end.At))
	targets = slices.DeleteFunc(targets, func(t manifest.Delivery) bool {
		return !t.Notices() || o.Session.Simulator && !local(&t)
	})
	if diagnostics.HasErrors() || len(targets) == 0 {
		return nil
	}
	a := account{target: targets[0], record: state.Delivery{Silent: o.silentBefore()}}
	a.silent(&end)
	if a.record.Owed == state.OwedNotice {
		if err := o.notice(ctx, targets, end); err != nil {
			return err
		}
	}
	return o.rememberSilent(a.record.Silent)
}

// notice sends to all targets that there is no new data.
func (o *Outbox) notice(ctx context.Context, targets []manifest.Delivery, end End) error {
	m := o.Session.Manifest
	w := words.New(report.Language(m.Language), m.Location)
	said := w.Say("mail.no_state")
	errs := make([]error, len(targets))
	var sending sync.WaitGroup
	for i := range targets {
		a := &account{target: targets[i], record: state.Delivery{ChangedAt: end.At}}
		p := o.parcelOf(a, w, "")
		p.ID, p.Title = o.noticeID(a, ""), w.Say("mail.subject.no_data", p.Title)
		p.Text, p.Markdown = said+"\n", "> ⚠️ **"+said+"**\n"
		sending.Go(func() { errs[i] = o.send(ctx, &a.target, nil, p) })
	}
	sending.Wait()
	for i := range targets {
		o.Delivered(targets[i].Label(), errs[i])
	}
	return o.failed(ctx, errs)
}

// noticeID is the id of a notice: of the latest run, or of the instant at which it became
// owed where there is none.
func (o *Outbox) noticeID(a *account, run string) string {
	if run == "" {
		run = a.record.ChangedAt.UTC().Format("20060102T150405Z") + "-" + o.digest()[:4]
	}
	return run + "." + a.target.Label() + ".notice"
}

// digest tells this audit from others that share its data folder or its mail domain.
func (o *Outbox) digest() string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(o.Session.Manifest.Title)))
}

// silentFile is the file that counts runs without a state.
func (o *Outbox) silentFile() string { return ".notifyaudit-silent-" + o.digest()[:8] }

// silentBefore is what the file counts; 0 where there is none, as on a volume that is new
// each time.
func (o *Outbox) silentBefore() int {
	f, err := openBelow(o.Session.Manifest.DataDir, o.silentFile())
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	const most = 20
	text, err := io.ReadAll(io.LimitReader(f, most))
	runs, wrong := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || wrong != nil {
		return 0
	}
	return runs
}

func (o *Outbox) rememberSilent(runs int) error {
	root, err := os.OpenRoot(o.Session.Manifest.DataDir)
	if err != nil {
		return fmt.Errorf("count the runs without new data: %w", err)
	}
	defer func() { _ = root.Close() }()
	set := atomicfile.NewSet(root)
	defer set.Abort()
	err = set.Write(o.silentFile(), func(w io.Writer) error {
		_, err := fmt.Fprintln(w, runs)
		return err
	})
	if err != nil {
		return fmt.Errorf("count the runs without new data: %w", err)
	}
	return set.Commit()
}

// forgetSilent removes the file: the state can be used.
func (o *Outbox) forgetSilent() {
	if root, err := os.OpenRoot(o.Session.Manifest.DataDir); err == nil {
		_ = root.Remove(o.silentFile())
		_ = root.Close()
	}
}

// failed is the error of deliveries that failed, nil if none did.
func (o *Outbox) failed(ctx context.Context, errs []error) error {
	switch {
	case !slices.ContainsFunc(errs, func(err error) bool { return err != nil }):
		return nil
	case ctx.Err() != nil:
		return exit.With(exit.Retry, errors.New("interrupted: `notifyaudit deliver` sends what is owed"))
	}
	return exit.With(exit.Incomplete, errors.New("not everything was delivered: the reports are kept, and `notifyaudit deliver` sends what is owed"))
}
