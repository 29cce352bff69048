// Package shard finds out which part of a run a process has: from flags, or from what
// Kubernetes tells a pod of an Indexed Job.
package shard

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/plan/shards"
)

// The variables that stand for what the flags leave open. Kubernetes sets the index in
// every pod of an Indexed Job; the manifest of the Job sets the others.
const (
	IndexVariable       = "JOB_COMPLETION_INDEX"
	CompletionsVariable = "JOB_COMPLETIONS"
	ScheduleVariable    = "NOTIFYAUDIT_SCHEDULE"
)

// Patience is how long a shard waits, unless told otherwise, for the lease of one that was
// killed to end.
const Patience = 30 * time.Second

// Auto is the value of -shard that takes index and number from the environment.
const Auto = "auto"

// isSchedule reports whether a text can be the name of a Job, or one that people give.
func isSchedule(text string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$`).MatchString(text)
}

// Assigned is what the values of -shard and -schedule say; nil without -shard.
func Assigned(shard, schedule string, environ map[string]string) (*session.Assignment, error) {
	if shard == "" {
		if schedule != "" {
			return nil, exit.Usagef("-schedule is for -shard: it names the run that several processes share")
		}
		return nil, nil //nolint:nilnil // nil is a process of its own
	}
	if schedule == "" {
		schedule = environ[ScheduleVariable]
	}
	of, err := parse(shard, environ)
	switch {
	case err != nil:
		return nil, err
	case schedule == "":
		return nil, exit.Usagef("-shard needs -schedule NAME, or %s: all shards of one run say the same name, and each run has another. In a Job it is the Job's name, from the label batch.kubernetes.io/job-name by the downward API", ScheduleVariable)
	case !isSchedule(schedule):
		return nil, exit.Usagef("the schedule %q is no name: it has 1 to 253 letters, digits, dots, hyphens and underscores", schedule)
	}
	return &session.Assignment{Shard: of, Schedule: schedule}, nil
}

// parse reads I/N, or auto.
func parse(text string, environ map[string]string) (job.Shard, error) {
	if text == Auto {
		index, completions := environ[IndexVariable], environ[CompletionsVariable]
		switch {
		case index == "":
			return job.Shard{}, exit.Usagef("-shard auto needs %s, which Kubernetes sets in the pods of a Job with completionMode: Indexed; elsewhere write -shard I/N", IndexVariable)
		case completions == "":
			return job.Shard{}, exit.Usagef("-shard auto needs %s, which Kubernetes does not tell its pods: set it in the manifest of the Job to the number of its completions, or write -shard I/N", CompletionsVariable)
		}
		text = index + "/" + completions
	}
	before, after, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(before)
	if err != nil {
		return job.Shard{}, unsuitable(text)
	}
	n, err := strconv.Atoi(after)
	if err != nil || n < 1 || n > shards.Max || index < 0 || index >= n {
		return job.Shard{}, unsuitable(text)
	}
	return job.Shard{Index: index, Of: n}, nil
}

func unsuitable(text string) error {
	return exit.Usagef("-shard is I/N, with N from 1 to %d and I from 0 to N-1, as in 0/8, or auto; not %q", shards.Max, text)
}
