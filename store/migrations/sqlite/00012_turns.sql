-- +goose Up

-- Whose turn it is at what can't be claimed row by row, such as reading a neighbour: until when nobody else begins it.
CREATE TABLE turn (
  what TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_by_turn ON peer (backfill, pulled, actor) WHERE state = 'accepted';
