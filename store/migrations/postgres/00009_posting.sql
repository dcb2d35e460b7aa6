-- +goose Up
-- What a picture looks like from far away, painted until it is there.
ALTER TABLE photo ADD COLUMN blurhash TEXT COLLATE "C" NOT NULL DEFAULT '';
