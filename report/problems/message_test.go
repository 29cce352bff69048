package problems

import (
	"testing"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

func TestEveryKindHasAText(t *testing.T) {
	w := words.New(report.English, nil)
	for kind := kindRejected; kind <= kindRecalled; kind++ {
		for _, prefix := range []string{"problem.", "do."} {
			if key := prefix + kind.String(); w.Say(key) == key {
				t.Errorf("there is no text %q", key)
			}
		}
	}
}
