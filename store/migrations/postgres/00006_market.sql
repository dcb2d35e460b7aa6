-- +goose Up

-- came is when a listing could first be seen here by those who may see it now.
ALTER TABLE listing ADD COLUMN came BIGINT NOT NULL DEFAULT 0;
CREATE INDEX listing_by_came ON listing (came);

CREATE TABLE saved_search (
  id TEXT COLLATE "C" PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  data TEXT COLLATE "C" NOT NULL
);
CREATE INDEX saved_search_by_person ON saved_search (person, id);

-- Why a listing is news to a member. subject is their own listing that it matches, or the saved search that found it.
CREATE TABLE notice (
  person TEXT COLLATE "C" NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  kind TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  listing TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (person, kind, subject, listing)
);
CREATE INDEX notice_latest ON notice (person, at);
CREATE INDEX notice_by_time ON notice (at);

CREATE TABLE news_seen (
  person TEXT COLLATE "C" PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
  at BIGINT NOT NULL
);
