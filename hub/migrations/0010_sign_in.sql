-- Sign-ins that can be renewed, and tokens that only the device they were given to can use. Secrets only as their
-- SHA-256. Whoever was signed in before signs in again.
DROP TABLE auth_codes;
DROP TABLE access_tokens;

-- One sign-in and all the tokens that come of it: they end together.
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- Thumbprint of the key that its tokens are bound to (RFC 9449 §6); none for bearer tokens.
    jkt TEXT,
    signed_in_at BIGINT NOT NULL,
    -- The end of the shift: nothing of the sign-in lasts longer.
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX sign_ins_by_key ON sign_ins (jkt);

-- A used code stays until it is over: a second use ends the sign-in it was used for (RFC 6749 §4.1.2).
CREATE TABLE auth_codes (
    code_hash TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    challenge TEXT NOT NULL,
    nonce TEXT,
    jkt TEXT,
    signed_in_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE access_tokens (
    token_hash TEXT PRIMARY KEY,
    sign_in TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- A used one stays as long as its sign-in: to be told from one that never was.
CREATE TABLE refresh_tokens (
    token_hash TEXT PRIMARY KEY,
    sign_in TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Devices without a browser (RFC 8628).
CREATE TABLE device_codes (
    code_hash TEXT PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT,
    jkt TEXT,
    -- pending, approved, denied, used
    state TEXT NOT NULL,
    staff_id TEXT,
    signed_in_at BIGINT,
    ends_at BIGINT,
    expires_at BIGINT NOT NULL,
    wait_seconds BIGINT NOT NULL,
    polled_at BIGINT
);

-- Proofs that were taken, until they are too old to be taken again. The key of the table is what makes two parallel
-- senders of one proof a sender and a thief.
CREATE TABLE proofs_seen (
    id TEXT PRIMARY KEY,
    forget_at BIGINT NOT NULL
);
CREATE INDEX proofs_seen_by_time ON proofs_seen (forget_at);
