package state

import (
	"context"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// An Audit is what has used a state: the title of a manifest, and one of its providers
// with the fingerprint of the credential; see [job.Provider.Credential].
type Audit struct{ Title, Provider, Credential string }

// Audits are all that have used the state, by credential.
func (v *View) Audits(ctx context.Context) (audits []Audit, err error) {
	err = v.look(ctx, "look up whose state it is", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var a Audit
			err := scan(&a.Title, &a.Provider, &a.Credential)
			audits = append(audits, a)
			return err
		}, `SELECT title, provider, credential FROM audit ORDER BY credential`)
	})
	return audits, err
}

// RememberAudits keeps that audits use the state, each in the place of an earlier one
// with its credential. It needs no lock, and is no change of the state that would make
// a plan stale.
func RememberAudits(ctx context.Context, db *DB, audits []Audit) error {
	return db.alone(ctx, "remember whose state it is", func(t *rows.Tx) error {
		for _, a := range audits {
			_, err := t.Exec(ctx, `INSERT INTO audit (credential, provider, title) VALUES (?, ?, ?)
				ON CONFLICT (credential) DO UPDATE SET provider = excluded.provider, title = excluded.title`,
				a.Credential, a.Provider, a.Title)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
