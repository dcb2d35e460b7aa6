-- +goose Up
-- photo is the picture a member shows of themself, so that the sweep leaves it; revoked is when an invitation was taken back.
ALTER TABLE person ADD COLUMN photo TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX person_by_photo ON person (photo) WHERE photo <> '';
ALTER TABLE invite ADD COLUMN revoked BIGINT NOT NULL DEFAULT 0;
