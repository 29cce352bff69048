package codes

import (
	"slices"
	"strings"
	"testing"

	"notifyaudit/job"
)

func TestEveryRowOfTheTableIsComplete(t *testing.T) {
	seen := map[string]bool{}
	rows := slices.Concat(pageCodes(), robotCodes(), platformCodes(), busyCodes(), legacyCodes(), connectionCodes(), families())
	for _, row := range rows {
		if row.Class == "" || row.Reach == "" || row.source == "" || row.en == "" || row.zh == "" || row.en == row.zh {
			t.Errorf("%s is incomplete: %+v", row.Name, row)
		}
		if seen[strings.ToLower(row.Name)] {
			t.Errorf("%s is there twice", row.Name)
		}
		seen[strings.ToLower(row.Name)] = true
		if row.Reversible && row.Class != job.ClassRobot {
			t.Errorf("%s is reversible and not a robot's", row.Name)
		}
		name := strings.ReplaceAll(row.Name, "*", "x")
		if found, known := Lookup(strings.ToUpper(name)); !known || found.Class != row.Class || found.en != row.en {
			t.Errorf("Lookup(%q) = %+v, %t", name, found, known)
		}
		if text := advice(row.Class, name, 0); (text.en == "") != (row.Class == job.ClassProcessing) || (text.zh == "") != (text.en == "") {
			t.Errorf("the advice for %s is %+v", row.Name, text)
		}
	}
}

func TestARobotCodeHasItsOwnCure(t *testing.T) {
	for name, says := range map[string]string{
		"invalidRequest.robotCodeNotMatch":   "the one that the message was sent with",
		"robotCode.empty":                    "set robot_code",
		"miss.chatbotId":                     "set robot_code",
		"invalidParameter.robotCode.empty":   "set robot_code",
		"not.allowed.robotCode":              "app that the robot belongs to",
		"invalidParameter.robotCode.auth":    "app that the robot belongs to",
		"invalidParameter.robotCode.coolApp": "cool app",
		"token.notExisted":                   "add the robot to the chat",
		"bot.stopped":                        "start the robot again",
		"invalid.robotCode":                  "check robot_code",
	} {
		row, known := Lookup(name)
		if !known || row.Class != job.ClassRobot || row.Reach != job.ReachRobot {
			t.Errorf("%s: %+v", name, row)
		}
		if got := advice(row.Class, name, 400).en; !strings.Contains(got, says) {
			t.Errorf("%s: %q, want %q in it", name, got, says)
		}
	}
}

// TestAdviceWithoutAnAnswer: where nothing answered there is no request id to give to anybody.
func TestAdviceWithoutAnAnswer(t *testing.T) {
	for status, want := range map[int]string{0: "network", 500: "request id"} {
		if got := Advise(&job.Failure{Class: job.ClassTransient, HTTPStatus: status}, "en"); !strings.Contains(got, want) {
			t.Errorf("status %d: %s", status, got)
		}
	}
}
