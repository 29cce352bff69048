package job_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"notifyaudit/job"
)

func TestWithoutIsSetDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawIDs.Draw(t, "audience")
		lost := slices.Compact(slices.Sorted(slices.Values(drawIDs.Draw(t, "lost"))))
		a := job.Listed("staff", all)
		had := slices.Clone(a.UserIDs)
		want := setOf(all)
		for _, id := range lost {
			delete(want, id)
		}
		got := a.Without(lost)
		if diff := cmp.Diff(want, setOf(got.UserIDs)); diff != "" || got.Size != len(got.UserIDs) || got.Size != len(want) {
			t.Fatalf("%v without %v is %+v", all, lost, got)
		}
		if got.Form != job.AudienceListed || got.Roster != "staff" || !slices.IsSorted(got.UserIDs) {
			t.Fatalf("got %+v", got)
		}
		if !slices.Equal(a.UserIDs, had) {
			t.Fatalf("the shared list changed from %v to %v", had, a.UserIDs)
		}
		size := rapid.IntRange(0, 12).Draw(t, "size")
		if got := job.Sized(size).Without(lost); got.Form != job.AudienceSized || got.Size != max(0, size-len(lost)) {
			t.Fatalf("%d people without %v are %+v", size, lost, got)
		}
		if got := (job.Audience{}).Without(lost); got.Form != job.AudienceUnknown || got.Size != 0 {
			t.Fatalf("nobody knows whom without %v is %+v", lost, got)
		}
	})
}

// The audience of an instant are the people whose days include it.
func TestAudienceAtIsWhoWasThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Map(rapid.IntRange(0, 5), func(n int) time.Time {
			if n == 0 {
				return time.Time{}
			}
			return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC)
		})
		people := make([]job.Person, rapid.IntRange(0, 8).Draw(t, "people"))
		for i := range people {
			people[i] = job.Person{UserID: fmt.Sprintf("u%d", 9-i), Joined: day.Draw(t, "joined"), Left: day.Draw(t, "left")}
		}
		at := day.Draw(t, "at").Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "nanoseconds")))
		if at.Year() < 2026 {
			at = time.Time{}
		}
		want := set{}
		for _, p := range people {
			joined := p.Joined.IsZero() || p.Joined.Equal(at) || p.Joined.Before(at)
			left := !p.Left.IsZero() && (p.Left.Equal(at) || p.Left.Before(at))
			if at.IsZero() || (joined && !left) {
				want[p.UserID] = true
			}
		}
		roster := job.NewRoster("staff", "staff.csv", people)
		got := roster.AudienceAt(at)
		if diff := cmp.Diff(want, setOf(got.UserIDs)); diff != "" || got.Size != len(want) {
			t.Fatalf("at %v (-want +got):\n%s", at, diff)
		}
		if got.Form != job.AudienceListed || got.Roster != "staff" || !slices.IsSorted(got.UserIDs) {
			t.Fatalf("got %+v", got)
		}
		if again := roster.AudienceAt(at); again.Hash() != got.Hash() {
			t.Fatalf("the same instant gives %v and %v", got.UserIDs, again.UserIDs)
		}
	})
}
