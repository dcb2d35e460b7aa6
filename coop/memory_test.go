package coop_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"toadlane/coop"
)

// memory is a Store in memory: a transaction works on copies, which take effect when it ends well.
type memory struct {
	writing    sync.Mutex
	reading    sync.RWMutex
	now        tables
	failAppend bool
}

type tables struct {
	founded   bool
	coop      coop.Coop
	people    map[coop.ID]coop.Person
	accounts  map[coop.ID]coop.Account
	registers map[coop.ID]coop.Register
	invites   map[string]coop.Invite
	ended     []string // sessions ended: person and the hash of the one kept
	audit     []string
	events    []coop.Event
	letters   []coop.Letter
	notify    map[coop.ID]coop.Notify
}

func (t tables) copied() tables {
	t.people, t.accounts, t.registers, t.invites = maps.Clone(t.people), maps.Clone(t.accounts), maps.Clone(t.registers), maps.Clone(t.invites)
	t.ended, t.audit, t.events, t.letters = slices.Clip(t.ended), slices.Clip(t.audit), slices.Clip(t.events), slices.Clip(t.letters)
	t.notify = maps.Clone(t.notify)
	return t
}

func (m *memory) Write(_ context.Context, fn func(coop.Tx) error) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	tx := &memoryTx{m.read(), m.failAppend}
	if err := fn(tx); err != nil {
		return err
	}
	m.reading.Lock()
	defer m.reading.Unlock()
	m.now = tx.tables
	return nil
}

func (m *memory) read() tables {
	m.reading.RLock()
	defer m.reading.RUnlock()
	return m.now.copied()
}

type memoryTx struct {
	tables
	failAppend bool
}

func unknown(what any) error { return coop.Errorf(coop.NotFound, "row.unknown", "%v", what) }

func (t *memoryTx) Coop() (coop.Coop, error) {
	if !t.founded {
		return coop.Coop{}, unknown("coop")
	}
	return t.coop, nil
}
func (t *memoryTx) PutCoop(c coop.Coop) error { t.coop, t.founded = c, true; return nil }
func (t *memoryTx) Person(id coop.ID) (coop.Person, error) {
	if p, ok := t.people[id]; ok {
		return p, nil
	}
	return coop.Person{}, unknown(id)
}
func (t *memoryTx) PersonByHandle(handle string) (coop.Person, error) {
	for _, p := range t.people {
		if p.Handle == handle {
			return p, nil
		}
	}
	return coop.Person{}, unknown(handle)
}
func (t *memoryTx) PutPerson(p coop.Person) error { t.people[p.ID] = p; return nil }
func (t *memoryTx) DropPerson(id coop.ID) error {
	delete(t.people, id)
	delete(t.accounts, id)
	delete(t.registers, id)
	return nil
}
func (t *memoryTx) Account(id coop.ID) (coop.Account, error) {
	if a, ok := t.accounts[id]; ok {
		return a, nil
	}
	return coop.Account{}, unknown(id)
}
func (t *memoryTx) AccountByEmail(email string) (coop.Account, error) {
	for _, a := range t.accounts {
		if a.Email == email {
			return a, nil
		}
	}
	return coop.Account{}, unknown(email)
}
func (t *memoryTx) PutAccount(a coop.Account) error   { t.accounts[a.Person] = a; return nil }
func (t *memoryTx) PutRegister(r coop.Register) error { t.registers[r.Person] = r; return nil }
func (t *memoryTx) Invite(hash []byte) (coop.Invite, error) {
	if i, ok := t.invites[string(hash)]; ok {
		return i, nil
	}
	return coop.Invite{}, unknown("invite")
}
func (t *memoryTx) InviteByID(id coop.ID) (coop.Invite, error) {
	for _, i := range t.invites {
		if i.ID == id {
			return i, nil
		}
	}
	return coop.Invite{}, unknown("invite")
}
func (t *memoryTx) PutInvite(i coop.Invite) error { t.invites[string(i.TokenHash)] = i; return nil }
func (t *memoryTx) CountStewards() (n int, err error) {
	for _, a := range t.accounts {
		if a.Role == coop.RoleSteward && !a.Disabled {
			n++
		}
	}
	return n, nil
}
func (t *memoryTx) EndSessions(id coop.ID, but []byte) error {
	t.ended = append(t.ended, fmt.Sprintf("%s but %s", id, but))
	return nil
}
func (t *memoryTx) Audit(_ time.Time, by coop.Actor, what, subject string) error {
	t.audit = append(t.audit, by.String()+" "+what+" "+subject)
	return nil
}

var errAppend = errors.New("the queue is full")

func (t *memoryTx) Append(e coop.Event) error {
	if t.failAppend {
		return errAppend
	}
	t.events = append(t.events, e)
	return nil
}

func (t *memoryTx) PutLetter(l coop.Letter) error {
	for _, o := range t.letters {
		if o.Kind == l.Kind && o.Person == l.Person && o.Email == l.Email && o.Subject == l.Subject {
			return nil
		}
	}
	t.letters = append(t.letters, l)
	return nil
}

