package event

import (
	"reflect"
	"strings"
)

// A Kind describes a type of event, for the reference.
type Kind struct {
	Type Type
	// Commands are those that write it with -json.
	Commands []string
	// About says in a sentence when it is written and what it is.
	About string
	// Event is the zero value of its Go type.
	Event any
}

// Kinds are all types of events, in the order in which a run has them.
func Kinds() []Kind {
	manifest := []string{"validate", "plan", "apply", "show"}
	apply := []string{"apply"}
	return []Kind{
		{TypeDiagnostic, manifest, "A mistake in the manifest, or something to look at there.", Diagnostic{}},
		{TypeValidation, []string{"validate"}, "The verdict on the manifest, behind its diagnostics.", Validation{}},
		{TypePlanGroup, []string{"plan", "apply", "show"}, "What is done about the messages of one block, and why.", PlanGroup{}},
		{TypePlan, []string{"plan", "apply", "show"}, "The sum of the plan and what it takes, behind its groups.", Plan{}},
		{TypePlanShard, []string{"plan"}, "With -shards, what one of the processes would ask.", PlanShard{}},
		{TypeRunStarted, apply, "Asking begins.", RunStarted{}},
		{TypeMessage, apply, "What became of one asked message.", Message{}},
		{TypeProgress, apply, "How far the run is, every ten seconds.", Progress{}},
		{TypeStop, apply, "Why messages were left unasked.", Stop{}},
		{TypeRunFinished, apply, "What the run did.", RunFinished{}},
		{TypeCheck, apply, "A check's outcome.", Check{}},
		{TypeOutput, apply, "An output's value.", Output{}},
		{TypeReportWritten, apply, "A report is in its place.", ReportWritten{}},
		{TypePurged, apply, "What was purged by the audit's retention.", Purged{}},
		{TypeReportExpired, apply, "A report that is older than the audit's retention and still there: delete it.", ReportExpired{}},
		{TypeDelivered, []string{"apply", "deliver"}, "What became of a delivery that was owed.", Delivered{}},
		{TypeReport, []string{"show"}, "The JSON report on one line.", Report{}},
		{TypeMessageDetails, []string{"show"}, "What is known of a message beyond the report, with an address.", MessageDetails{}},
		{TypeError, manifest, "Why the command failed; the last event.", Error{}},
	}
}

// Fields are the names of the event's members in their order, those of the
// header first.
func (k Kind) Fields() []string { return members(reflect.TypeOf(k.Event)) }

func members(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			names = append(names, members(f.Type)...)
		case f.IsExported() && name != "-":
			names = append(names, name)
		}
	}
	return names
}
