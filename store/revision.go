package store

import (
	"bytes"
	"compress/flate"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"toadlane/coop"
	"toadlane/handbook"
)

// hashedText is what is hashed of a revision, as handbook.Revision.Hashed writes it.
type hashedText struct {
	MediaType string   `json:"mediaType"`
	Name      string   `json:"name"`
	Parents   []string `json:"parents"`
	Source    string   `json:"source"`
}

// deflaters are used again: each holds most of a megabyte.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// deflate makes bytes small for a column.
func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// inflate reads what deflate wrote of a text.
func inflate(b []byte) ([]byte, error) {
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), handbook.MaxHashed+1))
}

// textOf reads what is hashed of a revision.
func textOf(id handbook.RevisionID, deflated []byte) (handbook.Revision, error) {
	r := handbook.Revision{ID: id}
	bad := func(err error) (handbook.Revision, error) {
		return r, coop.Errorf(coop.Internal, "error.internal", "text of revision %s: %w", id, err)
	}
	hashed, err := inflate(deflated)
	if err != nil {
		return bad(err)
	}
	var t hashedText
	if err := json.Unmarshal(hashed, &t); err != nil {
		return bad(err)
	}
	r.Name, r.Source = t.Name, t.Source
	for _, p := range t.Parents {
		r.Parents = append(r.Parents, handbook.RevisionID(p))
	}
	return r, nil
}

// Text gives what is hashed of a revision, whoever's it is. Class NotFound.
func (tx *Tx) Text(id handbook.RevisionID) (handbook.Revision, error) {
	var hashed []byte
	if err := tx.queryRow(`SELECT hashed FROM revision WHERE id = $1`, storable(string(id))).scan("revision.unknown", &hashed); err != nil {
		return handbook.Revision{}, err
	}
	return textOf(id, hashed)
}

// PutText keeps what is hashed of a revision, once.
func (tx *Tx) PutText(r handbook.Revision) error {
	there, err := tx.any(`SELECT 1 FROM revision WHERE id = $1`, string(r.ID))
	if err != nil || there {
		return err
	}
	hashed, err := deflate(r.Hashed())
	if err != nil {
		return coop.Errorf(coop.Internal, "error.internal", "deflate revision %s: %w", r.ID, err)
	}
	if _, err := tx.exec(`INSERT INTO revision (id, hashed) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, string(r.ID), hashed); err != nil {
		return err
	}
	for _, p := range r.Parents {
		if _, err := tx.exec(`INSERT INTO revision_parent (revision, parent) VALUES ($1, $2) ON CONFLICT (revision, parent) DO NOTHING`,
			string(r.ID), string(p)); err != nil {
			return err
		}
	}
	return nil
}

// PutRevision keeps a revision of the page it names, with its text; a page that shows it is found by its words from then on. Class Conflict when another
// of ours has its number.
func (tx *Tx) PutRevision(r handbook.Revision) error {
	there, err := tx.any(`SELECT 1 FROM protocol_revision WHERE protocol = $1 AND revision = $2`, string(r.Protocol), string(r.ID))
	if err != nil {
		return err
	}
	if err := tx.PutText(r); err != nil {
		return err
	}
	r.Source = ""
	data, err := encode(r)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO protocol_revision (protocol, revision, n, home, enacted, data) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (protocol, revision) DO UPDATE SET n = excluded.n, home = excluded.home, enacted = excluded.enacted, data = excluded.data`,
		string(r.Protocol), string(r.ID), r.Number, string(r.Home), micros(r.Enacted), data)
	if err != nil || there {
		return err
	}
	p, err := tx.protocol(`id = $1`, string(r.Protocol))
	if err != nil || shownText(&p) != r.ID {
		return err
	}
	return tx.indexProtocol(&p)
}

// Revision gives a revision of a page with its text. Class NotFound.
func (tx *Tx) Revision(protocol coop.ID, id handbook.RevisionID) (handbook.Revision, error) {
	return tx.revision(`p.protocol = $1 AND p.revision = $2`, string(protocol), storable(string(id)))
}

// RevisionByNumber gives the revision of a page with a number. Class NotFound.
func (tx *Tx) RevisionByNumber(protocol coop.ID, n int) (handbook.Revision, error) {
	return tx.revision(`p.protocol = $1 AND p.n = $2 AND p.n > 0`, string(protocol), n)
}

