package plan_test

import (
	"fmt"
	"testing"
	"time"

	"notifyaudit/job"
)

// An audience that the API named is in force without one in the manifest; one that
// it can't have named once stood there.
func TestALearnedAudienceIsNoDrift(t *testing.T) {
	crowd := make([]string, job.OneToOneReceivers+1)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("u%02d", i)
	}
	for name, tt := range map[string]struct {
		kind          job.Kind
		recorded, now job.Audience
		drift         bool
	}{
		"named by the API":      {job.OneToOne, job.Listed("", crowd[1:]), job.Audience{}, false},
		"a crowd":               {job.OneToOne, job.Listed("", crowd), job.Audience{}, true},
		"a size":                {job.OneToOne, job.Sized(3), job.Audience{}, true},
		"the manifest has one":  {job.OneToOne, job.Listed("", crowd[1:]), job.Listed("", crowd[:3]), true},
		"a group's was removed": {job.Group, job.Listed("", crowd[1:]), job.Audience{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			m := message("message.a", 0)
			m.ID.Kind, m.Audience = tt.kind, tt.now
			h := &memory{
				records: map[job.MessageID]*job.Record{m.ID: {
					FirstAskedAt: ago(time.Hour),
					Audience:     job.Audience{Form: tt.recorded.Form, Size: tt.recorded.Size},
					AudienceHash: tt.recorded.Hash(),
				}},
				members: map[string][]string{tt.recorded.Hash(): tt.recorded.UserIDs},
			}
			p := mustMake(t, []job.Message{m}, h, []job.Provider{dingtalk(job.Limit{})}, options())
			if got := p.Groups[0].Drift.String(); (got != "") != tt.drift {
				t.Errorf("drift %q", got)
			}
		})
	}
}
