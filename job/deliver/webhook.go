package deliver

import (
	"context"
	"net/http"

	"notifyaudit/job"
)

// Webhook posts a file, the JSON report, to a URL, with the parcel's ID as
// Idempotency-Key.
type Webhook struct {
	URL job.Secret
	// Token is sent as a bearer token where it is set.
	Token  job.Secret
	Client *http.Client
}

// Send posts the parcel's first file once. Any 2xx is success.
func (w *Webhook) Send(ctx context.Context, p *Parcel) error {
	if len(p.Files) == 0 {
		return refusedf("there is no report to post")
	}
	f := &p.Files[0]
	body, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // again, where it was sent
	header := http.Header{"Idempotency-Key": {p.ID}}
	if !w.Token.IsZero() {
		header.Set("Authorization", "Bearer "+w.Token.Reveal())
	}
	_, err = post(ctx, w.Client, request{
		address: w.URL.Reveal(), contentType: f.MediaType, header: header, body: body, size: f.Size,
	})
	return err
}
