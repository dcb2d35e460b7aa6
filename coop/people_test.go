package coop_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

func want(t *testing.T, err error, class coop.Class, key string) {
	t.Helper()
	if err == nil || coop.ClassOf(err) != class || coop.KeyOf(err) != key {
		t.Errorf("got %v (class %d, key %s), want class %d, key %s", err, coop.ClassOf(err), coop.KeyOf(err), class, key)
	}
}

func TestSetupOnce(t *testing.T) {
	t.Parallel()
	n := bare()
	exact := point(51.054321, 3.717412)
	c := bakery()
	c.Place.Exact = &exact
	f := coop.Founder{Person: coop.Person{Handle: "ada", DisplayName: "Ada"}, Email: " Ada@Bakery.example", PasswordHash: "hash"}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, _, err := n.Setup(t.Context(), c, f); err == nil {
				won.Add(1)
			} else if coop.KeyOf(err) != "setup.done" || coop.ClassOf(err) != coop.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := n.read()
	if won.Load() != 1 || len(got.people) != 1 || len(got.accounts) != 1 || len(got.registers) != 1 {
		t.Errorf("%d set-ups took, %d people", won.Load(), len(got.people))
	}
	for id, a := range got.accounts {
		if a.Email != "ada@bakery.example" || a.Role != coop.RoleSteward || got.registers[id].Email != a.Email {
			t.Errorf("%+v", a)
		}
	}
	if got.coop.Place.Public == nil || *got.coop.Place.Public != coop.Fuzz(secret, exact, 1) {
		t.Errorf("public point %v", got.coop.Place.Public)
	}
	if len(got.coop.Stages) == 0 || len(got.coop.Constituencies) == 0 || got.coop.ID == "" || !got.coop.Created.Equal(noon) {
		t.Errorf("%+v", got.coop)
	}
	if d := cmp.Diff([]string{"system:setup coop.founded bakery"}, got.audit); d != "" {
		t.Error(d)
	}
}

func TestSetupNamesAllFaults(t *testing.T) {
	t.Parallel()
	n := bare()
	_, _, err := n.Setup(t.Context(), coop.Coop{Handle: "x", Name: "X", OrgType: "OS60", Languages: []string{"en"}, Currency: "EUR", Licence: "CC0-1.0"},
		coop.Founder{Person: coop.Person{Handle: "x"}, Email: "nobody"})
	if d := cmp.Diff([]string{"time_zone zone.unknown", "display_name field.required", "email email.invalid", "handle handle.taken"}, fieldNames(err)); d != "" {
		t.Error(d)
	}
	if n.read().founded {
		t.Error("founded all the same")
	}
}

func TestUpdateCoop(t *testing.T) {
	t.Parallel()
	n := founded(t)
	before := n.read().coop
	for _, by := range []coop.Actor{coop.Anonymous(), coop.Remote("https://a.example/")} {
		_, err := n.UpdateCoop(t.Context(), by, before)
		want(t, err, coop.Unauthenticated, "login.required")
	}
	_, err := n.UpdateCoop(t.Context(), coop.Member("x", coop.RoleMember), before)
	want(t, err, coop.Forbidden, "steward.only")
	exact := point(51.054321, 3.717412)
	c := bakery()
	c.Handle, c.ID, c.Name, c.Place.Exact = "other", "other", "Bread for all", &exact
	if _, err := n.UpdateCoop(t.Context(), n.ada(), c); err != nil {
		t.Fatal(err)
	}
	got := n.read()
	if got.coop.Handle != "bakery" || got.coop.ID != before.ID || got.coop.Name != "Bread for all" || !got.coop.Updated.After(before.Updated) ||
		got.coop.Place.Exact == nil {
		t.Errorf("%+v", got.coop)
	}
	told := got.events[0].Snapshot.(coop.Coop)
	if len(got.events) != 1 || got.events[0].Kind != coop.CoopChanged || told.Place.Exact != nil || told.Place.Public == nil {
		t.Errorf("told %+v", got.events)
	}
	c.Currency = ""
	_, err = n.UpdateCoop(t.Context(), n.ada(), c)
	want(t, err, coop.Invalid, "currency.unknown")
	n.failAppend = true
	c.Currency, c.Name = "EUR", "Unheard"
	if _, err := n.UpdateCoop(t.Context(), n.ada(), c); !errors.Is(err, errAppend) || n.read().coop.Name != "Bread for all" || len(n.read().audit) != 2 {
		t.Errorf("%v left %q and %d notes", err, n.read().coop.Name, len(n.read().audit))
	}
}

