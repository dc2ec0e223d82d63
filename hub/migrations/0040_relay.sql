-- Who has ever signed in on which device: a note that the device hands over for somebody is taken only for one of
-- them. Kept when the sign-in is over, because the note may come much later.
CREATE TABLE signed_in_on (
    jkt TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (jkt, staff_id)
);
INSERT INTO signed_in_on (jkt, staff_id, first_at)
    SELECT jkt, staff_id, MIN(signed_in_at) FROM sign_ins WHERE jkt IS NOT NULL GROUP BY jkt, staff_id;
