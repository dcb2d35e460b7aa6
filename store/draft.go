package store

import (
	"toadlane/coop"
	"toadlane/handbook"
)

const draftColumns = `protocol, person, base, name, source, saved`

func scanDraft(scan func(...any) error) (d handbook.Autosave, err error) {
	var saved int64
	err = scan(&d.Protocol, &d.Person, &d.Base, &d.Name, &d.Source, &saved)
	d.Saved = fromMicros(saved)
	return d, err
}

// Draft gives what a member was last writing on a page. Class NotFound.
func (tx *Tx) Draft(protocol, person coop.ID) (handbook.Autosave, error) {
	r := tx.queryRow(`SELECT `+draftColumns+` FROM draft WHERE protocol = $1 AND person = $2`, storable(string(protocol)), string(person))
	return scanDraft(func(into ...any) error { return r.scan("draft.unknown", into...) })
}

// Drafts lists what a member is writing, latest first.
func (tx *Tx) Drafts(person coop.ID) ([]handbook.Autosave, error) {
	return collect(tx, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE person = $1 ORDER BY saved DESC, protocol`, string(person))
}

// PutDraft keeps what a member is writing.
func (tx *Tx) PutDraft(d handbook.Autosave) error {
	_, err := tx.exec(`INSERT INTO draft (`+draftColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (protocol, person) DO UPDATE SET base = excluded.base, name = excluded.name, source = excluded.source, saved = excluded.saved`,
		string(d.Protocol), string(d.Person), string(d.Base), storable(d.Name), storable(d.Source), micros(d.Saved))
	return err
}

// DropDraft forgets it; nothing to forget is no error.
func (tx *Tx) DropDraft(protocol, person coop.ID) error {
	_, err := tx.exec(`DELETE FROM draft WHERE protocol = $1 AND person = $2`, string(protocol), string(person))
	return err
}

func scanReadMark(scan func(...any) error) (m handbook.ReadMark, err error) {
	var at int64
	err = scan(&m.Person, &m.Protocol, &m.Revision, &at)
	m.At = fromMicros(at)
	return m, err
}

// ReadMarks lists those of one member, oldest first.
func (tx *Tx) ReadMarks(person coop.ID) ([]handbook.ReadMark, error) {
	return collect(tx, scanReadMark, `SELECT person, protocol, revision, at FROM read_mark WHERE person = $1 ORDER BY at, revision`, string(person))
}

// ReadMarksOf lists those of a text by person, so that their order tells nothing.
func (tx *Tx) ReadMarksOf(id handbook.RevisionID) ([]handbook.ReadMark, error) {
	return collect(tx, scanReadMark, `SELECT person, protocol, revision, at FROM read_mark WHERE revision = $1 ORDER BY person`, string(id))
}

// PutReadMark keeps a mark; what was read before stays as it was.
func (tx *Tx) PutReadMark(m handbook.ReadMark) error {
	_, err := tx.exec(`INSERT INTO read_mark (person, revision, protocol, at) VALUES ($1, $2, $3, $4) ON CONFLICT (person, revision) DO NOTHING`,
		string(m.Person), string(m.Revision), string(m.Protocol), micros(m.At))
	return err
}
