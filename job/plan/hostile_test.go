package plan_test

import (
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// hostilePlans are files that say they are plans.
func hostilePlans() map[string]string {
	const step = `{"address":"message.a","provider":"dingtalk","kind":"group","process_query_key":"K","action":"read","cause":"never_read","calls":1}`
	whole := func(members string) string { return `{"format_version":"1.0",` + members + `}` }
	return map[string]string{
		"a step of nothing":       whole(`"steps":[{}]`),
		"a step of null":          whole(`"steps":[null]`),
		"steps in steps":          whole(`"steps":[[` + step + `]]`),
		"an unknown member":       whole(`"steps":[{"address":"a","secret":"x"}]`),
		"a group of null":         whole(`"groups":[null],"steps":[` + step + `]`),
		"a part of null":          whole(`"groups":[{"block":"message.a","parts":[null]}],"steps":[` + step + `]`),
		"steps twice":             whole(`"steps":[],"steps":[` + step + `]`),
		"a member twice":          whole(`"serial":1,"serial":2,"steps":[]`),
		"more behind it":          whole(`"steps":[]`) + `{}`,
		"no end":                  `{"format_version":"1.0","steps":[` + step,
		"deep":                    whole(`"steps":[` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `]`),
		"deep elsewhere":          whole(`"groups":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `,"steps":[]`),
		"a number without end":    whole(`"serial":1` + strings.Repeat("0", 10_000) + `,"steps":[]`),
		"an exponent":             whole(`"duration_seconds":1e999999999,"steps":[]`),
		"a part of 20 MB":         whole(`"summary":"` + strings.Repeat("x", 20<<20) + `","steps":[]`),
		"a step of 20 MB":         whole(`"steps":[{"address":"` + strings.Repeat("x", 20<<20) + `"}]`),
		"a name of 20 MB":         whole(`"` + strings.Repeat("x", 20<<20) + `":1,"steps":[]`),
		"white space of 20 MB":    strings.Repeat(" ", 20<<20) + whole(`"steps":[]`),
		"a thousand members":      whole(strings.Repeat(`"a":1,`, 1000) + `"steps":[]`),
		"not UTF-8, as a version": "{\"format_version\":\"\xff\",\"steps\":[]",
	}
}

func TestHostilePlansAreRefused(t *testing.T) {
	for name, text := range hostilePlans() {
		t.Run(name, func(t *testing.T) {
			f, err := plan.ReadFile(strings.NewReader(text))
			if !errors.Is(err, plan.ErrNoPlan) && !errors.Is(err, plan.ErrOtherFormat) {
				t.Errorf("got %+v, %v", f, err)
			}
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// FuzzReadFile: what is read as a plan is one, can be written and is then read as
// the same; and whatever it says, it asks nothing that the manifest doesn't have.
func FuzzReadFile(f *testing.F) {
	for _, text := range hostilePlans() {
		if len(text) < 10_000 {
			f.Add(text)
		}
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var saved strings.Builder
	if err := plan.NewFile(&plan.Plan{}, plan.Pin{ManifestHash: "h"}, plan.FileOptions{}, "test", now).Write(&saved); err != nil {
		f.Fatal(err)
	}
	f.Add(saved.String())
	message := job.Message{ID: job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: "K"}, Address: "message.a"}
	var messages iter.Seq2[job.Message, error] = func(yield func(job.Message, error) bool) { yield(message, nil) }
	f.Fuzz(func(t *testing.T, text string) {
		file, err := plan.ReadFile(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, plan.ErrNoPlan) && !errors.Is(err, plan.ErrOtherFormat) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if file.FormatVersion != plan.FileFormat {
			t.Errorf("a plan of the format %q", file.FormatVersion)
		}
		var first, second strings.Builder
		if err := file.Write(&first); err != nil {
			t.Fatal(err)
		}
		again, err := plan.ReadFile(strings.NewReader(first.String()))
		if err != nil {
			t.Fatalf("written, it is %v:\n%s", err, first.String())
		}
		if err := again.Write(&second); err != nil || first.String() != second.String() {
			t.Errorf("written again, it is another: %v", err)
		}
		made, err := file.Restore(messages, now)
		if err != nil {
			return
		}
		for step := range made.Steps() {
			if step.Message.ID != message.ID || step.Pages < 1 {
				t.Errorf("it asks %+v", step)
			}
		}
		_ = made.Summary()
	})
}
