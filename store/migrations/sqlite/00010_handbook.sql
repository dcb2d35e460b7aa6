-- +goose Up

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
