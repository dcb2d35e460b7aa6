package store

import (
	"context"

	"toadlane/coop"
)

const accountColumns = `person, email, password_hash, role, language, disabled, created`

func scanAccount(scan func(...any) error) (a coop.Account, err error) {
	var created int64
	var disabled int
	err = scan(&a.Person, &a.Email, &a.PasswordHash, &a.Role, &a.Language, &disabled, &created)
	a.Disabled, a.Created = disabled != 0, fromMicros(created)
	return a, err
}

// account reads one account with its passkeys.
func (tx *Tx) account(where string, key any) (coop.Account, error) {
	list, err := collect(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE `+where+tx.hold(), key)
	if err != nil {
		return coop.Account{}, err
	}
	if len(list) == 0 {
		return coop.Account{}, coop.Errorf(coop.NotFound, "account.unknown", "no such account")
	}
	a := list[0]
	a.Passkeys, err = collect(tx, scanPasskey, `SELECT id, name, data, created, last_used FROM passkey
		WHERE person = $1 ORDER BY position`, string(a.Person))
	return a, err
}

func scanPasskey(scan func(...any) error) (k coop.Passkey, err error) {
	var created, used int64
	err = scan(&k.ID, &k.Name, &k.Data, &created, &used)
	k.Created, k.LastUsed = fromMicros(created), fromMicros(used)
	return k, err
}

// Account gives how a person signs in. Class NotFound.
func (tx *Tx) Account(person coop.ID) (coop.Account, error) {
	return tx.account(`person = $1`, string(person))
}

// AccountByEmail finds an account by its address in lower case. Class NotFound.
func (tx *Tx) AccountByEmail(email string) (coop.Account, error) {
	return tx.account(`email = $1`, storable(email))
}

// PutAccount keeps an account with its passkeys. Class Conflict when another has the address or a passkey.
func (tx *Tx) PutAccount(a coop.Account) error {
	_, err := tx.exec(`INSERT INTO account (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (person) DO UPDATE SET email = excluded.email, password_hash = excluded.password_hash, role = excluded.role,
			language = excluded.language, disabled = excluded.disabled, created = excluded.created`,
		string(a.Person), a.Email, a.PasswordHash, string(a.Role), a.Language, flag(a.Disabled), micros(a.Created))
	if err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM passkey WHERE person = $1`, string(a.Person)); err != nil {
		return err
	}
	for i, k := range a.Passkeys {
		if _, err := tx.exec(`INSERT INTO passkey (id, person, position, name, data, created, last_used) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			k.ID, string(a.Person), i, k.Name, notNil(k.Data), micros(k.Created), micros(k.LastUsed)); err != nil {
			return err
		}
	}
	return nil
}

// notNil keeps an empty value from becoming NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// CountStewards counts enabled accounts that may look after the node.
func (tx *Tx) CountStewards() (n int, err error) {
	err = tx.queryRow(`SELECT count(*) FROM account WHERE role = $1 AND disabled = 0`, string(coop.RoleSteward)).scan("", &n)
	return n, err
}

// Account gives how a person signs in. Class NotFound.
func (s *Store) Account(ctx context.Context, person coop.ID) (coop.Account, error) {
	return s.at(ctx).Account(person)
}

// AccountByEmail finds an account by its address in lower case. Class NotFound.
func (s *Store) AccountByEmail(ctx context.Context, email string) (coop.Account, error) {
	return s.at(ctx).AccountByEmail(email)
}

// AccountByPasskey finds the account that a credential opens. Class NotFound.
func (s *Store) AccountByPasskey(ctx context.Context, credential []byte) (coop.Account, error) {
	return s.at(ctx).account(`person = (SELECT person FROM passkey WHERE id = $1)`, notNil(credential))
}

// Accounts lists all, by address.
func (s *Store) Accounts(ctx context.Context) ([]coop.Account, error) {
	tx := s.at(ctx)
	list, err := collect(tx, scanAccount, `SELECT `+accountColumns+` FROM account ORDER BY email`)
	if err != nil {
		return nil, err
	}
	byPerson := make(map[coop.ID]*coop.Account, len(list))
	for i := range list {
		byPerson[list[i].Person] = &list[i]
	}
	_, err = collect(tx, func(scan func(...any) error) (none struct{}, err error) {
		var person coop.ID
		k, err := scanPasskey(func(into ...any) error { return scan(append([]any{&person}, into...)...) })
		if a := byPerson[person]; a != nil && err == nil {
			a.Passkeys = append(a.Passkeys, k)
		}
		return none, err
	}, `SELECT person, id, name, data, created, last_used FROM passkey ORDER BY person, position`)
	return list, err
}
