package dingtalk

import "context"

// Authenticate gets an access token, unless there is one in force. The call is
// not metered. A token that was given is taken for good: only a query tells. Its
// errors are those of [Client.Ask].
func (c *Client) Authenticate(ctx context.Context) error {
	_, err := c.tokens.get(ctx, nil)
	return err
}
