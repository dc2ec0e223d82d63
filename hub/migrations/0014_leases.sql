-- Leases as they were signed: what is re-signed with a document, and what $lease-status decides again about.
CREATE TABLE leases (
    id TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    -- Thumbprint of the key of the device; NULL when it proved none.
    device TEXT,
    patient_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    -- What it opens, in codes: another answer now means that what is held is not what may be seen.
    opens TEXT NOT NULL,
    claims TEXT NOT NULL,
    shred_at BIGINT NOT NULL
);

-- The hash of what was last served to somebody under a tag: a summary put together here carries its time, so that a
-- second one of the same content is not the same bytes.
CREATE TABLE served (
    holder TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (holder, patient_id, tag)
);
