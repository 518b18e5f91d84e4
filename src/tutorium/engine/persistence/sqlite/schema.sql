-- Every key is a blob in order-preserving encoding, so that SQLite's own order of blobs is the order of rows.

-- The rows of all tables. `id` is the row key: table number (4 bytes), then the row's 16 bytes.
CREATE TABLE row (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  body BLOB NOT NULL
) STRICT;

-- The entries of all indexes. A key ends with the row key; `row` is the row's number, to join without a second search.
CREATE TABLE entry (
  key BLOB PRIMARY KEY,
  row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The commit log. `ts` is eight bytes, big-endian.
CREATE TABLE commit_log (
  ts BLOB PRIMARY KEY,
  entry BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What is not a row: format version, the log's floor, signing keys.
CREATE TABLE global (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
