package monitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// Publish publishes the figures of a run that ended with a status at an instant: to the
// manifest's textfile, and to where the environment says. A failure of one doesn't keep
// the other. Figures that the simulator made up are pushed to loopback addresses alone.
func Publish(ctx context.Context, s *session.Session, in report.Input, status int, at time.Time) error {
	endpoint, wrong := Endpoint(s.Environ)
	if u, err := url.Parse(endpoint); err == nil && s.DB.Simulated() && !delivery.Loopback(u.Hostname()) {
		endpoint = ""
	}
	if s.Manifest.Textfile == "" && endpoint == "" {
		return wrong
	}
	run := Run{Input: in, Status: status, EndedAt: at}
	var err error
	if !Succeeded(status) {
		if run.LastSuccess, err = state.LastSuccess(ctx, &s.DB.View); err != nil {
			return err
		}
	}
	if run.Input.Privacy, err = guard(s, in); err != nil {
		return err
	}
	families, err := Figures(run)
	if err != nil {
		return err
	}
	var failed []error
	if s.Manifest.Textfile != "" {
		failed = append(failed, write(s, families))
	}
	if endpoint != "" {
		failed = append(failed, Push(ctx, families, s.Version, at))
	}
	return errors.Join(append(failed, wrong)...)
}

// guard is the privacy of the manifest's reports that name nobody, which is the same for
// all of them.
func guard(s *session.Session, in report.Input) (report.Privacy, error) {
	reports, diagnostics := s.Manifest.Reports(publish.RunValues(in, s.Now()))
	if diagnostics.HasErrors() {
		return report.Privacy{}, errors.New("the paths of the reports can't be computed")
	}
	for _, r := range reports {
		if report.People(r.People) == report.PeopleAggregate {
			return render.PrivacyOf(r), nil
		}
	}
	return report.Privacy{}, nil
}

// write writes the textfile, whole or not at all. Another user's collector may read it.
func write(s *session.Session, families []*Family) error {
	root, err := os.OpenRoot(s.Manifest.DataDir)
	if err != nil {
		return fmt.Errorf("write the metrics: %w", err)
	}
	set := atomicfile.NewPublicSet(root)
	defer set.Abort()
	err = set.Write(s.Manifest.Textfile, func(w io.Writer) error { return WriteText(w, families) })
	if err == nil {
		err = set.Commit()
	}
	return errors.Join(err, root.Close())
}
