-- +goose Up

-- Whose turn it is at what can't be claimed row by row, such as reading a neighbour: until when nobody else begins it.
CREATE TABLE turn (
  what TEXT COLLATE "C" PRIMARY KEY,
  until BIGINT NOT NULL
);
CREATE INDEX peer_by_turn ON peer (backfill, pulled, actor) WHERE state = 'accepted';
