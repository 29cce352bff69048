package doctor

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
		begin := time.Now()
		err := withTimeout(t.Context(), func() *job.AnswerError { return last }, func(ctx context.Context) error {
			<-ctx.Done()
			return context.Cause(ctx)
		})
		if took := time.Since(begin); took != answerTimeout {
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
	none := func() *job.AnswerError { return nil }
	err := withTimeout(ctx, none, func(ctx context.Context) error {
		cancel(stop)
		return ctx.Err()
	})
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	final := &job.AnswerError{Class: job.ClassToken}
	if err := withTimeout(t.Context(), none, func(context.Context) error { return final }); !errors.Is(err, final) {
		t.Errorf("got %v", err)
	}
}
