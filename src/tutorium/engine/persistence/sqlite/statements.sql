-- Named statements. `carray` hands a whole group of commits to one statement, so that the writer thread needs the interpreter
-- a few times per group and not once per row.

-- name: newest_ts
SELECT ts FROM commit_log ORDER BY ts DESC LIMIT 1

-- name: get
SELECT body FROM row WHERE id = ?

-- name: scan_forward
SELECT e.key, r.body FROM entry AS e CROSS JOIN row AS r ON r.number = e.row
WHERE e.key >= ? AND e.key < ? ORDER BY e.key LIMIT ?

-- name: scan_backward
SELECT e.key, r.body FROM entry AS e CROSS JOIN row AS r ON r.number = e.row
WHERE e.key >= ? AND e.key < ? ORDER BY e.key DESC LIMIT ?

-- name: put_rows
INSERT INTO row (id, body) SELECT substr(value, 1, 20), substr(value, 21) FROM carray(?) WHERE true
ON CONFLICT (id) DO UPDATE SET body = excluded.body

-- name: delete_rows
DELETE FROM row WHERE id IN (SELECT value FROM carray(?))

-- name: put_entries
INSERT INTO entry (key, row)
SELECT a.value, r.number FROM carray(?) AS a CROSS JOIN row AS r ON r.id = substr(a.value, -20)

-- name: delete_entries
DELETE FROM entry WHERE key IN (SELECT value FROM carray(?))

-- name: append_log
INSERT INTO commit_log (ts, entry) SELECT substr(value, 1, 8), substr(value, 9) FROM carray(?)

-- name: read_log
SELECT ts, entry FROM commit_log WHERE ts > ? AND ts <= ? ORDER BY ts

-- name: prunable_log
SELECT ts FROM commit_log WHERE ts <= ? AND ts < (SELECT max(ts) FROM commit_log) ORDER BY ts LIMIT ?

-- name: prune_log
DELETE FROM commit_log WHERE ts <= ?

-- name: load_global
SELECT value FROM global WHERE name = ?

-- name: store_global
INSERT INTO global (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: define_search_index
CREATE VIRTUAL TABLE IF NOT EXISTS search_{index} USING fts5(words, filters, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')

-- name: drop_search_index
DROP TABLE IF EXISTS search_{index}

-- name: put_search
INSERT OR REPLACE INTO search_{index} (rowid, words, filters) VALUES ((SELECT number FROM row WHERE id = ?), ?, ?)

-- name: delete_search
DELETE FROM search_{index} WHERE rowid = (SELECT number FROM row WHERE id = ?)

-- name: search
SELECT r.id, r.body, -bm25(search_{index}, 1.0, 0.0) AS score
FROM search_{index} AS s CROSS JOIN row AS r ON r.number = s.rowid
WHERE search_{index} MATCH ? ORDER BY score DESC, r.id LIMIT ?
