package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/deliver"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/shard"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/words"
)

// parcel is what the target is owed, of all reports. Where it has files for managers, it
// gets those of the unreached groups.
func (o *Outbox) parcel(
	ctx context.Context, in report.Input, a *account, all []manifest.Report, unreached ...manifest.Group,
) (p *deliver.Parcel, err error) {
	w := words.New(in.Language, in.Location)
	p = o.parcelOf(a, w, "")
	carried := carriedBy(&a.target, all)
	var lead []string
	if len(unreached) > 0 {
		lead = append(lead, w.Say("mail.unreached", w.List(groupNames(unreached, w))))
	}
	if a.record.Owed == state.OwedNotice {
		run := ""
		if in.Run != nil {
			run = in.Run.ID
		}
		p.ID = o.noticeID(a, run)
		subject, said, err := o.noData(ctx, in, w)
		if err != nil {
			return nil, err
		}
		p.Title = w.Say(subject, p.Title)
		lead = append(lead, said)
		p.Markdown = "> ⚠️ **" + said + "**\n"
	}
	if a.target.Email != nil {
		body, err := render.Mail(in, leading(all, carried), lead...)
		if err != nil {
			return nil, fmt.Errorf("write the mail: %w", err)
		}
		p.Text, p.HTML = body.Text, body.HTML
	}
	if a.record.Owed == state.OwedResults {
		err = o.enclose(ctx, p, carried, &a.target, unreached)
	}
	return p, err
}

// parcelOf is a parcel without texts and files; part names it where a target is sent
// several.
func (o *Outbox) parcelOf(a *account, w *words.Printer, part string) *deliver.Parcel {
	p := &deliver.Parcel{ID: a.record.Run + "." + a.target.Label(), At: o.Session.Now(), Title: o.Session.Manifest.Title, TooLarge: w.Say("mail.too_large")}
	if part != "" {
		p.ID += "." + part
	}
	if a.target.Email != nil {
		p.Title = a.target.Email.Subject
	}
	if o.Session.Simulator || o.Session.DB != nil && o.Session.DB.Simulated() {
		p.Title = w.Say("mail.subject.simulated", p.Title)
	}
	return p
}

// noData says that runs had no results, or since when there is no new data. subject is the
// key of a text about the subject of a mail.
func (o *Outbox) noData(ctx context.Context, in report.Input, w *words.Printer) (subject, said string, err error) {
	untold, err := shard.Untold(ctx, &o.Session.DB.View)
	if err != nil {
		return "", "", err
	}
	if untold >= silentRuns {
		return "mail.subject.untold", w.Say("mail.untold", untold), nil
	}
	said, err = noDataSince(ctx, in, w)
	return "mail.subject.no_data", said, err
}

// noDataSince says since when there is no new data.
func noDataSince(ctx context.Context, in report.Input, w *words.Printer) (string, error) {
	var newest time.Time
	for r, err := range in.Results() {
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return "", fmt.Errorf("look up the latest reading: %w", err)
		}
		if r.Reading != nil && r.Reading.FinishedAt.After(newest) {
			newest = r.Reading.FinishedAt
		}
	}
	if newest.IsZero() {
		return w.Say("mail.never"), nil
	}
	return w.Say("mail.no_data", w.When(newest)), nil
}

// reports are all reports of the audit, as a run writes them.
func (o *Outbox) reports(in report.Input) ([]manifest.Report, error) {
	all, diagnostics := o.Session.Manifest.Reports(publish.RunValues(in, o.Session.Now()))
	if diagnostics.HasErrors() {
		return nil, errors.New("the paths of the reports can't be computed")
	}
	return all, nil
}

// carriedBy are those of the reports that a target carries.
func carriedBy(t *manifest.Delivery, all []manifest.Report) (carried []manifest.Report) {
	for _, r := range all {
		if slices.Contains(t.Reports, r.Key()) {
			carried = append(carried, r)
		}
	}
	return carried
}

// leading is the report whose summary the body of a mail says: of those that it carries,
// else of all, the first that names nobody, so that the body tells no more than they do;
// else the first.
func leading(all, carried []manifest.Report) manifest.Report {
	among := carried
	if len(among) == 0 {
		among = all
	}
	for _, r := range among {
		if report.People(r.People) == report.PeopleAggregate {
			return r
		}
	}
	if len(carried) == 0 {
		return manifest.Report{}
	}
	return carried[0]
}

