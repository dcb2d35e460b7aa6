-- +goose Up
-- Times are microseconds since 1970 in UTC, 0 for none. Booleans are 0 and 1. data is the row as JSON; the columns beside
-- it are those that questions are asked by.

CREATE TABLE coop (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  picture TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE person (
  id TEXT PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  sort_name TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX person_by_name ON person (sort_name, id);

CREATE TABLE account (
  person TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  email TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL,
  language TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE passkey (
  id BLOB PRIMARY KEY,
  person TEXT NOT NULL REFERENCES account (person) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  data BLOB NOT NULL,
  created INTEGER NOT NULL,
  last_used INTEGER NOT NULL
) STRICT;
CREATE INDEX passkey_by_person ON passkey (person, position);

-- What the law asks a co-op to keep of its members. Nothing else reads it.
CREATE TABLE register (
  person TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  legal_name TEXT NOT NULL,
  address TEXT NOT NULL,
  email TEXT NOT NULL,
  joined INTEGER NOT NULL,
  resigned INTEGER NOT NULL
) STRICT;

CREATE TABLE invite (
  id TEXT PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  constituency TEXT NOT NULL,
  stage TEXT NOT NULL,
  role TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER NOT NULL,
  used_by TEXT NOT NULL
) STRICT;

-- token_hash is the SHA-256 of the token in the cookie. An ended session stays until it would have run out, so that a
-- request that was under way can't bring it back.
CREATE TABLE session (
  token_hash BLOB PRIMARY KEY,
  data BLOB NOT NULL,
  expires INTEGER NOT NULL,
  person TEXT NOT NULL,
  agent TEXT NOT NULL,
  created INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_person ON session (person);
CREATE INDEX session_by_end ON session (expires);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- seq orders by last change: the microsecond of it, one more where that is taken.
CREATE TABLE listing (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  iri TEXT NOT NULL UNIQUE,
  home TEXT NOT NULL,
  poster TEXT NOT NULL,
  state TEXT NOT NULL,
  visibility INTEGER NOT NULL,
  until INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  sort_title TEXT NOT NULL,
  placed INTEGER NOT NULL,
  lat INTEGER NOT NULL,
  lon INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX listing_by_end ON listing (state, until, seq);
CREATE INDEX listing_by_title ON listing (state, sort_title, seq);
CREATE INDEX listing_by_poster ON listing (poster, seq) WHERE poster <> '';
CREATE INDEX listing_by_home ON listing (home, until);
CREATE INDEX listing_remote_end ON listing (until) WHERE home <> '';
CREATE INDEX listing_by_close ON listing (closed) WHERE home = '' AND state IN ('expired', 'done', 'withdrawn');

-- Where a listing really is. No search and no answer to another server reads it.
CREATE TABLE listing_exact (
  listing TEXT PRIMARY KEY REFERENCES listing (id) ON DELETE CASCADE,
  lat INTEGER NOT NULL,
  lon INTEGER NOT NULL
) STRICT;

-- The words are folded and cut by us, the same for both databases, so the tokenizer has nothing to decide. rowid is
-- 2^52 - seq, so that newest first is a forward scan.
CREATE VIRTUAL TABLE listing_search USING fts5 (
  title, body, facet, content='', contentless_delete=1, detail='column', prefix='4', tokenize='ascii'
);

CREATE TABLE reminded (
  listing TEXT NOT NULL,
  days INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (listing, days, until)
) STRICT;

CREATE TABLE tombstone (
  iri TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  home TEXT NOT NULL
) STRICT;
CREATE INDEX tombstone_by_id ON tombstone (id) WHERE id <> '';

CREATE TABLE thread (
  id TEXT PRIMARY KEY,
  listing TEXT NOT NULL,
  owner TEXT NOT NULL,
  other TEXT NOT NULL,
  closed INTEGER NOT NULL,
  unread INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX thread_by_owner ON thread (owner, updated, id);
CREATE INDEX thread_by_change ON thread (updated, id);
CREATE INDEX thread_by_other ON thread (other, listing);

CREATE TABLE message (
  id TEXT PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  listing TEXT NOT NULL,
  from_iri TEXT NOT NULL,
  public INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  created INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_thread ON message (thread, created, id) WHERE thread <> '';
CREATE INDEX message_by_listing ON message (listing, created, id) WHERE public = 1;
CREATE INDEX message_by_sender ON message (from_iri);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  due INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  last_error TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_due ON event (state, due);
CREATE INDEX event_by_subject ON event (subject, seq) WHERE state <> 'done';

-- owner '' is a copy of a neighbour's picture. files is a JSON list of what lies in media/.
CREATE TABLE photo (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  created INTEGER NOT NULL,
  used INTEGER NOT NULL,
  files TEXT NOT NULL
) STRICT;
CREATE INDEX photo_by_use ON photo (used);

CREATE TABLE listing_photo (
  photo TEXT NOT NULL,
  listing TEXT NOT NULL REFERENCES listing (id) ON DELETE CASCADE,
  PRIMARY KEY (photo, listing)
) STRICT;
CREATE INDEX listing_photo_by_listing ON listing_photo (listing);
