package job_test

import (
	"fmt"
	"testing"

	"notifyaudit/job"
)

// What is kept of a person is one thing in whatever roster the person is, or in none.
func TestPerPerson(t *testing.T) {
	t.Parallel()
	roster := func(name string, ids ...string) *job.Roster {
		var people []job.Person
		for _, id := range ids {
			people = append(people, job.Person{UserID: id})
		}
		return job.NewRoster(name, "", people)
	}
	staff, guests := roster("staff", "a", "b", "c", "d"), roster("guests", "c", "x", "a")
	for name, d := range map[string]*job.Directory{
		"no directory": nil, "nobody": job.NewDirectory(), "one roster": job.NewDirectory(staff), "two rosters": job.NewDirectory(staff, guests),
		"an empty roster": job.NewDirectory(roster("empty"), staff, guests),
	} {
		kept, want := job.NewPerPerson[int](d), map[string]int{}
		for i := range 100 {
			id := []string{"a", "b", "c", "d", "x", "y"}[i*7%6]
			of := kept.Of([]string{"staff", "guests", "", "unknown"}[i*3%4], id)
			if *of != want[id] {
				t.Fatalf("%s: of %s %d is kept, want %d", name, id, *of, want[id])
			}
			*of, want[id] = i+1, i+1
		}
	}
}

func BenchmarkPerPerson(b *testing.B) {
	var people []job.Person
	for i := range 100_000 {
		people = append(people, job.Person{UserID: fmt.Sprintf("user%06d", i)})
	}
	kept := job.NewPerPerson[int](job.NewDirectory(job.NewRoster("staff", "", people)))
	b.ReportAllocs()
	for b.Loop() {
		for i := range people {
			*kept.Of("staff", people[i].UserID)++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(people)), "ns/person")
}
