-- +goose Up
-- What lies between us and our peers. A row that is worked on is claimed by moving due and leased to the end of its lease;
-- when that passes, it is due again by itself.

CREATE TABLE activity (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  iri TEXT NOT NULL,
  type TEXT NOT NULL,
  actor TEXT NOT NULL,
  object TEXT NOT NULL,
  public INTEGER NOT NULL,
  json TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX activity_outbox ON activity (actor, created, n) WHERE public = 1;
CREATE INDEX activity_private ON activity (created) WHERE public = 0;

-- next is when the first of the host's deliveries can be claimed; the largest number is never. ready adds the breaker, so
-- that one row holds back a whole host and its index is the list of hosts in the order of their turns.
CREATE TABLE host (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  next INTEGER NOT NULL DEFAULT 9223372036854775807,
  open_until INTEGER NOT NULL DEFAULT 0,
  ready INTEGER GENERATED ALWAYS AS (CASE WHEN next > open_until THEN next ELSE open_until END) STORED,
  fails INTEGER NOT NULL DEFAULT 0,
  probes INTEGER NOT NULL DEFAULT 0,
  scheme TEXT NOT NULL DEFAULT '',
  last_ok INTEGER NOT NULL DEFAULT 0,
  last_seen INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX host_turn ON host (ready) WHERE next < 9223372036854775807;

-- Inboxes and actors that things are sent to, and actors and objects of ours that they come from. Rows that are made by the
-- thousand carry their numbers: a fan-out then writes a fifth of the bytes. 0 stands for none.
CREATE TABLE address (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  iri TEXT NOT NULL UNIQUE,
  host INTEGER NOT NULL REFERENCES host (n)
) STRICT;
CREATE INDEX address_by_host ON address (host);

CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host INTEGER NOT NULL,
  inbox INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  activity INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  attempt INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL,
  leased INTEGER NOT NULL DEFAULT 0,
  last_status INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_lane ON delivery (host, due) WHERE state = 'waiting';
CREATE INDEX delivery_leased ON delivery (host, inbox) WHERE leased <> 0;
CREATE INDEX delivery_stopped ON delivery (state, id) WHERE state <> 'waiting';

-- Where an object was ever sent, for taking it back: actor is the one behind the inbox, 0 for a shared one.
CREATE TABLE sent (
  object INTEGER NOT NULL,
  inbox INTEGER NOT NULL,
  host INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  PRIMARY KEY (object, inbox)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbound (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  peer TEXT NOT NULL,
  activity TEXT NOT NULL,
  type TEXT NOT NULL,
  object TEXT NOT NULL,
  inbox TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL,
  leased INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  UNIQUE (peer, activity)
) STRICT;
CREATE INDEX inbound_due ON inbound (due) WHERE state = 'waiting';
CREATE INDEX inbound_order ON inbound (object, id) WHERE state IN ('waiting', 'held');
CREATE INDEX inbound_parked ON inbound (object) WHERE state = 'parked';
CREATE INDEX inbound_parked_by ON inbound (peer) WHERE state = 'parked';
CREATE INDEX inbound_open ON inbound (id) WHERE state <> 'done';
CREATE INDEX inbound_age ON inbound (state, created) WHERE state NOT IN ('waiting', 'held');

-- The bytes lie apart, so that the rows that are looked through stay small.
CREATE TABLE inbound_raw (
  inbound INTEGER PRIMARY KEY,
  raw BLOB NOT NULL
) STRICT;

CREATE TABLE actor (
  iri TEXT PRIMARY KEY,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  inbox TEXT NOT NULL,
  gone INTEGER NOT NULL,
  fetched INTEGER NOT NULL,
  data TEXT NOT NULL,
  raw BLOB NOT NULL
) STRICT;
CREATE INDEX actor_by_handle ON actor (handle) WHERE handle <> '';
CREATE INDEX actor_by_age ON actor (fetched);

CREATE TABLE actor_key (
  id TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
CREATE INDEX actor_key_by_id ON actor_key (id);
CREATE INDEX actor_key_by_actor ON actor_key (actor);

CREATE TABLE own_key (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed BLOB NOT NULL,
  public BLOB NOT NULL,
  created INTEGER NOT NULL,
  retired INTEGER NOT NULL
) STRICT;
CREATE INDEX own_key_by_owner ON own_key (owner, created);

-- target is the address of the shared inbox, or of the personal one, and host its host; who is the actor, and behind is the actor
-- when target is personal, else 0.
CREATE TABLE follower (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  local TEXT NOT NULL,
  actor TEXT NOT NULL,
  follow TEXT NOT NULL,
  raw BLOB NOT NULL,
  inbox TEXT NOT NULL,
  shared TEXT NOT NULL,
  target INTEGER NOT NULL,
  host INTEGER NOT NULL,
  behind INTEGER NOT NULL,
  who INTEGER NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  inactive INTEGER NOT NULL,
  UNIQUE (local, actor)
) STRICT;
CREATE INDEX follower_reach ON follower (local, state, target, host, behind, who);
CREATE INDEX follower_page ON follower (local, state, created, n);
CREATE INDEX follower_by_actor ON follower (actor);

CREATE TABLE peer (
  actor TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  follow TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  pulled INTEGER NOT NULL,
  backfill INTEGER NOT NULL,
  etags TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  software TEXT NOT NULL
) STRICT;
CREATE INDEX peer_by_follow ON peer (follow);

CREATE TABLE reaction (
  iri TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  object TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX reaction_by_object ON reaction (object, kind, actor);
CREATE INDEX reaction_by_actor ON reaction (actor);

CREATE TABLE report (
  id TEXT PRIMARY KEY,
  reporter TEXT NOT NULL,
  objects TEXT NOT NULL,
  content TEXT NOT NULL,
  at INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  closed_by TEXT NOT NULL
) STRICT;

CREATE TABLE block (
  target TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