func invite(t *testing.T, n *node, token string, i coop.Invite) []byte {
	t.Helper()
	h := sha256.Sum256([]byte(token))
	i.TokenHash = h[:]
	if i.Role == "" {
		i.Role = coop.RoleMember
	}
	if _, err := n.InvitePerson(t.Context(), n.ada(), i); err != nil {
		t.Fatal(err)
	}
	return h[:]
}

func TestInvite(t *testing.T) {
	t.Parallel()
	n := founded(t)
	h := make([]byte, 32)
	for by, key := range map[coop.Actor]string{coop.Anonymous(): "login.required", coop.Member("x", coop.RoleMember): "steward.only"} {
		if _, err := n.InvitePerson(t.Context(), by, coop.Invite{TokenHash: h, Role: coop.RoleMember}); coop.KeyOf(err) != key {
			t.Errorf("%s: %v", by, err)
		}
	}
	for name, i := range map[string]coop.Invite{"no role": {TokenHash: h}, "unknown role": {TokenHash: h, Role: "root"},
		"the token itself": {TokenHash: []byte("secret"), Role: coop.RoleMember}, "stage": {TokenHash: h, Role: coop.RoleMember, Stage: "boss"},
		"constituency": {TokenHash: h, Role: coop.RoleMember, Constituency: "boss"}} {
		if _, err := n.InvitePerson(t.Context(), n.ada(), i); coop.ClassOf(err) != coop.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	i, err := n.InvitePerson(t.Context(), n.ada(), coop.Invite{TokenHash: h, Role: coop.RoleMember, Used: noon, UsedBy: "x", Expires: noon.AddDate(9, 0, 0)})
	if err != nil || !i.Used.IsZero() || i.UsedBy != "" || !i.Expires.Equal(noon.AddDate(0, 0, coop.InviteDays)) || i.By != n.founder.ID {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestJoinOnceOfTwenty(t *testing.T) {
	t.Parallel()
	n := founded(t)
	h := invite(t, n, "one", coop.Invite{Constituency: "worker", Stage: "trial", Role: coop.RoleMember})
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			p := coop.Person{Handle: fmt.Sprint("ben", i), DisplayName: "Ben", Stage: "member", Since: noon.AddDate(-9, 0, 0)}
			got, err := n.Join(t.Context(), h, p, fmt.Sprintf("ben%d@bakery.example", i), "", "en")
			if err == nil {
				won.Add(1)
				if got.Stage != "trial" || got.Constituency != "worker" || !got.Since.Equal(noon) {
					t.Errorf("joined as %+v", got)
				}
			} else if coop.ClassOf(err) != coop.NotFound || coop.KeyOf(err) != "invite.unknown" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := n.read(); won.Load() != 1 || len(got.people) != 2 || len(got.accounts) != 2 || len(got.registers) != 2 {
		t.Errorf("%d joined, %d people", won.Load(), len(got.people))
	}
}

func TestJoinRefused(t *testing.T) {
	t.Parallel()
	n := founded(t)
	h := invite(t, n, "one", coop.Invite{})
	join := func(hash []byte, handle, email string) error {
		_, err := n.Join(t.Context(), hash, coop.Person{Handle: handle, DisplayName: "Ben"}, email, "", "")
		return err
	}
	for _, c := range []struct{ handle, email, want string }{
		{"ada", "ben@bakery.example", "handle handle.taken"},
		{"bakery", "ben@bakery.example", "handle handle.taken"},
		{"ben", "ADA@bakery.example ", "email email.taken"},
		{"ben", "ben", "email email.invalid"},
		{"Ben", "ben@bakery.example", "handle handle.invalid"},
	} {
		if d := cmp.Diff([]string{c.want}, fieldNames(join(h, c.handle, c.email))); d != "" {
			t.Errorf("%+v: %s", c, d)
		}
	}
	if d := cmp.Diff([]string{"handle handle.taken", "email email.taken"}, fieldNames(join(h, "ada", "ada@bakery.example"))); d != "" {
		t.Error(d)
	}
	want(t, join([]byte("guessed"), "ben", "ben@bakery.example"), coop.NotFound, "invite.unknown")
	n.Now = func() time.Time { return noon.AddDate(0, 0, coop.InviteDays).Add(time.Second) }
	want(t, join(h, "ben", "ben@bakery.example"), coop.NotFound, "invite.unknown")
	n.Now = func() time.Time { return noon.AddDate(0, 0, coop.InviteDays) }
	if err := join(h, "ben", "ben@bakery.example"); err != nil {
		t.Errorf("the last moment, after many refusals: %v", err)
	}
}

func TestAddPerson(t *testing.T) {
	t.Parallel()
	n := founded(t)
	all := map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone}
	add := func(by coop.Actor, handle string, role coop.Role) (coop.Person, error) {
		return n.AddPerson(t.Context(), by, coop.Person{Handle: handle, DisplayName: handle, Consent: all}, handle+"@a.example", "", "", role)
	}
	_, err := add(coop.Anonymous(), "x", coop.RoleMember)
	want(t, err, coop.Unauthenticated, "login.required")
	_, err = add(coop.Member("x", coop.RoleMember), "x", coop.RoleMember)
	want(t, err, coop.Forbidden, "steward.only")
	_, err = add(n.ada(), "x", "root")
	want(t, err, coop.Invalid, "choice.unknown")
	if p, err := add(n.ada(), "ben", coop.RoleMember); err != nil || p.Public() {
		t.Errorf("a steward consented for somebody: %+v, %v", p, err)
	}
	if k := n.kinds(0); k != nil {
		t.Errorf("told of somebody who did not consent: %v", k)
	}
	if p, err := add(coop.System("demo"), "cat", coop.RoleMember); err != nil || !p.Public() {
		t.Errorf("%+v, %v", p, err)
	}
	if d := cmp.Diff([]coop.EventKind{coop.PersonPublished}, n.kinds(0)); d != "" {
		t.Error(d)
	}
}

func TestUpdatePerson(t *testing.T) {
	t.Parallel()
	n := founded(t)
	ben, cat := n.add(t, "ben", coop.RoleMember, nil), n.add(t, "cat", coop.RoleMember, nil)
	asBen := coop.Member(ben.ID, coop.RoleMember)
	for by, key := range map[coop.Actor]string{coop.Anonymous(): "login.required", coop.Remote("https://a.example/"): "login.required",
		coop.Member(cat.ID, coop.RoleMember): "person.not_you"} {
		if _, err := n.UpdatePerson(t.Context(), by, ben); coop.KeyOf(err) != key {
			t.Errorf("%s: %v", by, err)
		}
	}
	_, err := n.UpdatePerson(t.Context(), n.ada(), coop.Person{ID: "nobody"})
	want(t, err, coop.NotFound, "row.unknown")

	p := ben
	p.Handle, p.DisplayName, p.Stage, p.Constituency, p.Since, p.Created = "other", "Benjamin", "member", "worker", time.Time{}, time.Time{}
	got, err := n.UpdatePerson(t.Context(), asBen, p)
	if err != nil || got.Handle != "ben" || got.Stage != "" || got.Constituency != "" || !got.Since.Equal(ben.Since) || !got.Created.Equal(ben.Created) ||
		got.DisplayName != "Benjamin" || !got.Updated.After(ben.Updated) {
		t.Errorf("by himself: %+v, %v", got, err)
	}
	p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone}
	got, err = n.UpdatePerson(t.Context(), n.ada(), p)
	if err != nil || got.Stage != "member" || got.Constituency != "worker" || got.Public() || len(n.kinds(0)) != 0 {
		t.Errorf("by a steward: %+v, %v, told %v", got, err, n.kinds(0))
	}
}

// TestConsentIsToldAtOnce is invariant 10.
func TestConsentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	n := founded(t)
	ben := n.add(t, "ben", coop.RoleMember, nil)
	asBen := coop.Member(ben.ID, coop.RoleMember)
	save := func(edit func(*coop.Person)) []coop.EventKind {
		t.Helper()
		p, err := n.Person(t.Context(), ben.ID)
		if err != nil {
			t.Fatal(err)
		}
		edit(&p)
		before := len(n.kinds(0))
		if _, err := n.UpdatePerson(t.Context(), asBen, p); err != nil {
			t.Fatal(err)
		}
		return n.kinds(before)
	}
	consent := func(listed, area coop.Visibility) func(*coop.Person) {
		return func(p *coop.Person) {
			p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: listed, coop.FieldArea: area}
		}
	}
	published, withdrawn := []coop.EventKind{coop.PersonPublished}, []coop.EventKind{coop.PersonWithdrawn}
	for _, step := range []struct {
		name string
		edit func(*coop.Person)
		want []coop.EventKind
	}{
		{"private words", func(p *coop.Person) { p.Area = "Dampoort" }, nil},
		{"a field without being listed", consent(coop.CoopOnly, coop.Everyone), nil},
		{"listed", consent(coop.Everyone, coop.CoopOnly), published},
		{"nothing new", func(*coop.Person) {}, nil},
		{"private words of somebody public", func(p *coop.Person) { p.Area, p.About = "Muide", "secret" }, nil},
		{"a field more", consent(coop.Everyone, coop.Everyone), published},
		{"public words", func(p *coop.Person) { p.Area = "Sluizeken" }, published},
		{"a field less", consent(coop.Everyone, coop.Peers), published},
		{"not listed", consent(coop.Peers, coop.Peers), withdrawn},
		{"still not", consent(coop.OnlyMe, coop.OnlyMe), nil},
		{"again", consent(coop.Everyone, coop.OnlyMe), published},
	} {
		if d := cmp.Diff(step.want, save(step.edit)); d != "" {
			t.Errorf("%s: %s", step.name, d)
		}
	}
	// What was told at each step holds no more than was given at that step.
	for _, e := range n.read().events {
		v := e.Snapshot.(coop.PersonView)
		if v.About != "" || e.Kind == coop.PersonWithdrawn && (v.Area != "" || v.DisplayName != "" || v.Handle != "ben" || v.ID != ben.ID) || e.Subject != string(ben.ID) {
			t.Errorf("%s told %+v", e.Kind, v)
		}
	}
	areas := []string{}
	for _, e := range n.read().events {
		areas = append(areas, e.Snapshot.(coop.PersonView).Area)
	}
	if d := cmp.Diff([]string{"", "Muide", "Sluizeken", "", "", ""}, areas); d != "" {
		t.Error(d)
	}

	n.failAppend = true
	p, _ := n.Person(t.Context(), ben.ID)
	p.Consent = nil
	if _, err := n.UpdatePerson(t.Context(), asBen, p); !errors.Is(err, errAppend) {
		t.Error(err)
	}
	if p, _ := n.Person(t.Context(), ben.ID); !p.Public() {
		t.Error("saved though nobody can be told")
	}
}

