-- +goose Up

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
