package coop_test

import (
	"testing"

	"toadlane/coop"
)

func TestChooseLanguage(t *testing.T) {
	t.Parallel()
	n := founded(t)
	ben := n.add(t, "ben", coop.RoleMember, nil)
	asBen := coop.Member(ben.ID, coop.RoleMember)
	want(t, n.ChooseLanguage(t.Context(), coop.Anonymous(), "fr"), coop.Unauthenticated, "login.required")
	want(t, n.ChooseLanguage(t.Context(), asBen, "<fr>"), coop.Invalid, "language.unknown")
	want(t, n.ChooseLanguage(t.Context(), coop.Member("nobody", coop.RoleMember), "fr"), coop.NotFound, "row.unknown")
	before := n.read().accounts[ben.ID]
	if err := n.ChooseLanguage(t.Context(), asBen, "fr"); err != nil {
		t.Fatal(err)
	}
	got := n.read()
	before.Language = "fr"
	if after := got.accounts[ben.ID]; after.Language != "fr" || after.Role != before.Role || after.Email != before.Email || len(got.ended) != 0 {
		t.Errorf("%+v, ended %v", after, got.ended)
	}
}
