-- The account of every look at a record, chained. Lines from before the chain are kept and are not part of it.
ALTER TABLE audit RENAME TO audit_before_chain;
DROP INDEX audit_by_patient;

-- This hub's name for its own chain; made at the first opening.
CREATE TABLE hub_identity (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL
);

-- The events of this hub and those that devices handed over, each as it was hashed. Ids and codes, no clinical text.
CREATE TABLE audit_events (
    arrival INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    seq BIGINT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    event TEXT NOT NULL,
    recorded BIGINT NOT NULL,
    received BIGINT NOT NULL,
    patient_id TEXT NOT NULL,
    UNIQUE (device, seq)
);
CREATE INDEX audit_events_by_patient ON audit_events (patient_id, arrival);

-- Append only, for whoever reaches the database through this hub. (PostgreSQL: the same two in its own words.)
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_events_stand BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- What devices sent and what could not be joined to their chain, whole, once each.
CREATE TABLE audit_alerts (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    kind TEXT NOT NULL,
    seq BIGINT NOT NULL,
    received BIGINT NOT NULL,
    staff_id TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

-- Who may read the account.
CREATE TABLE privacy_officers (
    staff_id TEXT PRIMARY KEY
);
