package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/store"
)

func sampleCoop() coop.Coop {
	at := coop.Point{Lat: 51_234_567, Lon: -2_345_678}
	return coop.Coop{ID: newID(), Handle: "bakery", Name: "Bread & Roses 🥖", Purpose: coop.Text{"en": "We bake", "es": "Horneamos pan"},
		OrgType: "OS60", Place: coop.Place{Name: "Brizzle", Exact: &at, Public: &coop.Point{Lat: 51_240_000, Lon: -2_340_000}, RadiusKm: 2},
		Languages: []string{"en", "es"}, Currency: "GBP", Licence: "CC-BY-SA-4.0", Links: []coop.Link{{Name: "shop", URL: "https://b.example/"}},
		TimeZone: "Europe/London", HoldFollows: true, Constituencies: coop.DefaultConstituencies(), Stages: coop.DefaultStages(),
		Created: day0, Updated: day0.Add(time.Hour)}
}

func samplePerson(handle, name string) coop.Person {
	return coop.Person{ID: newID(), Handle: handle, DisplayName: name, About: "about\nme", Skills: []coop.Skill{{Name: "baking", Level: "teach"}},
		Languages: []string{"en"}, Area: "north", Pronouns: "she/her", Hours: 12, LookingFor: "a mill",
		Photo: coop.Portrait{Alt: "a face"}, Contacts: []coop.Contact{{Kind: "phone", At: "+34 963", Label: "evenings"}},
		Memberships: []coop.Membership{{Name: "The Mill", At: "@mill@mill.example"}}, Constituency: "worker", Stage: "member", Since: day0,
		Consent: map[coop.Field]coop.Visibility{coop.FieldListed: coop.Everyone, coop.FieldAbout: coop.OnlyMe}, Created: day0, Updated: day0}
}

func write(t *testing.T, s *store.Store, fn func(coop.Tx) error) {
	t.Helper()
	ok(t, store.Coop{Store: s}.Write(t.Context(), fn))
}

func testCoop(t *testing.T, s *store.Store) {
	ctx := t.Context()
	_, err := s.Coop(ctx)
	class(t, err, coop.NotFound, "coop.unknown")
	want := sampleCoop()
	write(t, s, func(tx coop.Tx) error {
		if _, err := tx.Coop(); coop.ClassOf(err) != coop.NotFound {
			t.Errorf("in the transaction: %v", err)
		}
		return tx.PutCoop(want)
	})
	if diff := cmp.Diff(want, must(s.Coop(ctx))(t)); diff != "" {
		t.Error(diff)
	}
	want.Name = "Bread"
	write(t, s, func(tx coop.Tx) error {
		if err := tx.PutCoop(want); err != nil {
			return err
		}
		got, err := tx.Coop()
		if got.Name != "Bread" {
			t.Errorf("a transaction does not see its own write: %q", got.Name)
		}
		return err
	})
	if got := must(s.Coop(ctx))(t); got.Name != "Bread" {
		t.Errorf("name is %q", got.Name)
	}
}

