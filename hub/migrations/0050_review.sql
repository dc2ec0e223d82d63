-- Everything that the privacy officer looks into stands in one queue: beside broken glass what devices sent of their
-- account that could not be joined, and notes that are kept closed.
ALTER TABLE audit_alerts ADD COLUMN reviewed BIGINT;
ALTER TABLE audit_alerts ADD COLUMN reviewer TEXT;
ALTER TABLE audit_alerts ADD COLUMN outcome TEXT;
ALTER TABLE audit_alerts ADD COLUMN words TEXT;

-- Gaps in the account of a device that somebody looked into and accepted: the first entry that is missing, the first
-- one behind the gap, and what that one says of the one before it. Who and why stands with the alert; that it was done
-- stands in this hub's own chain as well, and a gap that does not is none.
CREATE TABLE audit_gaps (
    device TEXT NOT NULL,
    expected BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    prev TEXT NOT NULL,
    PRIMARY KEY (device, seq)
);
CREATE TRIGGER audit_gaps_stay BEFORE DELETE ON audit_gaps BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_gaps_stand BEFORE UPDATE ON audit_gaps BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- Notes that wait to be looked at: closed, because nobody here could place them, or open and marked, because a device
-- that was revoked brought them.
CREATE TABLE held_notes (
    -- Of the DocumentReference.
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    raised BIGINT NOT NULL,
    reviewed BIGINT,
    reviewer TEXT,
    outcome TEXT,
    words TEXT
);
-- Those from before the queue had them. (PostgreSQL: the same path in its own words.)
INSERT INTO held_notes (id, kind, patient_id, staff_id, raised)
    SELECT id, CASE WHEN json LIKE '%CodeSystem/note-state%' THEN 'note-quarantined' ELSE 'note-of-revoked-device' END,
        patient_id, COALESCE(json_extract(json, '$.contained[0].practitioner.identifier.value'), ''), last_updated
    FROM resources WHERE type = 'DocumentReference' AND patient_id IS NOT NULL
        AND (json LIKE '%CodeSystem/note-state%' OR json LIKE '%"docStatus":"preliminary"%');

-- What is open by broken glass is looked for twice a minute, among all that was ever declared.
CREATE INDEX declarations_of_open_glass ON declarations (expires_at) WHERE purpose = 'BTG' AND ended_at IS NULL;
