-- +goose Up

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
