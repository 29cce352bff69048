package cells

import (
	"testing"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// What a rate is based on stands on one line, and does not say the rate beside it again.
func TestWhatIsKnownFitsItsColumn(t *testing.T) {
	for lang, want := range map[report.Language]string{
		report.English: "based on 87.2 % of recipients", report.Chinese: "基于已有数据的 87.2% 人员",
	} {
		w := &Printer{words.New(lang, nil)}
		said := w.Known(job.Counts{Read: 701, Unread: 171, Unknown: 128})
		if said != want {
			t.Errorf("beside the rate stands %q, want %q", said, want)
		}
		if room := w.KnownColumn().Width - 1; displayWidth(said) > room {
			t.Errorf("%q takes %v places, and its column has %v", said, displayWidth(said), room)
		}
	}
}
