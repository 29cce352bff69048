package deliver

import (
	"bytes"
	"context"
	"net/http"

	"notifyaudit/job"
)

// Webhook posts the JSON report to a URL, with the parcel's ID as Idempotency-Key.
type Webhook struct {
	URL job.Secret
	// Token is sent as a bearer token where it is set.
	Token  job.Secret
	Client *http.Client
}

// Send posts the report once. Any 2xx is success.
func (w *Webhook) Send(ctx context.Context, p *Parcel) error {
	header := http.Header{"Idempotency-Key": {p.ID}}
	if !w.Token.IsZero() {
		header.Set("Authorization", "Bearer "+w.Token.Reveal())
	}
	_, _, err := post(ctx, w.Client, w.URL.Reveal(), "application/json", header, bytes.NewReader(p.JSON))
	return err
}
