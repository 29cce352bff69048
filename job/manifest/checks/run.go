package checks

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// RunValues are what checks, outputs and the paths of reports can refer to as
// run.id, run.date and run.started_at.
type RunValues struct {
	ID string
	// Date is 2006-01-02; empty is the day of StartedAt in the audit's time zone.
	Date      string
	StartedAt time.Time
}

// Root is the name run. Times are shown in the zone.
func (run RunValues) Root(zone *time.Location) lang.Root {
	if run.Date == "" {
		run.Date = run.StartedAt.In(zone).Format(time.DateOnly)
	}
	return lang.Root{Check: checkRun, Value: cty.ObjectVal(map[string]cty.Value{
		"id":         cty.StringVal(run.ID),
		"date":       cty.StringVal(run.Date),
		"started_at": cty.StringVal(run.StartedAt.In(zone).Format(time.RFC3339)),
	})}
}

// unknownRun is the name run before there is one.
func unknownRun() lang.Root {
	text := cty.UnknownVal(cty.String)
	return lang.Root{Check: checkRun, Value: cty.ObjectVal(map[string]cty.Value{"id": text, "date": text, "started_at": text})}
}

func checkRun(t hcl.Traversal) *diag.Problem {
	name, known := lang.StepName(t), []string{"id", "date", "started_at"}
	if slices.Contains(known, name) {
		return nil
	}
	return diag.Problemf("Undeclared reference", "run has no %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, known, "It has"))
}