func (tx *Tx) revision(where string, args ...any) (r handbook.Revision, err error) {
	var data, hashed []byte
	if err := tx.queryRow(`SELECT p.data, r.hashed FROM protocol_revision p JOIN revision r ON r.id = p.revision WHERE `+where+` ORDER BY p.revision LIMIT 1`,
		args...).scan("revision.unknown", &data, &hashed); err != nil {
		return r, err
	}
	if err := decode(data, &r); err != nil {
		return r, err
	}
	text, err := textOf(r.ID, hashed)
	r.Source = text.Source
	return r, err
}

// Revisions lists the numbered revisions of a page without their sources, highest number first.
func (tx *Tx) Revisions(protocol coop.ID, below, limit int) ([]handbook.Revision, error) {
	if below <= 0 {
		below = 1 << 30
	}
	return collect(tx, stored[handbook.Revision], `SELECT data FROM protocol_revision WHERE protocol = $1 AND n > 0 AND n < $2 ORDER BY n DESC, revision LIMIT $3`,
		string(protocol), below, limit)
}

// Enactments lists the texts of our public pages that came into use, latest first, then by revision. Class Invalid, key cursor.invalid.
func (tx *Tx) Enactments(limit int, cursor string) (list []handbook.Enactment, next string, err error) {
	after := cursorOf("enacted", 1<<62, "")
	if cursor != "" {
		if after, err = parsePosition(cursor, "enacted"); err != nil {
			return nil, "", err
		}
	}
	list, err = collect(tx, func(scan func(...any) error) (e handbook.Enactment, err error) {
		var page, said []byte
		if err := scan(&page, &said); err != nil {
			return e, err
		}
		if err := decode(page, &e.Protocol); err != nil {
			return e, err
		}
		return e, decode(said, &e.Revision)
	}, `SELECT p.data, r.data FROM protocol_revision r JOIN protocol p ON p.id = r.protocol
		WHERE r.enacted > 0 AND r.home = '' AND p.public = 1 AND (r.enacted < $1 OR r.enacted = $1 AND r.revision > $2)
		ORDER BY r.enacted DESC, r.revision LIMIT $3`, after.Key, after.ID, limit+1)
	if err == nil && len(list) > limit {
		last := list[limit-1].Revision
		list, next = list[:limit], cursorOf("enacted", micros(last.Enacted), string(last.ID)).String()
	}
	return list, next, err
}

// Steps gives those of the revisions that are here and everything in their past that is, each once. A text has two parents at most, so the
// first and the last are all; asked for one by one they come from the index, where PostgreSQL joined by reading the whole graph for each
// step (3 s for 5,000 texts, 2026-11).
func (tx *Tx) Steps(of ...handbook.RevisionID) ([]handbook.Step, error) {
	if len(of) == 0 {
		return nil, nil
	}
	args := make([]any, len(of)+1)
	places := make([]string, len(of))
	for i, id := range of {
		args[i], places[i] = storable(string(id)), "$"+strconv.Itoa(i+1)
	}
	args[len(of)] = (handbook.MaxParents)*(handbook.MaxHistory+1) + 1
	var out []handbook.Step
	at := map[handbook.RevisionID]int{}
	_, err := collect(tx, func(scan func(...any) error) (none struct{}, err error) {
		var id, parent handbook.RevisionID
		if err := scan(&id, &parent); err != nil {
			return none, err
		}
		n, there := at[id]
		if !there {
			n = len(out)
			at[id], out = n, append(out, handbook.Step{ID: id})
		}
		if parent != "" {
			out[n].Parents = append(out[n].Parents, parent)
		}
		return none, nil
	}, `WITH RECURSIVE past (id) AS (
			SELECT id FROM revision WHERE id IN (`+strings.Join(places, ", ")+`)
			UNION SELECT (SELECT CASE WHEN k.last = 1 THEN max(p.parent) ELSE min(p.parent) END FROM revision_parent p WHERE p.revision = past.id)
				FROM past CROSS JOIN (SELECT 0 AS last UNION ALL SELECT 1) AS k)
		SELECT past.id, coalesce(p.parent, '') FROM past JOIN revision r ON r.id = past.id LEFT JOIN revision_parent p ON p.revision = past.id
		LIMIT CAST($`+strconv.Itoa(len(of)+1)+` AS BIGINT)`, args...)
	if len(out) > handbook.MaxHistory+1 {
		out = out[:handbook.MaxHistory+1]
	}
	return out, err
}
