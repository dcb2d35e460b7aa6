-- +goose Up

-- With which co-op one of our listings worked out. Others are told how many did, and no more.
CREATE TABLE worked_with (
  listing TEXT COLLATE "C" PRIMARY KEY REFERENCES listing (id) ON DELETE CASCADE,
  coop TEXT COLLATE "C" NOT NULL
);
CREATE INDEX worked_with_by_coop ON worked_with (coop);

-- How many things worked out between another co-op and a third, as it says.
CREATE TABLE bond (
  coop TEXT COLLATE "C" NOT NULL,
  other TEXT COLLATE "C" NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (coop, other)
);
