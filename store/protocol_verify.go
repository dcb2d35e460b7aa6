package store

import (
	"context"

	"toadlane/coop"
	"toadlane/handbook"
)

// verifyHandbookSearch compares the rows of the handbook's search index with its pages.
func (s *Store) verifyHandbookSearch(ctx context.Context, say func(string, ...any)) error {
	key := "n"
	if !s.Postgres() {
		key = "rowid"
	}
	lines, err := collect(s.at(ctx), text1, `SELECT id FROM protocol WHERE n NOT IN (SELECT `+key+` FROM protocol_search) ORDER BY id LIMIT 100`)
	if err != nil {
		return err
	}
	for _, l := range lines {
		say("protocol %s is not in the search index", l)
	}
	lines, err = collect(s.at(ctx), text1, `SELECT CAST(`+key+` AS TEXT) FROM protocol_search WHERE `+key+` NOT IN (SELECT n FROM protocol) LIMIT 100`)
	for _, l := range lines {
		say("row %s of the handbook's search index has no protocol", l)
	}
	return err
}

// verifyProtocols reads every page: its columns say what it says, and of one of ours the texts it names are here, numbered as it says, and the
// one in use was decided on when it is not the first (product invariant 11).
func (s *Store) verifyProtocols(ctx context.Context, say func(string, ...any)) error {
	type line struct {
		id, iri, home, slug, status string
		public                      int
		review, updated             int64
		data                        []byte
	}
	for after := ""; ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (r line, err error) {
			return r, scan(&r.id, &r.iri, &r.home, &r.slug, &r.status, &r.public, &r.review, &r.updated, &r.data)
		}, `SELECT id, iri, home, slug, status, public, review, updated, data FROM protocol WHERE id > $1 ORDER BY id LIMIT $2`, after, verifyPiece)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.id
			var p handbook.Protocol
			if err := decode(r.data, &p); err != nil {
				say("protocol %s can't be read: %v", r.id, err)
				continue
			}
			if string(p.ID) != r.id || string(p.IRI) != r.iri || string(p.Home) != r.home || p.Slug != r.slug || string(p.Status) != r.status ||
				flag(p.Public()) != r.public || micros(p.Review) != r.review || micros(p.Updated) != r.updated {
				say("protocol %s: its columns and its text differ", r.id)
			}
			if p.Local() {
				if err := s.verifyTextsOf(ctx, &p, say); err != nil {
					return err
				}
			}
		}
		if len(rows) < verifyPiece {
			return nil
		}
	}
}

func (s *Store) verifyTextsOf(ctx context.Context, p *handbook.Protocol, say func(string, ...any)) error {
	ids := []handbook.RevisionID{p.Latest}
	if p.InUse != p.Latest {
		ids = append(ids, p.InUse)
	}
	for _, id := range ids {
		if id == "" {
			continue
		}
		r, err := s.at(ctx).Revision(p.ID, id)
		if coop.ClassOf(err) == coop.NotFound && err != nil {
			say("protocol %s: its text %s is missing", p.ID, id)
			continue
		}
		if err != nil {
			return err
		}
		if id == p.Latest && r.Number != p.Number {
			say("protocol %s: its latest text has number %d, not %d", p.ID, r.Number, p.Number)
		}
		if id == p.InUse && r.Number > 1 && (r.Decision == nil || !r.Decision.Passed) {
			say("protocol %s: its text in use was not decided on", p.ID)
		}
	}
	return nil
}

// verifyTexts computes every revision's id anew and holds the graph to the texts.
func (s *Store) verifyTexts(ctx context.Context, say func(string, ...any)) error {
	const piece = 20 // a text may be as large as handbook.MaxHashed
	type line struct {
		id     handbook.RevisionID
		hashed []byte
	}
	for after := ""; ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (r line, err error) { return r, scan(&r.id, &r.hashed) },
			`SELECT id, hashed FROM revision WHERE id > $1 ORDER BY id LIMIT $2`, after, piece)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = string(r.id)
			text, err := textOf(r.id, r.hashed)
			if err == nil {
				err = text.Verify()
			}
			if err != nil {
				say("revision %s is not what its id says: %v", r.id, err)
				continue
			}
			parents, err := s.at(ctx).count(`SELECT count(*) FROM revision_parent WHERE revision = $1`, string(r.id))
			if err != nil {
				return err
			}
			if parents != len(text.Parents) {
				say("revision %s has %d parents, the graph knows %d", r.id, len(text.Parents), parents)
			}
		}
		if len(rows) < piece {
			return nil
		}
	}
}

// verifyMotions reads every motion: its columns say what it says, and of a secret vote that is over no row tells who said what.
func (s *Store) verifyMotions(ctx context.Context, say func(string, ...any)) error {
	type line struct {
		id, protocol, state string
		closes              int64
		data                []byte
	}
	for after := ""; ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (r line, err error) {
			return r, scan(&r.id, &r.protocol, &r.state, &r.closes, &r.data)
		}, `SELECT id, protocol, state, closes, data FROM motion WHERE id > $1 ORDER BY id LIMIT $2`, after, verifyPiece)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.id
			var m handbook.Motion
			if err := decode(r.data, &m); err != nil {
				say("motion %s can't be read: %v", r.id, err)
				continue
			}
			if string(m.ID) != r.id || string(m.Protocol) != r.protocol || string(m.State) != r.state || closing(&m) != r.closes {
				say("motion %s: its columns and its text differ", r.id)
			}
			if !m.Terms.Secret || m.State == handbook.MotionOpen {
				continue
			}
			told, err := s.at(ctx).count(`SELECT count(*) FROM response WHERE motion = $1 AND (answer <> '' OR constituency <> '' OR words <> '' OR at <> 0)`, r.id)
			if err != nil {
				return err
			}
			if told > 0 {
				say("motion %s was secret, and %d answers are still there", r.id, told)
			}
		}
		if len(rows) < verifyPiece {
			return nil
		}
	}
}
