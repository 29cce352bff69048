package runner

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
)

// Who is on several pages, or several times on one, is new once, whether the message was
// sent to them or not.
func TestAdmitTellsWhoIsNew(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range 300 {
		ids = append(ids, fmt.Sprintf("u%03d", i))
	}
	for name, audience := range map[string]job.Audience{
		"listed": job.Listed("", ids[:150]), "sized": job.Sized(150), "unknown": {},
	} {
		check := newPageCheck(&job.Message{Audience: audience})
		draw, seen := rand.New(rand.NewPCG(1, 2)), map[string]bool{} //nolint:gosec // no secret
		for page := range 40 {
			var on, want []string
			for i := range draw.IntN(20) {
				id := ids[draw.IntN(len(ids))]
				if i%2 == 1 { // in the order of the audience
					id = ids[min(len(ids)-1, slices.Index(ids, on[i-1])+1)]
				}
				if on = append(on, id); !seen[id] {
					want = append(want, id)
				}
				seen[id] = true
			}
			got, err := check.admit(job.Page{ReadUserIDs: on, HasMore: len(want) > 0, NextToken: strconv.Itoa(page)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: new on page %d (-want +got):\n%s", name, page, diff)
			}
		}
		if check.readers != len(seen) {
			t.Errorf("%s: %d readers, want %d", name, check.readers, len(seen))
		}
	}
}

// The pages of a message to everybody are checked in a bit for each of its people.
//
//nolint:paralleltest // all memory of the process is counted
func TestMemoryOfPages(t *testing.T) {
	const people = 100_000
	ids := make([]string, people)
	for i := range ids {
		ids[i] = fmt.Sprintf("user%06d", i)
	}
	m := &job.Message{Audience: job.Listed("staff", ids)}
	heap := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before, check := heap(), newPageCheck(m)
	for page := range people / pageSize {
		var on []string
		for _, id := range ids[page*pageSize : (page+1)*pageSize] {
			on = append(on, string([]byte(id))) // as an answer has it
		}
		if _, err := check.admit(job.Page{ReadUserIDs: on, HasMore: true, NextToken: strconv.Itoa(page)}); err != nil {
			t.Fatal(err)
		}
	}
	if took := int(heap() - before); took > 200_000 {
		t.Errorf("the readers of %d pages take %d bytes", people/pageSize, took)
	}
	if check.readers != people {
		t.Errorf("%d readers", check.readers)
	}
	runtime.KeepAlive(m)
}
