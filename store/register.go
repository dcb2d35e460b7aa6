package store

import (
	"context"
	"time"

	"toadlane/coop"
)

// PutRegister keeps the private half of a membership.
func (tx *Tx) PutRegister(r coop.Register) error {
	_, err := tx.exec(`INSERT INTO register (person, legal_name, address, email, joined, resigned) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (person) DO UPDATE SET legal_name = excluded.legal_name, address = excluded.address, email = excluded.email,
			joined = excluded.joined, resigned = excluded.resigned`,
		string(r.Person), r.LegalName, r.Address, r.Email, micros(r.Joined), micros(r.Resigned))
	return err
}

// Register lists the members' register by the day they joined. Only the register export may call it (product invariant 9).
func (s *Store) Register(ctx context.Context) ([]coop.Register, error) {
	return collect(s.at(ctx), func(scan func(...any) error) (r coop.Register, err error) {
		var joined, resigned int64
		err = scan(&r.Person, &r.LegalName, &r.Address, &r.Email, &joined, &resigned)
		r.Joined, r.Resigned = fromMicros(joined), fromMicros(resigned)
		return r, err
	}, `SELECT person, legal_name, address, email, joined, resigned FROM register ORDER BY joined, person`)
}

const inviteColumns = `id, token_hash, constituency, stage, role, made_by, created, expires, used, used_by, revoked`

func scanInvite(scan func(...any) error) (i coop.Invite, err error) {
	var created, expires, used, revoked int64
	err = scan(&i.ID, &i.TokenHash, &i.Constituency, &i.Stage, &i.Role, &i.By, &created, &expires, &used, &i.UsedBy, &revoked)
	i.Created, i.Expires, i.Used, i.Revoked = fromMicros(created), fromMicros(expires), fromMicros(used), fromMicros(revoked)
	return i, err
}

// Invite finds an invitation by the SHA-256 of its token. On PostgreSQL its row is held until the transaction ends, so that
// of two who use it at once, one does. Class NotFound.
func (tx *Tx) Invite(tokenHash []byte) (coop.Invite, error) {
	return tx.invite(`token_hash = $1`, notNil(tokenHash))
}

// InviteByID finds an invitation by its id, held as Invite does. Class NotFound.
func (tx *Tx) InviteByID(id coop.ID) (coop.Invite, error) {
	return tx.invite(`id = $1`, storable(string(id)))
}

func (tx *Tx) invite(where string, key any) (coop.Invite, error) {
	list, err := collect(tx, scanInvite, `SELECT `+inviteColumns+` FROM invite WHERE `+where+tx.hold(), key)
	if err != nil {
		return coop.Invite{}, err
	}
	if len(list) == 0 {
		return coop.Invite{}, coop.Errorf(coop.NotFound, "invite.unknown", "no such invitation")
	}
	return list[0], nil
}

// PutInvite keeps an invitation.
func (tx *Tx) PutInvite(i coop.Invite) error {
	_, err := tx.exec(`INSERT INTO invite (`+inviteColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, constituency = excluded.constituency, stage = excluded.stage,
			role = excluded.role, made_by = excluded.made_by, created = excluded.created, expires = excluded.expires,
			used = excluded.used, used_by = excluded.used_by, revoked = excluded.revoked`,
		string(i.ID), notNil(i.TokenHash), i.Constituency, i.Stage, string(i.Role), string(i.By), micros(i.Created),
		micros(i.Expires), micros(i.Used), string(i.UsedBy), micros(i.Revoked))
	return err
}

// Invite finds an invitation by the SHA-256 of its token. Class NotFound.
func (s *Store) Invite(ctx context.Context, tokenHash []byte) (coop.Invite, error) {
	return s.at(ctx).Invite(tokenHash)
}

// Invites lists all, latest first.
func (s *Store) Invites(ctx context.Context) ([]coop.Invite, error) {
	return collect(s.at(ctx), scanInvite, `SELECT `+inviteColumns+` FROM invite ORDER BY created DESC, id DESC`)
}

// Entry is a line of the audit trail.
type Entry struct {
	Seq     int64
	At      time.Time
	Who     string
	What    string
	Subject string
}

// Audit notes who did what.
func (tx *Tx) Audit(at time.Time, by coop.Actor, what, subject string) error {
	_, err := tx.exec(`INSERT INTO audit (at, who, what, subject) VALUES ($1, $2, $3, $4)`, micros(at), storable(by.String()), storable(what), storable(subject))
	return err
}

// Audits lists the audit trail before an entry (0: from the latest on), latest first.
func (s *Store) Audits(ctx context.Context, before int64, n int) ([]Entry, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	return collect(s.at(ctx), func(scan func(...any) error) (e Entry, err error) {
		var at int64
		err = scan(&e.Seq, &at, &e.Who, &e.What, &e.Subject)
		e.At = fromMicros(at)
		return e, err
	}, `SELECT seq, at, who, what, subject FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2`, before, n)
}

// Setting reads a small value kept with the node, "" when there is none.
func (s *Store) Setting(ctx context.Context, name string) (value string, err error) {
	err = s.at(ctx).queryRow(`SELECT value FROM setting WHERE name = $1`, storable(name)).scan("setting.unknown", &value)
	if err != nil && coop.ClassOf(err) == coop.NotFound {
		return "", nil
	}
	return value, err
}

// SetSetting keeps a small value.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO setting (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
}
