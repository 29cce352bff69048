package cli

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
)

// TestDoctorDoesNotWaitLong shows that an API which never answers takes the doctor
// no longer than its patience, and that it says what it saw.
func TestDoctorDoesNotWaitLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		last := &job.AnswerError{Class: job.ClassTransient, Err: errors.New("connection refused")}
		e := examination{session: &session{gates: []*gatekeeper{{provider: "other", trouble: func() *job.AnswerError { return nil }}, {
			provider: "p", trouble: func() *job.AnswerError { return last },
		}}}}
		begin := time.Now()
		err := e.patiently(t.Context(), &job.Provider{Name: "p"}, func(ctx context.Context) error {
			<-ctx.Done()
			return context.Cause(ctx)
		})
		if took := time.Since(begin); took != doctorPatience {
			t.Errorf("it took %v", took)
		}
		failure, ok := errors.AsType[*job.AnswerError](err)
		if !ok || !failure.Temporary || failure.Error() != "transient: no answer within 15s; the last attempt: connection refused" {
			t.Errorf("got %v", err)
		}
	})
}

// TestDoctorIsInterrupted tells the end of the program from the end of the
// doctor's patience.
func TestDoctorIsInterrupted(t *testing.T) {
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	e := examination{session: &session{}}
	err := e.patiently(ctx, &job.Provider{Name: "p"}, func(ctx context.Context) error {
		cancel(stop)
		return ctx.Err()
	})
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	final := &job.AnswerError{Class: job.ClassToken}
	if err := e.patiently(t.Context(), &job.Provider{}, func(context.Context) error { return final }); !errors.Is(err, final) {
		t.Errorf("got %v", err)
	}
}
