-- Devices by the key they prove to have. A device is never deleted: what was revoked stays revoked.
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    -- Thumbprint of its key (RFC 7638), and the public key itself as a JWK.
    jkt TEXT NOT NULL UNIQUE,
    key_json TEXT NOT NULL,
    name TEXT NOT NULL,
    enrolled BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- active, revoked
    state TEXT NOT NULL,
    revoked BIGINT,
    revoked_by TEXT
);

CREATE TABLE enrolment_codes (
    code_hash TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Who may see and revoke devices.
CREATE TABLE device_stewards (
    staff_id TEXT PRIMARY KEY
);
