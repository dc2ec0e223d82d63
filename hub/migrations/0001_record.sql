-- The record, its history and what finds it. Times are microseconds since 1970-01-01T00:00:00Z.
-- Plain SQL: nothing here that PostgreSQL does not also understand (BLOB becomes BYTEA there).

-- The hub's own time. Every write moves it on inside its transaction, so that `last_updated` is unique,
-- strictly increasing and becomes visible in that order: a pull that pages by it misses nothing.
CREATE TABLE server_clock (
    id INTEGER PRIMARY KEY,
    last_us BIGINT NOT NULL
);
INSERT INTO server_clock (id, last_us) VALUES (1, 0);

CREATE TABLE resources (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    last_updated BIGINT NOT NULL,
    patient_id TEXT,
    deleted BOOLEAN NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (type, id)
);
CREATE UNIQUE INDEX resources_by_time ON resources (last_updated);
CREATE INDEX resources_by_patient ON resources (patient_id, type, last_updated, id);

CREATE TABLE resource_history (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    last_updated BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (type, id, version)
);

-- Business identifiers as a search parameter. Not unique: two records may carry one number, and a reader must be told.
CREATE TABLE identifiers (
    type TEXT NOT NULL,
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (type, system, value, resource_id)
);
CREATE INDEX identifiers_by_resource ON identifiers (type, resource_id);

-- The criteria of conditional creates. Unique: of parallel senders of one note exactly one creates it.
CREATE TABLE create_keys (
    type TEXT NOT NULL,
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    PRIMARY KEY (type, system, value)
);

-- Who takes part in an Appointment, for `Appointment?practitioner=`.
CREATE TABLE participants (
    type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (type, actor, resource_id)
);

CREATE TABLE patients (
    id TEXT PRIMARY KEY,
    birth_date TEXT NOT NULL,
    record_state TEXT NOT NULL
);

-- Every family name a person is recorded under, folded for comparison.
CREATE TABLE patient_names (
    patient_id TEXT NOT NULL,
    family TEXT NOT NULL,
    PRIMARY KEY (family, patient_id)
);
CREATE INDEX patient_names_by_patient ON patient_names (patient_id);

-- Summaries made elsewhere: the bytes exactly as they came.
CREATE TABLE documents (
    patient_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    composed_at BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (patient_id, sha256)
);
