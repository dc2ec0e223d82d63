-- Broken glass: who is told of it, and that it ends.

-- The coded reason, the device and its own name of the declaration, and when what was opened by it was closed again.
ALTER TABLE declarations ADD COLUMN reason_code TEXT;
ALTER TABLE declarations ADD COLUMN reference TEXT;
ALTER TABLE declarations ADD COLUMN jkt TEXT;
ALTER TABLE declarations ADD COLUMN ended_at BIGINT;
-- Of two tries to report one declaration one is kept.
CREATE UNIQUE INDEX declarations_by_reference ON declarations (staff_id, reference);

-- What the privacy officer looks into. The list shows no person: who and why stand with the declaration.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    declaration_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    raised BIGINT NOT NULL,
    reviewed BIGINT,
    reviewer TEXT,
    outcome TEXT,
    words TEXT
);
CREATE INDEX alerts_by_time ON alerts (raised);
CREATE INDEX alerts_by_declaration ON alerts (declaration_id);

-- What the patient is to be told, until when, and when it was sent.
CREATE TABLE letters (
    declaration_id TEXT PRIMARY KEY,
    patient_id TEXT NOT NULL,
    due BIGINT NOT NULL,
    sent BIGINT,
    sent_by TEXT
);
CREATE INDEX letters_by_patient ON letters (patient_id);
