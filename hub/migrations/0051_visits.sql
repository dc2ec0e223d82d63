-- Browsers that are signed in to the pages of the privacy officer. No access token: it opens nothing else.
CREATE TABLE visits (
    cookie_hash TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
