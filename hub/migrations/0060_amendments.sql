-- What later notes say about earlier ones. The status of the earlier note is worked out from these rows whenever one of
-- the two arrives, so that the order in which they arrive does not matter.
CREATE TABLE amendments (
    -- The later note, by the id that its author's device gave it: a note amends one other.
    note TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    how TEXT NOT NULL,
    author TEXT NOT NULL,
    -- Whether its author could see the earlier note when this one came in.
    seen BOOLEAN NOT NULL,
    clinician BOOLEAN NOT NULL
);
CREATE INDEX amendments_by_target ON amendments (target);

-- Not every note is a document.
ALTER TABLE held_notes ADD COLUMN resource_type TEXT NOT NULL DEFAULT 'DocumentReference';
