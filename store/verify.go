package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"toadlane/coop"
	"toadlane/market"
)

// verifyPiece is how many rows one read of Verify takes.
const verifyPiece = 500

// Verify looks for damage and for rows that contradict one another, and describes each find in a sentence. It changes
// nothing and may run beside a server. An error means that it could not look.
func (s *Store) Verify(ctx context.Context) (found []string, err error) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, part := range []func(context.Context, func(string, ...any)) error{s.verifyDatabase, s.verifySearch, s.verifyListings, s.verifyPhotos,
		s.verifyHandbookSearch, s.verifyProtocols, s.verifyTexts, s.verifyMotions} {
		if err := ctx.Err(); err != nil {
			return found, classify(err)
		}
		if err := part(ctx, say); err != nil {
			return found, fmt.Errorf("verify: %w", err)
		}
	}
	return found, nil
}

func text1(scan func(...any) error) (s string, err error) { return s, scan(&s) }

// verifyDatabase asks SQLite to check its own pages, indexes and references. PostgreSQL has no such question; it keeps
// references by itself and checks pages as it reads them.
func (s *Store) verifyDatabase(ctx context.Context, say func(string, ...any)) error {
	if s.Postgres() {
		return nil
	}
	lines, err := collect(s.at(ctx), text1, `SELECT integrity_check FROM pragma_integrity_check`)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l != "ok" {
			say("database: %s", l)
		}
	}
	lines, err = collect(s.at(ctx), func(scan func(...any) error) (string, error) {
		var table, parent string
		var row int64
		err := scan(&table, &row, &parent)
		return fmt.Sprintf("row %d of %s names a row of %s that is not there", row, table, parent), err
	}, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check LIMIT 100`)
	for _, l := range lines {
		say("%s", l)
	}
	return err
}

// verifySearch compares the rows of the search index with the listings.
func (s *Store) verifySearch(ctx context.Context, say func(string, ...any)) error {
	missing := `SELECT l.id FROM listing l WHERE NOT EXISTS (SELECT 1 FROM listing_search f WHERE f.seq = l.seq) LIMIT 100`
	extra := `SELECT CAST(f.seq AS TEXT) FROM listing_search f WHERE NOT EXISTS (SELECT 1 FROM listing l WHERE l.seq = f.seq) LIMIT 100`
	if !s.Postgres() {
		missing = `SELECT l.id FROM listing l WHERE 4503599627370496 - l.seq NOT IN (SELECT rowid FROM listing_search) LIMIT 100`
		extra = `SELECT CAST(f.rowid AS TEXT) FROM listing_search f WHERE 4503599627370496 - f.rowid NOT IN (SELECT seq FROM listing) LIMIT 100`
	}
	lines, err := collect(s.at(ctx), text1, missing)
	if err != nil {
		return err
	}
	for _, l := range lines {
		say("listing %s is not in the search index", l)
	}
	lines, err = collect(s.at(ctx), text1, extra)
	for _, l := range lines {
		say("row %s of the search index has no listing", l)
	}
	return err
}

// verifyListings reads every listing: it can be read, its columns say what it says, and its price lines sum to its price
// (product invariant 3).
func (s *Store) verifyListings(ctx context.Context, say func(string, ...any)) error {
	type line struct {
		seq, until, updated int64
		id, iri, state      string
		visibility          int
		data                []byte
	}
	for after := int64(-1 << 62); ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (r line, err error) {
			return r, scan(&r.seq, &r.id, &r.iri, &r.state, &r.visibility, &r.until, &r.updated, &r.data)
		}, `SELECT seq, id, iri, state, visibility, until, updated, data FROM listing WHERE seq > $1 ORDER BY seq LIMIT $2`, after, verifyPiece)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.seq
			var l market.Listing
			if err := decode(r.data, &l); err != nil {
				say("listing %s can't be read: %v", r.id, err)
				continue
			}
			if string(l.ID) != r.id || string(l.IRI) != r.iri || string(l.State) != r.state || int(l.Visibility) != r.visibility ||
				micros(l.Until) != r.until || micros(l.Updated) != r.updated {
				say("listing %s: its columns and its text differ", r.id)
			}
			if l.Place.Exact != nil {
				say("listing %s: its exact place lies in the open", r.id)
			}
			if len(l.Prices) > 0 && l.Ask != nil && l.Ask.Amount != nil {
				sum, fits := market.Amount{Places: l.Ask.Amount.Places}, true
				for _, p := range l.Prices {
					if sum, fits = sum.Add(p.Amount); !fits {
						break
					}
				}
				if !fits || sum.Compare(*l.Ask.Amount) != 0 {
					say("listing %s: its price lines do not sum to %s", r.id, l.Ask.Amount)
				}
			}
		}
		if len(rows) < verifyPiece {
			return nil
		}
	}
}

// verifyPhotos reads every picture's files and compares their hashes.
func (s *Store) verifyPhotos(ctx context.Context, say func(string, ...any)) error {
	type line struct{ id, files string }
	for after := ""; ; {
		rows, err := collect(s.at(ctx), func(scan func(...any) error) (r line, err error) { return r, scan(&r.id, &r.files) },
			`SELECT id, files FROM photo WHERE id > $1 ORDER BY id LIMIT $2`, after, verifyPiece)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.id
			var files []photoFile
			if err := decode([]byte(r.files), &files); err != nil {
				say("photo %s can't be read: %v", r.id, err)
				continue
			}
			for _, f := range files {
				sum, err := s.hashMedia(photoPath(coop.ID(r.id), f.Size))
				switch {
				case errors.Is(err, fs.ErrNotExist):
					say("photo %s: its file of size %s is missing", r.id, f.Size)
				case err != nil:
					say("photo %s: its file of size %s can't be read: %v", r.id, f.Size, err)
				case sum != f.SHA256:
					say("photo %s: its file of size %s is not what was kept", r.id, f.Size)
				}
			}
		}
		if len(rows) < verifyPiece {
			return nil
		}
	}
}

func (s *Store) hashMedia(name string) (string, error) {
	f, err := s.media.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