func testPeople(t *testing.T, s *store.Store) {
	ctx := t.Context()
	// Order is by folded name, the same in both databases.
	zoe, ada, eva := samplePerson("zoe", "zoë"), samplePerson("ada", "Ada"), samplePerson("eva", "Éva")
	write(t, s, func(tx coop.Tx) error {
		for _, p := range []coop.Person{zoe, ada, eva} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	write(t, s, func(tx coop.Tx) error {
		inside, err := tx.People()
		if diff := cmp.Diff([]coop.Person{ada, eva, zoe}, inside); diff != "" {
			t.Errorf("people in a transaction: %s", diff)
		}
		return err
	})
	if diff := cmp.Diff([]coop.Person{ada, eva, zoe}, must(s.People(ctx))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ada, must(s.Person(ctx, ada.ID))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(eva, must(s.PersonByHandle(ctx, "eva"))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := s.PersonByHandle(ctx, "nobody\x00")
	class(t, err, coop.NotFound, "person.unknown")
	_, err = s.Person(ctx, newID())
	class(t, err, coop.NotFound, "person.unknown")

	account := coop.Account{Person: ada.ID, Email: "ada@b.example", Role: coop.RoleMember, Created: day0, Passkeys: []coop.Passkey{{ID: []byte{1}, Data: []byte{2}}}}
	write(t, s, func(tx coop.Tx) error {
		if err := tx.PutAccount(account); err != nil {
			return err
		}
		return tx.PutRegister(coop.Register{Person: ada.ID, LegalName: "Ada L", Joined: day0})
	})
	write(t, s, func(tx coop.Tx) error { return tx.DropPerson(ada.ID) })
	_, err = s.Person(ctx, ada.ID)
	class(t, err, coop.NotFound, "")
	_, err = s.Account(ctx, ada.ID)
	class(t, err, coop.NotFound, "account.unknown")
	_, err = s.AccountByPasskey(ctx, []byte{1})
	class(t, err, coop.NotFound, "")
	if r := must(s.Register(ctx))(t); len(r) != 0 {
		t.Errorf("the register still holds %v", r)
	}
	class(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error { return tx.DropPerson(ada.ID) }), coop.NotFound, "person.unknown")
}

func testAccounts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ada, ben := samplePerson("ada", "Ada"), samplePerson("ben", "Ben")
	a := coop.Account{Person: ada.ID, Email: "ada@b.example", PasswordHash: "$argon2id$x", Role: coop.RoleSteward, Language: "es", Created: day0,
		Passkeys: []coop.Passkey{{ID: []byte{9, 0, 1}, Name: "phone", Data: []byte{0, 1, 255}, Created: day0, LastUsed: day0.Add(time.Hour)},
			{ID: []byte{1}, Name: "key", Data: []byte("{}"), Created: day0}}}
	b := coop.Account{Person: ben.ID, Email: "ben@b.example", Role: coop.RoleSteward, Disabled: true, Created: day0}
	count := -1
	write(t, s, func(tx coop.Tx) (err error) {
		for _, p := range []coop.Person{ada, ben} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		for _, x := range []coop.Account{b, a} {
			if err := tx.PutAccount(x); err != nil {
				return err
			}
		}
		count, err = tx.CountStewards()
		return err
	})
	if count != 1 {
		t.Errorf("%d stewards, want 1: a disabled account does not count", count)
	}
	for name, got := range map[string]coop.Account{
		"id": must(s.Account(ctx, ada.ID))(t), "mail": must(s.AccountByEmail(ctx, "ada@b.example"))(t),
		"passkey": must(s.AccountByPasskey(ctx, []byte{9, 0, 1}))(t)} {
		if diff := cmp.Diff(a, got); diff != "" {
			t.Errorf("by %s: %s", name, diff)
		}
	}
	_, err := s.AccountByPasskey(ctx, nil)
	class(t, err, coop.NotFound, "")
	_, err = s.AccountByEmail(ctx, "Ada@b.example")
	class(t, err, coop.NotFound, "")
	if diff := cmp.Diff([]coop.Account{a, b}, must(s.Accounts(ctx))(t)); diff != "" {
		t.Error(diff)
	}
	a.Passkeys, a.Email = a.Passkeys[1:], "ada@new.example"
	write(t, s, func(tx coop.Tx) error { return tx.PutAccount(a) })
	if diff := cmp.Diff(a, must(s.Account(ctx, ada.ID))(t)); diff != "" {
		t.Error(diff)
	}
	b.Email = a.Email
	class(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error { return tx.PutAccount(b) }), coop.Conflict, "store.duplicate")
}

func testRegister(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ada, ben := samplePerson("ada", "Ada"), samplePerson("ben", "Ben")
	ra := coop.Register{Person: ada.ID, LegalName: "Ada Lovelace", Address: "1 Street\nTown", Email: "a@b.example", Joined: day0.Add(time.Hour)}
	rb := coop.Register{Person: ben.ID, LegalName: "Ben", Joined: day0, Resigned: day0.Add(48 * time.Hour)}
	write(t, s, func(tx coop.Tx) error {
		for _, p := range []coop.Person{ada, ben} {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		if err := tx.PutRegister(ra); err != nil {
			return err
		}
		if err := tx.PutRegister(coop.Register{Person: ben.ID, LegalName: "?"}); err != nil {
			return err
		}
		return tx.PutRegister(rb)
	})
	if diff := cmp.Diff([]coop.Register{rb, ra}, must(s.Register(ctx))(t)); diff != "" {
		t.Error(diff)
	}
}

func testInvites(t *testing.T, s *store.Store) {
	ctx := t.Context()
	i := coop.Invite{ID: newID(), TokenHash: []byte(strings.Repeat("h", 32)), Constituency: "worker", Stage: "trial", Role: coop.RoleMember,
		By: newID(), Created: day0, Expires: day0.AddDate(0, 0, 14)}
	j := i
	j.ID, j.TokenHash, j.Created = newID(), []byte(strings.Repeat("j", 32)), day0.Add(time.Minute)
	write(t, s, func(tx coop.Tx) error {
		if err := tx.PutInvite(i); err != nil {
			return err
		}
		return tx.PutInvite(j)
	})
	if diff := cmp.Diff([]coop.Invite{j, i}, must(s.Invites(ctx))(t)); diff != "" {
		t.Error(diff)
	}
	i.Used, i.UsedBy = day0.Add(time.Hour), newID()
	write(t, s, func(tx coop.Tx) error {
		got, err := tx.Invite(i.TokenHash)
		if err != nil || !got.Used.IsZero() {
			t.Errorf("invite: %+v, %v", got, err)
		}
		return tx.PutInvite(i)
	})
	if diff := cmp.Diff(i, must(s.Invite(ctx, i.TokenHash))(t)); diff != "" {
		t.Error(diff)
	}
	j.Revoked = day0.Add(2 * time.Hour)
	write(t, s, func(tx coop.Tx) error {
		got, err := tx.InviteByID(j.ID)
		if err != nil || !got.Revoked.IsZero() {
			t.Errorf("invite: %+v, %v", got, err)
		}
		_, err = tx.InviteByID(newID())
		class(t, err, coop.NotFound, "invite.unknown")
		return tx.PutInvite(j)
	})
	if diff := cmp.Diff([]coop.Invite{j, i}, must(s.Invites(ctx))(t)); diff != "" {
		t.Error(diff)
	}
	_, err := s.Invite(ctx, []byte("?"))
	class(t, err, coop.NotFound, "invite.unknown")
	_, err = s.Invite(ctx, nil)
	class(t, err, coop.NotFound, "invite.unknown")
}

func testSettings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	if v := must(s.Setting(ctx, "a"))(t); v != "" {
		t.Errorf("unset is %q", v)
	}
	ok(t, s.SetSetting(ctx, "a", "1"))
	ok(t, s.SetSetting(ctx, "b", "é\n"))
	ok(t, s.SetSetting(ctx, "a", "2"))
	if a, b := must(s.Setting(ctx, "a"))(t), must(s.Setting(ctx, "b"))(t); a != "2" || b != "é\n" {
		t.Errorf("a %q, b %q", a, b)
	}
}

func testAudit(t *testing.T, s *store.Store) {
	ctx := t.Context()
	write(t, s, func(tx coop.Tx) error {
		for i, by := range []coop.Actor{coop.System("setup"), coop.Member("m1", coop.RoleSteward), coop.Remote("https://x.example/a")} {
			if err := tx.Audit(day0.Add(time.Duration(i)*time.Hour), by, "thing.done", "subject"); err != nil {
				return err
			}
		}
		return nil
	})
	all := must(s.Audits(ctx, 0, 2))(t)
	if len(all) != 2 || all[0].Who != "remote:https://x.example/a" || all[1].Who != "member:m1" || !all[1].At.Equal(day0.Add(time.Hour)) {
		t.Fatalf("audits: %+v", all)
	}
	rest := must(s.Audits(ctx, all[1].Seq, 10))(t)
	if len(rest) != 1 || rest[0].Who != "system:setup" || rest[0].What != "thing.done" {
		t.Errorf("the rest: %+v", rest)
	}
	if n := must(s.SweepSessions(ctx, day0.Add(limits.AuditKept)))(t); n != 1 {
		t.Errorf("swept %d, want the one older than two years", n)
	}
}

func testSessions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	later := time.Now().Add(time.Hour)
	if _, found, err := s.FindCtx(ctx, "tok"); found || err != nil {
		t.Fatalf("found %v, %v", found, err)
	}
	ada := newID()
	ok(t, s.Bind(ctx, "tok", ada, "Firefox", time.Now()))
	if _, found, err := s.FindCtx(ctx, "tok"); found || err != nil {
		t.Errorf("a session without data is found: %v, %v", found, err)
	}
	ok(t, s.CommitCtx(ctx, "tok", []byte{0, 1, 2}, later))
	ok(t, s.Commit("other", []byte("x"), later))
	ok(t, s.Bind(ctx, "other", ada, "Safari", time.Now()))
	if b, found, err := s.Find("tok"); !found || err != nil || string(b) != "\x00\x01\x02" {
		t.Fatalf("found %v %v %v", b, found, err)
	}
	ok(t, s.Commit("past", []byte("x"), time.Now().Add(-time.Second)))
	if _, found, _ := s.Find("past"); found {
		t.Error("a session that has run out is found")
	}
	if n := must(s.SweepSessions(ctx, time.Now()))(t); n != 1 {
		t.Errorf("swept %d, want 1", n)
	}
	ok(t, s.Delete("tok"))
	if _, found, _ := s.Find("tok"); found {
		t.Error("a deleted session is found")
	}
	if _, found, _ := s.Find("other"); !found {
		t.Error("another session went with it")
	}
	ok(t, s.DeleteCtx(ctx, "unknown"))
}

