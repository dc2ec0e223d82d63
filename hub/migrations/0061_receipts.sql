-- To whom a note was shown, once per reader: what its author is told. Who it was stays in the account.
CREATE TABLE note_readers (
    note TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    role TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (note, staff_id)
);