func (t *memoryTx) Notify(person coop.ID) (coop.Notify, error) {
	if n, ok := t.notify[person]; ok {
		return n, nil
	}
	return coop.DefaultNotify(), nil
}

func (t *memoryTx) PutNotify(person coop.ID, n coop.Notify) error {
	t.notify[person] = n
	return nil
}

func (m *memory) Notify(_ context.Context, person coop.ID) (coop.Notify, error) {
	return m.tx().Notify(person)
}

func (m *memory) tx() *memoryTx { return &memoryTx{m.read(), false} }

func (m *memory) Coop(context.Context) (coop.Coop, error) { return m.tx().Coop() }
func (m *memory) Person(_ context.Context, id coop.ID) (coop.Person, error) {
	return m.tx().Person(id)
}
func (m *memory) PersonByHandle(_ context.Context, h string) (coop.Person, error) {
	return m.tx().PersonByHandle(h)
}
func (m *memory) People(context.Context) ([]coop.Person, error) {
	return (&memoryTx{tables: m.read()}).People()
}
func (t *memoryTx) People() ([]coop.Person, error) {
	return slices.SortedFunc(maps.Values(t.people), func(a, b coop.Person) int {
		return cmp.Or(cmp.Compare(a.DisplayName, b.DisplayName), cmp.Compare(a.ID, b.ID))
	}), nil
}
func (m *memory) Account(_ context.Context, id coop.ID) (coop.Account, error) {
	return m.tx().Account(id)
}
func (m *memory) AccountByEmail(_ context.Context, e string) (coop.Account, error) {
	return m.tx().AccountByEmail(e)
}
func (m *memory) AccountByPasskey(_ context.Context, id []byte) (coop.Account, error) {
	for _, a := range m.read().accounts {
		for _, k := range a.Passkeys {
			if string(k.ID) == string(id) {
				return a, nil
			}
		}
	}
	return coop.Account{}, unknown("passkey")
}
func (m *memory) Accounts(context.Context) ([]coop.Account, error) {
	return slices.Collect(maps.Values(m.read().accounts)), nil
}
func (m *memory) Register(context.Context) ([]coop.Register, error) {
	return slices.Collect(maps.Values(m.read().registers)), nil
}
func (m *memory) Invite(_ context.Context, hash []byte) (coop.Invite, error) {
	return m.tx().Invite(hash)
}
func (m *memory) Invites(context.Context) ([]coop.Invite, error) {
	return slices.Collect(maps.Values(m.read().invites)), nil
}
func (m *memory) Setting(context.Context, string) (string, error) { return "", nil }
func (m *memory) SetSetting(context.Context, string, string) error {
	return nil
}

var (
	_    coop.Store = (*memory)(nil)
	noon            = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

// node is a co-op in memory, with a clock that stands.
type node struct {
	*coop.Service
	*memory
	founder coop.Person
}

func bare() *node {
	m := &memory{now: tables{notify: map[coop.ID]coop.Notify{}, people: map[coop.ID]coop.Person{}, accounts: map[coop.ID]coop.Account{}, registers: map[coop.ID]coop.Register{},
		invites: map[string]coop.Invite{}}}
	var mu sync.Mutex
	n := 0
	s := &coop.Service{Store: m, Now: func() time.Time { return noon }, Fuzz: secret, NewID: func() coop.ID {
		mu.Lock()
		defer mu.Unlock()
		n++
		return coop.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", n))
	}}
	return &node{Service: s, memory: m}
}

func bakery() coop.Coop {
	return coop.Coop{Handle: "bakery", Name: "The Bakery", OrgType: "OS60", Languages: []string{"en"}, Currency: "EUR",
		Licence: "CC-BY-SA-4.0", TimeZone: "Europe/Brussels"}
}

// founded is a node whose co-op is set up by ada.
func founded(t *testing.T) *node {
	t.Helper()
	n := bare()
	_, p, err := n.Setup(t.Context(), bakery(), coop.Founder{Person: coop.Person{Handle: "ada", DisplayName: "Ada"}, Email: "ada@bakery.example"})
	if err != nil {
		t.Fatal(err)
	}
	n.founder = p
	return n
}

func (n *node) ada() coop.Actor { return coop.Member(n.founder.ID, coop.RoleSteward) }

// add makes a member named handle.
func (n *node) add(t *testing.T, handle string, role coop.Role, consent map[coop.Field]coop.Visibility) coop.Person {
	t.Helper()
	p, err := n.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: handle, DisplayName: handle, Consent: consent},
		handle+"@bakery.example", "", "", role)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// kinds lists the events since the first skip of them.
func (n *node) kinds(skip int) (out []coop.EventKind) {
	for _, e := range n.read().events[skip:] {
		out = append(out, e.Kind)
	}
	return out
}
