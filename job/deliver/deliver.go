// Package deliver sends the results of a run to the people and programs that wait
// for them: by mail, to an S3 bucket, to a DingTalk group, to an HTTP endpoint.
//
// It knows nothing of audits or reports. It gets a [Parcel] of texts and files and
// sends it to a [Target]. Whoever calls it keeps account of what was sent: a parcel
// sent twice has the same [Parcel.ID], which every target passes on so that the
// receiver can drop the second one.
package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path"
	"time"
)

// A Parcel is what one target receives.
type Parcel struct {
	// ID is the same for the same results and target, and differs for others. It
	// holds letters, digits, dots and dashes alone.
	ID string
	// Title is one line, the subject of a mail.
	Title string
	// Text and HTML say the same thing, the run's summary, in the forms of a mail;
	// Markdown says it in a chat.
	Text, HTML, Markdown string
	// TooLarge stands before the names of files that a mail can't carry, in the
	// language of the texts.
	TooLarge string
	// Files are the reports. A webhook posts the first.
	Files []File
	// At is when the results were written.
	At time.Time
}

// A File is a report to send along.
type File struct {
	// Path is the file's path with slashes, below the folder of all reports; it may
	// hold any characters.
	Path string
	// Called is what errors call it where Path names people; empty: the path.
	Called string
	// MediaType is such as "text/csv".
	MediaType string
	// Size is its length in bytes.
	Size int64
	// Open opens it to read. It is called once for each attempt.
	Open func() (io.ReadCloser, error)
}

// Name is the file's name without its folder.
func (f *File) Name() string { return path.Base(f.Path) }

// called is what errors call the file.
func (f *File) called() string { return cmp.Or(f.Called, f.Path) }

// open opens the file. Its error has no path but the one that the file is called.
func (f *File) open() (io.ReadCloser, error) {
	r, err := f.Open()
	if err == nil {
		return r, nil
	}
	if of, ok := errors.AsType[*fs.PathError](err); ok {
		err = of.Err
	}
	return nil, fmt.Errorf("read %s: %w", f.called(), err)
}

// A Target is where parcels go. Send is one attempt; its error says what was
// attempted and holds no secret. It is safe to send a parcel again after an error.
type Target interface {
	Send(ctx context.Context, p *Parcel) error
}

// Attempts is how often [Send] tries, and maxPause the longest pause between two
// attempts.
const (
	Attempts = 5
	minPause = time.Second
	maxPause = 30 * time.Second
)

// ErrRefused marks an answer that the same parcel will get again, such as a wrong
// password. [Send] gives up at once.
var ErrRefused = errors.New("refused")

// ErrUndeliverable is an [ErrRefused] of this parcel alone, such as for a recipient that
// the server doesn't know: it may accept another parcel.
var ErrUndeliverable = fmt.Errorf("%w", ErrRefused)

// refusedf is an error that is not tried again.
func refusedf(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrRefused, fmt.Errorf(format, args...))
}

// Send sends a parcel to a target, again after a failure, with exponential backoff
// and full jitter, at most [Attempts] times. It returns the last error, or the
// cause of ctx's end.
func Send(ctx context.Context, t Target, p *Parcel) error {
	pause := minPause
	for attempt := 1; ; attempt++ {
		err := t.Send(ctx, p)
		if err == nil || attempt == Attempts || errors.Is(err, ErrRefused) {
			return err
		}
		wait := time.NewTimer(time.Duration(rand.Int64N(int64(pause))))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return context.Cause(ctx)
		}
		pause = min(2*pause, maxPause)
	}
}
