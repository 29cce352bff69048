// Package finding words, in the language of a report, what to look at apart from its
// figures: problems in the rosters, and why messages were not asked.
package finding

import (
	"cmp"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// Roster words a problem in a roster.
func Roster(f manifest.Finding, lang string) report.Finding {
	key := map[manifest.FindingKind]string{
		manifest.DuplicatePerson: "duplicate_person", manifest.UnknownPerson: "unknown_person", manifest.CrowdedChat: "crowded_chat",
	}[f.Kind]
	w := printer(lang)
	what, ask := w.Say("finding."+key), "hr"
	if f.Kind == manifest.CrowdedChat {
		ask = "it"
	}
	if f.Kind != manifest.CrowdedChat {
		what = w.Say("finding."+key, cmp.Or(f.Source, f.Roster))
	}
	return report.Finding{
		Severity: report.SeverityWarning, What: what, Count: f.Count,
		Examples: strings.Join(f.Examples, ", "), Do: w.Say("do.finding." + key), Means: w.Say("mean.finding." + key), Ask: w.Say("ask." + ask),
	}
}

// Simulated warns that the simulator made up the readings.
func Simulated(lang string) report.Finding {
	w := printer(lang)
	return report.Finding{
		Severity: report.SeverityError, Count: 1, What: w.Say("finding.simulated"), Do: w.Say("do.finding.simulated"),
		Means: w.Say("mean.finding.simulated"), Ask: w.Say("ask.it"),
	}
}

// Stop words why messages were not asked.
func Stop(stop job.Stop, lang string) report.Finding {
	w := printer(lang)
	return report.Finding{
		Severity: report.SeverityError, Count: stop.NotAsked, Examples: stop.Name, RequestIDs: stop.RequestID, Unasked: true,
		What: w.Say("finding.stop", ReachWord(stop.Reach, lang), stop.Name), Code: StopReason(stop),
		Means: w.Say("mean.finding.stop"), Ask: w.Say("ask.it"), Do: Advice(stop.Failure(), lang),
	}
}

func printer(lang string) *words.Printer { return words.New(report.Language(lang), nil) }

// Advice is what to do about a failure, as a report's sentence; "" for none.
func Advice(f *job.Failure, lang string) string {
	text := codes.Advise(f, lang)
	switch {
	case text == "":
		return ""
	case lang == string(report.Chinese):
		return strings.TrimSuffix(text, "。") + "。"
	default:
		return term.Sentence(text)
	}
}

// StopReason returns the API's code and text, or the error that prevented an answer.
func StopReason(stop job.Stop) string {
	e := job.AnswerError{
		Class: stop.Class, Status: stop.HTTPStatus, Code: stop.Code,
		Message: stop.Message, RequestID: stop.RequestID,
	}
	return e.Error()
}

// ReachWord is what a stop reaches, in a report's language.
func ReachWord(r job.Reach, lang string) string {
	key := "provider"
	switch r {
	case job.ReachRobot:
		key = "robot"
	case job.ReachQuota:
		key = "quota"
	default:
	}
	return printer(lang).Say("reach." + key)
}