// A request that was under way when its session was ended commits at its end, and must not bring the session back.
func testSessionsEnd(t *testing.T, s *store.Store) {
	ctx := t.Context()
	later, ada := time.Now().Add(time.Hour), newID()
	for _, tok := range []string{"keep", "end"} {
		ok(t, s.Bind(ctx, tok, ada, "x", time.Now()))
		ok(t, s.CommitCtx(ctx, tok, []byte(tok), later))
	}
	ok(t, s.CommitCtx(ctx, "stranger", []byte("s"), later))
	write(t, s, func(tx coop.Tx) error { return tx.EndSessions(ada, store.TokenHash("keep")) })
	ok(t, s.CommitCtx(ctx, "end", []byte("again"), later))
	ok(t, s.Bind(ctx, "end", ada, "x", time.Now()))
	for tok, want := range map[string]bool{"keep": true, "end": false, "stranger": true} {
		if _, found, err := s.FindCtx(ctx, tok); found != want || err != nil {
			t.Errorf("session %s: found %v, want %v (%v)", tok, found, want, err)
		}
	}
	write(t, s, func(tx coop.Tx) error { return tx.EndSessions(ada, nil) })
	if _, found, _ := s.FindCtx(ctx, "keep"); found {
		t.Error("nil spares a session")
	}
}