func TestRemovePerson(t *testing.T) {
	t.Parallel()
	n := founded(t)
	ben := n.add(t, "ben", coop.RoleMember, map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone})
	cat := n.add(t, "cat", coop.RoleMember, nil)
	told := len(n.kinds(0))
	for _, id := range []coop.ID{ben.ID, ""} {
		want(t, n.RemovePerson(t.Context(), coop.Anonymous(), id), coop.Unauthenticated, "login.required")
	}
	want(t, n.RemovePerson(t.Context(), coop.Member(cat.ID, coop.RoleMember), ben.ID), coop.Forbidden, "steward.only")
	want(t, n.RemovePerson(t.Context(), n.ada(), n.founder.ID), coop.Conflict, "steward.last")
	if err := n.RemovePerson(t.Context(), coop.Member(ben.ID, coop.RoleMember), ben.ID); err != nil {
		t.Fatal(err)
	}
	if err := n.RemovePerson(t.Context(), n.ada(), cat.ID); err != nil {
		t.Fatal(err)
	}
	got := n.read()
	if len(got.people) != 1 || len(got.accounts) != 1 || len(got.registers) != 1 {
		t.Errorf("left behind: %d people, %d accounts, %d of the register", len(got.people), len(got.accounts), len(got.registers))
	}
	if d := cmp.Diff([]coop.EventKind{coop.PersonWithdrawn}, n.kinds(told)); d != "" { // of ben; nobody knew of cat
		t.Error(d)
	}
	want(t, n.RemovePerson(t.Context(), n.ada(), cat.ID), coop.NotFound, "row.unknown")
}

