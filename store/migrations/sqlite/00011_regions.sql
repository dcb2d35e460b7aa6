-- +goose Up

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
UPDATE listing SET purpose = coalesce(json_extract(data, '$.Purpose'), ''), category = coalesce(json_extract(data, '$.Category'), '');

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
