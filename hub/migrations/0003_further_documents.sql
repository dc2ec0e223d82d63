-- Several documents of one person. The name of a document under `Bundle/`: not its hash, from which a reader of a part
-- could try out what was withheld.
ALTER TABLE documents ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE documents SET id = 'document-' || (SELECT COUNT(*) FROM documents d WHERE d.sha256 <= documents.sha256);
CREATE UNIQUE INDEX documents_by_id ON documents (id);
CREATE INDEX documents_by_sha256 ON documents (sha256);

-- It stands beside a record that is put together here, and is never itself the summary of the person.
ALTER TABLE documents ADD COLUMN beside BOOLEAN NOT NULL DEFAULT FALSE;
