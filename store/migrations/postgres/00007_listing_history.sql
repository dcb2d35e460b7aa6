-- +goose Up
-- What happened to our listings, from now on. n counts what happened to one listing; the first and the latest are kept.
CREATE TABLE listing_history (
  listing TEXT COLLATE "C" NOT NULL REFERENCES listing (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (listing, n)
);

-- Short addresses end where ids do.
CREATE INDEX listing_by_tail ON listing (substr(id, 27)) WHERE home = '';
CREATE INDEX tombstone_by_tail ON tombstone (substr(id, 27)) WHERE kind = 'listing' AND home = '';
