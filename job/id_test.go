package job_test

import (
	"strings"
	"testing"

	"notifyaudit/job"
)

func TestCheckID(t *testing.T) {
	for id, good := range map[string]bool{
		"u1": true, "张三": true, "erased:u1": true, "--": true, strings.Repeat("u", 256): true,
		"": false, strings.Repeat("u", 257): false, "a\x00b": false, "a\xffb": false,
	} {
		if err := job.CheckID(id); (err == nil) != good {
			t.Errorf("CheckID(%q) = %v", id, err)
		} else if err != nil && id != "" && strings.Contains(err.Error(), id) {
			t.Errorf("the error gives the id away: %v", err)
		}
	}
}

func TestErasedIsTheWholeForm(t *testing.T) {
	digest := strings.Repeat("0123456789abcdef", 2)
	for id, want := range map[string]bool{
		"erased:" + digest: true, "erased:" + strings.ToUpper(digest): false, "erased:" + digest + "0": false,
		"erased:u1": false, "erased:": false, digest: false,
	} {
		if got := job.Erased(id); got != want {
			t.Errorf("Erased(%q) = %v", id, got)
		}
	}
}
