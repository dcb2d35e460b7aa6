-- +goose Up
-- What the other side of a conversation has not read, when that is one of us or a guest.
ALTER TABLE thread ADD COLUMN other_unread INTEGER NOT NULL DEFAULT 0;
