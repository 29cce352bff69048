package dingtalk

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
		if row.class == "" || row.reach == "" || row.source == "" || row.en == "" || row.zh == "" || row.en == row.zh {
			t.Errorf("%s is incomplete: %+v", row.name, row)
		}
		if seen[strings.ToLower(row.name)] {
			t.Errorf("%s is there twice", row.name)
		}
		seen[strings.ToLower(row.name)] = true
		if row.reversible && row.class != job.ClassRobot {
			t.Errorf("%s is reversible and not a robot's", row.name)
		}
		name := strings.ReplaceAll(row.name, "*", "x")
		if found, known := lookup(strings.ToUpper(name)); !known || found.class != row.class || found.en != row.en {
			t.Errorf("lookup(%q) = %+v, %t", name, found, known)
		}
		if text := advice(row.class, name, 0); (text.en == "") != (row.class == job.ClassProcessing) || (text.zh == "") != (text.en == "") {
			t.Errorf("the advice for %s is %+v", row.name, text)
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
		row, known := lookup(name)
		if !known || row.class != job.ClassRobot || row.reach != job.ReachRobot {
			t.Errorf("%s: %+v", name, row)
		}
		if got := advice(row.class, name, 400).en; !strings.Contains(got, says) {
			t.Errorf("%s: %q, want %q in it", name, got, says)
		}
	}
}
