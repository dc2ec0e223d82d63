-- Who may come in, what they declared, what was decided. Secrets only as their SHA-256.

CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    json TEXT NOT NULL
);

CREATE TABLE auth_codes (
    code_hash TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    challenge TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE access_tokens (
    token_hash TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- One declared relationship. With a permit it also carries the grant that opens the record.
CREATE TABLE declarations (
    id TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    refused BOOLEAN NOT NULL,
    reason_text TEXT,
    outcome TEXT NOT NULL,
    declared_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    grant_hash TEXT UNIQUE
);
CREATE INDEX declarations_by_patient ON declarations (patient_id, staff_id);

-- No clinical text, ever: ids and codes.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    recorded BIGINT NOT NULL,
    staff_id TEXT,
    action TEXT NOT NULL,
    patient_id TEXT,
    purpose TEXT,
    decision TEXT,
    reason TEXT,
    request_id TEXT
);
CREATE INDEX audit_by_patient ON audit (patient_id, seq);
