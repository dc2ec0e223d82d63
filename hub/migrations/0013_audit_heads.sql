-- What devices signed of where their chain stood, each time they handed part of it over.
CREATE TABLE audit_heads (
    device TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (device, seq, hash)
);
CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_heads_stand BEFORE UPDATE ON audit_heads BEGIN SELECT RAISE(ABORT, 'append only'); END;
