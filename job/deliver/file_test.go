package deliver_test

import (
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/deliver"
)

// TestErrorsCallFiles as they are called, where their paths name people.
func TestErrorsCallFiles(t *testing.T) {
	gone := deliver.File{Path: "out/chase/canary.xlsx", Called: "the file of a manager", Size: 3, Open: func() (io.ReadCloser, error) {
		return nil, &fs.PathError{Op: "open", Path: "out/chase/canary.xlsx", Err: fs.ErrNotExist}
	}}
	there := gone
	there.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("PPP")), nil }
	store := &deliver.S3{Endpoint: "127.0.0.1:1", Plain: true, Region: "r", Bucket: "audits", AccessKey: job.NewSecret("ak"), SecretKey: job.NewSecret("sk"), PathStyle: true}
	for name, c := range map[string]struct {
		target deliver.Target
		file   deliver.File
	}{
		"mail":            {plainEmail(1, "hr@mail.test"), gone},
		"webhook":         {&deliver.Webhook{URL: job.NewSecret("http://127.0.0.1:1"), Client: http.DefaultClient}, gone},
		"store":           {store, gone},
		"store, far away": {store, there},
	} {
		p := parcel()
		p.Files = []deliver.File{c.file}
		err := c.target.Send(t.Context(), p)
		if err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "the file of a manager") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
