package job_test

import (
	"fmt"
	"testing"

	"notifyaudit/job"
)

// crowd has people whose ids are the even numbers.
func crowd(n int) (*job.Roster, []string) {
	people, ids := make([]job.Person, n), make([]string, n)
	for i := range people {
		ids[i] = fmt.Sprintf("%07d", 2*i)
		people[i].UserID = ids[i]
	}
	return job.NewRoster("staff", "staff.csv", people), ids
}

// TestPersonInAnyOrder: who was found before changes nothing.
func TestPersonInAnyOrder(t *testing.T) {
	const n = 50
	roster, ids := crowd(n)
	for from := range n {
		for to := range n {
			for _, i := range []int{from, to} {
				if p, found := roster.Person(ids[i]); !found || p.UserID != ids[i] {
					t.Fatalf("%s behind %s: %v, %v", ids[to], ids[from], p, found)
				}
			}
			if p, found := roster.Person(fmt.Sprintf("%07d", 2*to+1)); found {
				t.Fatalf("%s is found for somebody who isn't there", p.UserID)
			}
		}
	}
}

func BenchmarkRosterInOrder(b *testing.B) {
	roster, ids := crowd(100_000)
	for b.Loop() {
		for _, id := range ids {
			if _, found := roster.Person(id); !found {
				b.Fatal(id)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/person")
}