func testRollback(t *testing.T, s *store.Store) {
	ctx := t.Context()
	want := coop.Errorf(coop.Forbidden, "steward.only", "no")
	err := store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error {
		ok(t, tx.PutCoop(sampleCoop()))
		return want
	})
	if err != want {
		t.Errorf("got %v, want the closure's own error", err)
	}
	_, err = s.Coop(ctx)
	class(t, err, coop.NotFound, "")
}

func testNested(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := store.Coop{Store: s}
	var inner error
	ok(t, c.Write(ctx, func(tx coop.Tx) error {
		inner = c.Write(ctx, func(coop.Tx) error { return nil })
		return nil
	}))
	class(t, inner, coop.Internal, "error.internal")
	ok(t, c.Write(ctx, func(coop.Tx) error { return nil }))
}

func testPanic(t *testing.T, s *store.Store) {
	c := store.Coop{Store: s}
	class(t, c.Write(t.Context(), func(tx coop.Tx) error {
		ok(t, tx.PutCoop(sampleCoop()))
		panic("a bug")
	}), coop.Internal, "error.internal")
	_, err := s.Coop(t.Context())
	class(t, err, coop.NotFound, "")
	write(t, s, func(tx coop.Tx) error { return tx.PutCoop(sampleCoop()) })
}

func testConflicts(t *testing.T, s *store.Store) {
	c := store.Coop{Store: s}
	write(t, s, func(tx coop.Tx) error { return tx.PutPerson(samplePerson("ada", "A")) })
	class(t, c.Write(t.Context(), func(tx coop.Tx) error { return tx.PutPerson(samplePerson("ada", "B")) }), coop.Conflict, "store.duplicate")
	if all := must(s.People(t.Context()))(t); len(all) != 1 || all[0].DisplayName != "A" {
		t.Errorf("people: %+v", all)
	}
}

func testCancelled(t *testing.T, s *store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	write(t, s, func(tx coop.Tx) error { return tx.PutCoop(sampleCoop()) })
	// Once begun, a write goes on though its request has ended.
	ok(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error {
		cancel()
		return tx.PutPerson(samplePerson("ada", "Ada"))
	}))
	if _, err := s.PersonByHandle(ctx, "ada"); err != nil {
		t.Errorf("a point read ended with its request: %v", err)
	}
	class(t, store.Coop{Store: s}.Write(ctx, func(tx coop.Tx) error {
		t.Error("a write began after its request had ended")
		return nil
	}), coop.Unavailable, "store.unavailable")
}