func TestLastSteward(t *testing.T) {
	t.Parallel()
	n := founded(t)
	bea := n.add(t, "bea", coop.RoleSteward, nil)
	set := func(id coop.ID, fn func(*coop.Account)) error {
		return n.ChangeAccount(t.Context(), coop.System("test"), id, nil, "account.changed", func(a *coop.Account) error { fn(a); return nil })
	}
	disable := func(a *coop.Account) { a.Disabled = true }
	demote := func(a *coop.Account) { a.Role = coop.RoleMember }
	if err := set(bea.ID, disable); err != nil {
		t.Fatal(err)
	}
	want(t, set(n.founder.ID, disable), coop.Conflict, "steward.last")
	want(t, set(n.founder.ID, demote), coop.Conflict, "steward.last")
	want(t, n.RemovePerson(t.Context(), n.ada(), n.founder.ID), coop.Conflict, "steward.last")
	// A steward who is disabled already is not the last one.
	if err := set(bea.ID, demote); err != nil {
		t.Errorf("demote a disabled steward: %v", err)
	}
	cas := n.add(t, "cas", coop.RoleSteward, nil)
	if err := set(cas.ID, disable); err != nil {
		t.Fatal(err)
	}
	if err := n.RemovePerson(t.Context(), n.ada(), cas.ID); err != nil {
		t.Errorf("remove a disabled steward: %v", err)
	}
	// Two stewards demote one another at once: one stays.
	dan := n.add(t, "dan", coop.RoleSteward, nil)
	var wg sync.WaitGroup
	var done atomic.Int32
	for _, id := range []coop.ID{n.founder.ID, dan.ID} {
		wg.Go(func() {
			if set(id, demote) == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if left, _ := n.tx().CountStewards(); left != 1 || done.Load() != 1 {
		t.Errorf("%d stewards left, %d demoted", left, done.Load())
	}
}

func TestChangeAccount(t *testing.T) {
	t.Parallel()
	n := founded(t)
	ben, cat := n.add(t, "ben", coop.RoleMember, nil), n.add(t, "cat", coop.RoleMember, nil)
	asBen := coop.Member(ben.ID, coop.RoleMember)
	change := func(by coop.Actor, id coop.ID, fn func(*coop.Account)) error {
		return n.ChangeAccount(t.Context(), by, id, []byte("kept"), "account.password", func(a *coop.Account) error { fn(a); return nil })
	}
	password := func(a *coop.Account) { a.PasswordHash = "new" }
	want(t, change(coop.Anonymous(), ben.ID, password), coop.Unauthenticated, "login.required")
	want(t, change(coop.Anonymous(), "", password), coop.Unauthenticated, "login.required")
	want(t, change(asBen, cat.ID, password), coop.Forbidden, "steward.only")
	want(t, change(asBen, ben.ID, func(a *coop.Account) { a.Role = coop.RoleSteward }), coop.Forbidden, "steward.only")
	want(t, change(asBen, ben.ID, func(a *coop.Account) { a.Disabled = true }), coop.Forbidden, "steward.only")
	want(t, change(n.ada(), ben.ID, func(a *coop.Account) { a.Role = "root" }), coop.Forbidden, "steward.only")
	want(t, change(asBen, ben.ID, func(a *coop.Account) { a.Email = "CAT@bakery.example" }), coop.Invalid, "email.taken")
	want(t, change(asBen, ben.ID, func(a *coop.Account) { a.Email = "cat" }), coop.Invalid, "email.invalid")
	stop := errors.New("wrong password")
	if err := n.ChangeAccount(t.Context(), asBen, ben.ID, nil, "x", func(*coop.Account) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	if got := n.read(); len(got.ended) != 0 || got.accounts[ben.ID].PasswordHash != "" {
		t.Fatalf("a refusal left %v, %+v", got.ended, got.accounts[ben.ID])
	}
	if err := change(asBen, ben.ID, password); err != nil {
		t.Fatal(err)
	}
	if err := change(asBen, ben.ID, func(a *coop.Account) { a.Email, a.Person = " Ben2@Bakery.example", cat.ID }); err != nil {
		t.Fatal(err)
	}
	got := n.read()
	if a := got.accounts[ben.ID]; a.PasswordHash != "new" || a.Email != "ben2@bakery.example" || got.accounts[cat.ID].Email != "cat@bakery.example" {
		t.Errorf("%+v", got.accounts)
	}
	if one := string(ben.ID) + " but kept"; !slices.Equal(got.ended, []string{one, one}) {
		t.Errorf("sessions ended: %q", got.ended)
	}
	if got.audit[len(got.audit)-1] != "member:"+string(ben.ID)+" account.password "+string(ben.ID) {
		t.Errorf("audit %q", got.audit)
	}
}
