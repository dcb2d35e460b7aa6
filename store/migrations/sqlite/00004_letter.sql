-- +goose Up
-- Mails that are to be written. A row of a person without an account keeps their address until it is sent.
CREATE TABLE letter (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  person TEXT NOT NULL,
  email TEXT NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  args TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  due INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_by_due ON letter (due, n) WHERE state = 'waiting';
CREATE INDEX letter_of ON letter (person, email, subject) WHERE state = 'waiting';
CREATE INDEX letter_over ON letter (due) WHERE state IN ('done', 'failed');

-- What a member wants to be told by mail; who chose nothing has no row.
CREATE TABLE notify (
  person TEXT PRIMARY KEY REFERENCES account (person) ON DELETE CASCADE,
  data TEXT NOT NULL
) STRICT;