// enclose adds the files of reports: of those for managers the index, and the files of
// unreached groups. A robot gets the text of its one.
func (o *Outbox) enclose(ctx context.Context, p *deliver.Parcel, carried []manifest.Report, t *manifest.Delivery, unreached []manifest.Group) error {
	for _, r := range carried {
		names := []string{r.Path}
		if !forManagers(&r, t) {
			var err error
			if names, err = o.filesOf(ctx, r); err != nil {
				return err
			}
		}
		called := ""
		if r.Split != "" {
			called = "a file of report " + r.Key()
		}
		if err := o.add(p, called, names...); err != nil {
			return err
		}
	}
	for _, g := range unreached {
		if err := o.add(p, fileOfManager, g.Path); err != nil {
			return err
		}
	}
	if t.DingTalk != nil && len(p.Files) > 0 {
		text, err := o.text(p.Files[0].Path)
		if err != nil {
			return err
		}
		p.Markdown += strings.TrimSuffix(text, "\n"+origin.MarkdownMark+"\n")
	}
	return nil
}

// add adds files below the data folder, which errors call by their paths unless called.
func (o *Outbox) add(p *deliver.Parcel, called string, names ...string) error {
	root, err := os.OpenRoot(o.Session.Manifest.DataDir)
	if err != nil {
		return fmt.Errorf("open the data folder: %w", err)
	}
	defer func() { _ = root.Close() }()
	for _, name := range names {
		info, err := root.Stat(filepath.FromSlash(name))
		if of, ok := errors.AsType[*fs.PathError](err); ok {
			return fmt.Errorf("look at %s: %w", cmp.Or(called, name), of.Err)
		}
		if err != nil {
			return fmt.Errorf("look at the report: %w", err)
		}
		p.Files = append(p.Files, deliver.File{Path: name, Called: called, MediaType: mediaType(name), Size: info.Size(), Open: func() (io.ReadCloser, error) {
			return openBelow(o.Session.Manifest.DataDir, name)
		}})
	}
	return nil
}

// text is what a report says.
func (o *Outbox) text(name string) (string, error) {
	f, err := openBelow(o.Session.Manifest.DataDir, name)
	if err != nil {
		return "", fmt.Errorf("read the report: %w", err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	if err != nil {
		return "", fmt.Errorf("read the report: %w", err)
	}
	return string(text), nil
}

// openBelow opens a file below a folder, and not what a link leads to outside of it.
func openBelow(folder, name string) (io.ReadCloser, error) {
	return os.OpenInRoot(folder, filepath.FromSlash(name))
}

// filesOf are the paths of a report's files below the data folder. Of one that is split
// they are the index and the files of groups that were written with it: another one there
// is of an earlier run.
func (o *Outbox) filesOf(ctx context.Context, r manifest.Report) ([]string, error) {
	names := []string{filepath.ToSlash(r.Path)}
	switch {
	case r.Split != "":
		written, err := o.written(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range r.Groups {
			if at, is := written[g.Path]; is && !at.Before(written[r.Path]) {
				names = append(names, g.Path)
			}
		}
	case r.Format == "csv":
		names = nil
		for _, name := range reportcsv.FileNames() {
			names = append(names, path.Join(filepath.ToSlash(r.Path), name))
		}
	}
	return names, nil
}

// written is when each file of a report that names people was written.
func (o *Outbox) written(ctx context.Context) (map[string]time.Time, error) {
	all, err := o.Session.DB.WrittenReports(ctx)
	if err != nil {
		return nil, fmt.Errorf("look up the reports that were written: %w", err)
	}
	at := make(map[string]time.Time, len(all))
	for _, one := range all {
		at[one.Path] = one.WrittenAt
	}
	return at, nil
}

// mediaType is that of a report by its extension.
func mediaType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".csv":
		return "text/csv"
	case ".html":
		return "text/html"
	case ".md":
		return "text/markdown"
	default:
		return "application/json"
	}
}
