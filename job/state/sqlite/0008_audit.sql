-- Which audits have used this state: the title of the manifest and each of its
-- providers, with the fingerprint of the credential.
CREATE TABLE audit (
    credential TEXT NOT NULL PRIMARY KEY,
    provider   TEXT NOT NULL,
    title      TEXT NOT NULL
) WITHOUT ROWID;
