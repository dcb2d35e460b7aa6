-- +goose Up

-- Regions that are known here. host is the account that hosts one by the charter in force.
CREATE TABLE region (
  id TEXT COLLATE "C" PRIMARY KEY,
  slug TEXT COLLATE "C" NOT NULL UNIQUE,
  host TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  hosted BIGINT NOT NULL,
  pulled BIGINT NOT NULL,
  data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX region_by_host ON region (host);

CREATE TABLE region_charter (
  id TEXT COLLATE "C" PRIMARY KEY,
  region TEXT COLLATE "C" NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX region_charter_by_region ON region_charter (region, version, id);

-- Whose signatures stand under charters. Two of one co-op in one attempt are a fault that is shown, so both are kept.
CREATE TABLE region_mark (
  region TEXT COLLATE "C" NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  version BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  coop TEXT COLLATE "C" NOT NULL,
  charter TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (region, version, attempt, coop, charter)
);

-- The lists with which charters begin.
CREATE TABLE region_list (
  region TEXT COLLATE "C" NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  root TEXT COLLATE "C" NOT NULL,
  coop TEXT COLLATE "C" NOT NULL,
  entry TEXT COLLATE "C" NOT NULL,
  admission TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (region, root, coop)
);

-- What co-ops are to regions. home is '' for ours, as in listing; counts says that it is in and says so itself, under by which charter; offers and wants that it lets them be
-- shown.
CREATE TABLE region_part (
  region TEXT COLLATE "C" NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  coop TEXT COLLATE "C" NOT NULL,
  home TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  under TEXT COLLATE "C" NOT NULL,
  counts BIGINT NOT NULL,
  offers BIGINT NOT NULL,
  wants BIGINT NOT NULL,
  since BIGINT NOT NULL,
  moved BIGINT NOT NULL,
  checked BIGINT NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (region, coop)
);
CREATE INDEX region_part_by_move ON region_part (region, state, moved, coop);
CREATE INDEX region_part_by_check ON region_part (region, checked, coop) WHERE state = 'in' AND home <> '';
CREATE INDEX region_part_by_charter ON region_part (region, under, coop);
CREATE INDEX region_part_by_home ON region_part (home, region) WHERE counts = 1;

-- What a region that is hosted here announced to its followers, by which activity, and when it took that back.
CREATE TABLE region_item (
  region TEXT COLLATE "C" NOT NULL REFERENCES region (id) ON DELETE CASCADE,
  object TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  activity TEXT COLLATE "C" NOT NULL,
  announced BIGINT NOT NULL,
  undone BIGINT NOT NULL,
  PRIMARY KEY (region, object)
);
CREATE INDEX region_item_by_time ON region_item (region, announced);
CREATE INDEX region_item_by_origin ON region_item (region, origin) WHERE undone = 0;

-- hand says that a steward chose to follow somebody, and not only a region has both.
ALTER TABLE peer ADD COLUMN hand BIGINT NOT NULL DEFAULT 1;
-- reading is how far a collection was read that is longer than one visit.
ALTER TABLE peer ADD COLUMN reading TEXT COLLATE "C" NOT NULL DEFAULT '{}';

-- Regions show offers, wants or both of a co-op, and count what there is of each category; 3 is what everyone may see.
ALTER TABLE listing ADD COLUMN purpose TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE listing ADD COLUMN category TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX listing_by_count ON listing (home, purpose, category, until) WHERE state = 'open' AND visibility = 3;
UPDATE listing SET purpose = coalesce(CAST(data AS jsonb) ->> 'Purpose', ''), category = coalesce(CAST(data AS jsonb) ->> 'Category', '');
