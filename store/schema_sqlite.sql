-- Today's whole schema, which a new database begins with. The migrations make the same; a test compares the two.

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

-- What a peer deleted before we had it. Its word counts for its own things alone, so it is asked for with the peer.
CREATE INDEX inbound_deleted ON inbound (object, peer) WHERE type = 'Delete';

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

-- What the other side of a conversation has not read, when that is one of us or a guest.
ALTER TABLE thread ADD COLUMN other_unread INTEGER NOT NULL DEFAULT 0;


-- came is when a listing could first be seen here by those who may see it now.
ALTER TABLE listing ADD COLUMN came INTEGER NOT NULL DEFAULT 0;
CREATE INDEX listing_by_came ON listing (came);

CREATE TABLE saved_search (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX saved_search_by_person ON saved_search (person, id);

-- Why a listing is news to a member. subject is their own listing that it matches, or the saved search that found it.
CREATE TABLE notice (
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  listing TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (person, kind, subject, listing)
) STRICT;
CREATE INDEX notice_latest ON notice (person, at);
CREATE INDEX notice_by_time ON notice (at);

CREATE TABLE news_seen (
  person TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;

-- What happened to our listings, from now on. n counts what happened to one listing; the first and the latest are kept.
CREATE TABLE listing_history (
  listing TEXT NOT NULL REFERENCES listing (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (listing, n)
) STRICT;

-- Short addresses end where ids do.
CREATE INDEX listing_by_tail ON listing (substr(id, 27)) WHERE home = '';
CREATE INDEX tombstone_by_tail ON tombstone (substr(id, 27)) WHERE kind = 'listing' AND home = '';

-- photo is the picture a member shows of themself, so that the sweep leaves it; revoked is when an invitation was taken back.
ALTER TABLE person ADD COLUMN photo TEXT NOT NULL DEFAULT '';
CREATE INDEX person_by_photo ON person (photo) WHERE photo <> '';
ALTER TABLE invite ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0;

-- What a picture looks like from far away, painted until it is there.
ALTER TABLE photo ADD COLUMN blurhash TEXT NOT NULL DEFAULT '';


-- Pages of the handbook: ours, with home '', and those of neighbours. public says whether everybody may read one of ours;
-- reminded is the review date of which the stewards were told.
CREATE TABLE protocol (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  iri TEXT NOT NULL UNIQUE,
  home TEXT NOT NULL,
  slug TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  language TEXT NOT NULL,
  public INTEGER NOT NULL,
  review INTEGER NOT NULL,
  reminded INTEGER NOT NULL,
  sort_name TEXT NOT NULL,
  forked_page TEXT NOT NULL,
  updated INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX protocol_by_slug ON protocol (slug) WHERE home = '';
CREATE INDEX protocol_by_name ON protocol (home, sort_name, id);
CREATE INDEX protocol_by_origin ON protocol (forked_page) WHERE forked_page <> '';
CREATE INDEX protocol_by_review ON protocol (review) WHERE home = '' AND review > 0;

-- The words are folded and cut by us, as those of listings are. rowid is protocol.n.
CREATE VIRTUAL TABLE protocol_search USING fts5 (
  title, body, content='', contentless_delete=1, detail='column', prefix='4', tokenize='ascii'
);

-- A text, once, whoever has it: the bytes whose hash is the id, deflated.
CREATE TABLE revision (
  id TEXT PRIMARY KEY,
  hashed BLOB NOT NULL
) STRICT;

-- The graph, also of revisions that are not here.
CREATE TABLE revision_parent (
  revision TEXT NOT NULL,
  parent TEXT NOT NULL,
  PRIMARY KEY (revision, parent)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_parent_back ON revision_parent (parent);

-- What is said about a text on one page. n is 0 for what was only proposed or offered.
CREATE TABLE protocol_revision (
  protocol TEXT NOT NULL REFERENCES protocol (id) ON DELETE CASCADE,
  revision TEXT NOT NULL REFERENCES revision (id),
  n INTEGER NOT NULL,
  home TEXT NOT NULL,
  enacted INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (protocol, revision)
) STRICT;
CREATE UNIQUE INDEX protocol_revision_number ON protocol_revision (protocol, n) WHERE n > 0 AND home = '';
CREATE INDEX protocol_revision_by_number ON protocol_revision (protocol, n);
CREATE INDEX protocol_revision_by_text ON protocol_revision (revision);
CREATE INDEX protocol_revision_enacted ON protocol_revision (enacted, revision) WHERE enacted > 0 AND home = '';

-- What a member is writing. It is theirs alone.
CREATE TABLE draft (
  protocol TEXT NOT NULL REFERENCES protocol (id) ON DELETE CASCADE,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  base TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  saved INTEGER NOT NULL,
  PRIMARY KEY (protocol, person)
) STRICT;
CREATE INDEX draft_by_person ON draft (person, saved);

-- closes is the largest number for what is ratified elsewhere.
CREATE TABLE motion (
  id TEXT PRIMARY KEY,
  protocol TEXT NOT NULL REFERENCES protocol (id),
  state TEXT NOT NULL,
  opens INTEGER NOT NULL,
  closes INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX motion_by_end ON motion (closes, id) WHERE state = 'open';
CREATE INDEX motion_by_opening ON motion (opens, id) WHERE state <> 'open';
CREATE INDEX motion_by_protocol ON motion (protocol, opens, id);

-- Of a secret vote that was counted, only that somebody answered is left.
CREATE TABLE response (
  motion TEXT NOT NULL REFERENCES motion (id),
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  answer TEXT NOT NULL,
  constituency TEXT NOT NULL,
  words TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (motion, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE motion_remark (
  id TEXT PRIMARY KEY,
  motion TEXT NOT NULL REFERENCES motion (id),
  person TEXT NOT NULL,
  at INTEGER NOT NULL,
  words TEXT NOT NULL
) STRICT;
CREATE INDEX motion_remark_by_motion ON motion_remark (motion, at, id);

-- coop is '' for ours. iri is the note that tells of it, '' when nobody was told.
CREATE TABLE adoption (
  id TEXT PRIMARY KEY,
  coop TEXT NOT NULL,
  page TEXT NOT NULL,
  revision TEXT NOT NULL,
  manner TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  iri TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX adoption_by_page ON adoption (page, until);
CREATE INDEX adoption_by_text ON adoption (revision);
CREATE INDEX adoption_by_coop ON adoption (coop, since, id);
CREATE UNIQUE INDEX adoption_by_iri ON adoption (iri) WHERE iri <> '';

-- Changes given back. peer is '' for ours.
CREATE TABLE change_offer (
  id TEXT PRIMARY KEY,
  activity TEXT NOT NULL UNIQUE,
  peer TEXT NOT NULL,
  page TEXT NOT NULL,
  revision TEXT NOT NULL,
  settled INTEGER NOT NULL,
  received INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX change_offer_by_page ON change_offer (page, received, id);
CREATE INDEX change_offer_by_time ON change_offer (settled, received, id);
CREATE INDEX change_offer_by_peer ON change_offer (peer);

CREATE TABLE read_mark (
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  revision TEXT NOT NULL,
  protocol TEXT NOT NULL REFERENCES protocol (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  PRIMARY KEY (person, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX read_mark_by_text ON read_mark (revision);


-- Regions that are known here. host is the account that hosts one by the charter in force.
CREATE TABLE region (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  state TEXT NOT NULL,
  hosted INTEGER NOT NULL,
  pulled INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX region_by_host ON region (host);

CREATE TABLE region_charter (
  id TEXT PRIMARY KEY,
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX region_charter_by_region ON region_charter (region, version, id);

-- Whose signatures stand under charters. Two of one co-op in one attempt are a fault that is shown, so both are kept.
CREATE TABLE region_mark (
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  coop TEXT NOT NULL,
  charter TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (region, version, attempt, coop, charter)
) STRICT;

-- The lists with which charters begin.
CREATE TABLE region_list (
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  root TEXT NOT NULL,
  coop TEXT NOT NULL,
  entry TEXT NOT NULL,
  admission TEXT NOT NULL,
  PRIMARY KEY (region, root, coop)
) STRICT, WITHOUT ROWID;

-- Where a region is by its charters: names of places, or an outline.
CREATE TABLE region_area (
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (region, id)
) STRICT;

-- What co-ops are to regions. home is '' for ours, as in listing; counts says that it is in and says so itself, under by which charter; offers and wants that it lets them be
-- shown.
CREATE TABLE region_part (
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  coop TEXT NOT NULL,
  home TEXT NOT NULL,
  state TEXT NOT NULL,
  under TEXT NOT NULL,
  counts INTEGER NOT NULL,
  offers INTEGER NOT NULL,
  wants INTEGER NOT NULL,
  since INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  checked INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (region, coop)
) STRICT;
CREATE INDEX region_part_by_move ON region_part (region, state, moved, coop);
CREATE INDEX region_part_by_check ON region_part (region, checked, coop) WHERE state = 'in' AND home <> '';
CREATE INDEX region_part_by_charter ON region_part (region, under, coop);
CREATE INDEX region_part_by_home ON region_part (home, region) WHERE counts = 1;

-- What a region that is hosted here announced to its followers, by which activity, and when it took that back. behind is how often its origin changed it
-- since those were told who get whole activities.
CREATE TABLE region_item (
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  object TEXT NOT NULL,
  origin TEXT NOT NULL,
  purpose TEXT NOT NULL,
  activity TEXT NOT NULL,
  announced INTEGER NOT NULL,
  undone INTEGER NOT NULL,
  behind INTEGER NOT NULL,
  PRIMARY KEY (region, object)
) STRICT;
CREATE INDEX region_item_by_time ON region_item (region, announced);
CREATE INDEX region_item_by_origin ON region_item (region, origin) WHERE undone = 0;
CREATE INDEX region_item_undone ON region_item (region, undone) WHERE undone > 0;
CREATE INDEX region_item_shown ON region_item (object) WHERE undone = 0;
CREATE INDEX region_item_behind ON region_item (region, announced) WHERE behind > 0;

-- What a server runs by its own NodeInfo, in small letters, "" when it does not say, and when it was asked last.
ALTER TABLE host ADD COLUMN software TEXT NOT NULL DEFAULT '';
ALTER TABLE host ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;

-- hand says that a steward chose to follow somebody, and not only a region has both.
ALTER TABLE peer ADD COLUMN hand INTEGER NOT NULL DEFAULT 1;
-- reading is how far a collection was read that is longer than one visit.
ALTER TABLE peer ADD COLUMN reading TEXT NOT NULL DEFAULT '{}';

-- Regions show offers, wants or both of a co-op, and count what there is of each category; 3 is what everyone may see.
ALTER TABLE listing ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN category TEXT NOT NULL DEFAULT '';
CREATE INDEX listing_by_count ON listing (home, purpose, category, until) WHERE state = 'open' AND visibility = 3;

-- What a Murmurations index was told. want is the hash of the profile as it is, '' when it is to be taken back; sent that of what the index was last told of.
CREATE TABLE murmuration (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  index_at TEXT NOT NULL,
  profile TEXT NOT NULL UNIQUE,
  page TEXT NOT NULL,
  step TEXT NOT NULL,
  want TEXT NOT NULL,
  sent TEXT NOT NULL,
  node TEXT NOT NULL,
  status TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  due INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX murmuration_due ON murmuration (due, n) WHERE state = 'waiting';

-- Co-ops that a region lists and that have no node. link is what one is told apart by; name as it is sorted.
CREATE TABLE region_unclaimed (
  id TEXT PRIMARY KEY,
  region TEXT NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  link TEXT NOT NULL,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  UNIQUE (region, link)
) STRICT;
CREATE INDEX region_unclaimed_by_name ON region_unclaimed (region, state, name, id);

-- Whose turn it is at what can't be claimed row by row, such as reading a neighbour: until when nobody else begins it.
CREATE TABLE turn (
  what TEXT PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_by_turn ON peer (backfill, pulled, actor) WHERE state = 'accepted';

-- With which co-op one of our listings worked out. Others are told how many did, and no more.
CREATE TABLE worked_with (
  listing TEXT PRIMARY KEY REFERENCES listing (id) ON DELETE CASCADE,
  coop TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX worked_with_by_coop ON worked_with (coop);

-- How many things worked out between another co-op and a third, as it says.
CREATE TABLE bond (
  coop TEXT NOT NULL,
  other TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (coop, other)
) STRICT, WITHOUT ROWID;
