package shard_test

import (
	"errors"
	"strings"
	"testing"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/shard"
)

func TestAssigned(t *testing.T) {
	pod := map[string]string{shard.IndexVariable: "3", shard.CompletionsVariable: "8", shard.ScheduleVariable: "notices-1"}
	without := func(name string) map[string]string {
		left := map[string]string{}
		for key, value := range pod {
			if key != name {
				left[key] = value
			}
		}
		return left
	}
	tests := []struct {
		name, shard, schedule string
		environ               map[string]string
		want                  string // says, where it is an error
		wrong                 bool
	}{
		{name: "alone"},
		{name: "in a pod", shard: "auto", environ: pod, want: "3/8 of notices-1"},
		{name: "the flag wins", shard: "auto", schedule: "other", environ: pod, want: "3/8 of other"},
		{name: "by hand", shard: "0/1", schedule: "Mo-09.00", want: "0/1 of Mo-09.00"},
		{name: "a pod's variables without auto", shard: "7/9", environ: pod, want: "7/9 of notices-1"},
		{name: "no pod of an Indexed Job", shard: "auto", environ: without(shard.IndexVariable), want: "completionMode: Indexed", wrong: true},
		{name: "no completions", shard: "auto", environ: without(shard.CompletionsVariable), want: "JOB_COMPLETIONS", wrong: true},
		{name: "no schedule", shard: "auto", environ: without(shard.ScheduleVariable), want: "-schedule NAME, or NOTIFYAUDIT_SCHEDULE", wrong: true},
		{name: "a schedule alone", schedule: "x", want: "-schedule is for -shard", wrong: true},
		{name: "a schedule that is no name", shard: "0/2", schedule: "a: 8 shards of b", want: "is no name", wrong: true},
		{name: "one too many", shard: "8/8", schedule: "x", want: "I from 0 to N-1", wrong: true},
		{name: "none", shard: "0/0", schedule: "x", want: "N from 1", wrong: true},
		{name: "a negative one", shard: "-1/8", schedule: "x", want: "I/N", wrong: true},
		{name: "too many", shard: "0/1001", schedule: "x", want: "to 1000", wrong: true},
		{name: "half", shard: "3", schedule: "x", want: "I/N", wrong: true},
		{name: "words", shard: "three/eight", schedule: "x", want: "I/N", wrong: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := shard.Assigned(tt.shard, tt.schedule, tt.environ)
			switch carried, is := errors.AsType[*exit.Error](err); {
			case tt.wrong:
				if !is || carried.Status != exit.Usage || !strings.Contains(carried.Err.Error(), tt.want) {
					t.Errorf("got %v, want one that says %q", err, tt.want)
				}
			case err != nil:
				t.Error(err)
			case tt.want == "" && got != nil, tt.want != "" && got.Shard.String()+" of "+got.Schedule != tt.want:
				t.Errorf("got %+v, want %q", got, tt.want)
			}
		})
	}
}
