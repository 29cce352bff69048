// Package finding says in a report's language what is to be looked at beside its
// figures: what was found in the rosters, and why messages were not asked.
package finding

import (
	"cmp"
	"fmt"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// Roster says in a report's language what was found in a roster.
func Roster(f manifest.Finding, lang string) report.Finding {
	found := report.Finding{Severity: report.SeverityWarning, Count: f.Count, Examples: strings.Join(f.Examples, ", ")}
	words := rosterWords(f)[f.Kind]
	if lang == string(report.Chinese) {
		found.What, found.Do = words[2], words[3]
		return found
	}
	found.What, found.Do = words[0], words[1]
	return found
}

// rosterWords are what was found and what to do, in English and in Chinese.
func rosterWords(f manifest.Finding) map[manifest.FindingKind][4]string {
	roster := cmp.Or(f.Source, f.Roster)
	return map[manifest.FindingKind][4]string{
		manifest.DuplicatePerson: {
			"user_id stands more than once in the roster " + roster, "Only the first row counts. Remove the others.",
			"名册 " + roster + " 中有重复的 user_id", "只采用第一行；请删除重复的行。",
		},
		manifest.UnknownPerson: {
			"User ids of messages that the roster " + roster + " doesn't know", "They count, without a name and a department. Add them to the roster, or correct the column of user ids.",
			"消息中有名册 " + roster + " 未收录的 user_id", "这些人员计入统计，但没有姓名和部门；请补充名册，或更正 user_id 列。",
		},
		manifest.CrowdedChat: {
			"Messages with more people in their audience than their kind reaches", "Correct kind, or the audience: in a table a number is the size of an audience, and with a semicolon a user id.",
			"受众人数超过该消息类型所能发送的人数", "请更正 kind 或受众：表格中的数字表示人数，加分号则表示 user_id。",
		},
	}
}

// Simulated says in a report's language that nothing in it is true.
func Simulated(lang string) report.Finding {
	if lang == string(report.Chinese) {
		return report.Finding{
			Severity: report.SeverityWarning, Count: 1, What: "本报告的数据由模拟器生成，并非真实读取结果",
			Do: "正式审计请去掉 --simulator，并使用另一个数据目录。",
		}
	}
	return report.Finding{
		Severity: report.SeverityWarning, Count: 1, What: "The simulator made these readings up",
		Do: "For a real audit leave --simulator out and use another data folder.",
	}
}

// Stop says in a report's language why messages were left unasked.
func Stop(stop job.Stop, lang string) report.Finding {
	found := report.Finding{Severity: report.SeverityError, Count: stop.NotAsked, Examples: stop.Name, Unasked: true}
	if lang == string(report.Chinese) {
		found.What = fmt.Sprintf("查询提前停止（%s）：%s", ReachWord(stop.Reach, lang), StopReason(stop))
	} else {
		found.What = fmt.Sprintf("Asking stopped for the whole %s: %s", ReachWord(stop.Reach, lang), StopReason(stop))
	}
	found.Do = Advice(stop.Failure(), lang)
	return found
}

// Advice is what to do about a failure, as a report's sentence; "" for none.
func Advice(f *job.Failure, lang string) string {
	text := dingtalk.Advise(f, lang)
	switch {
	case text == "":
		return ""
	case lang == string(report.Chinese):
		return strings.TrimSuffix(text, "。") + "。"
	default:
		return term.Sentence(text)
	}
}

// StopReason is the API's code and words, or what stood in the way.
func StopReason(stop job.Stop) string {
	e := job.AnswerError{
		Class: stop.Class, Status: stop.HTTPStatus, Code: stop.Code,
		Message: stop.Message, RequestID: stop.RequestID,
	}
	return e.Error()
}

func ReachWord(r job.Reach, lang string) string {
	if lang == string(report.Chinese) {
		switch r {
		case job.ReachRobot:
			return "机器人"
		case job.ReachQuota:
			return "额度组"
		default:
			return "凭证"
		}
	}
	switch r {
	case job.ReachRobot:
		return "robot"
	case job.ReachQuota:
		return "quota group"
	default:
		return "provider"
	}
}
