package coop_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

func TestValidSlug(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{"worker": true, "a": true, "2nd-year": true, strings.Repeat("a", coop.MaxSlug): true, "": false, "-a": false, "a-": false,
		"Worker": false, "a b": false, "a_b": false, "socia\n": false, "ñ": false, strings.Repeat("a", coop.MaxSlug+1): false} {
		if coop.ValidSlug(s, coop.MaxSlug) != ok {
			t.Errorf("%q: %v", s, !ok)
		}
	}
}

func TestGroupsAreJudged(t *testing.T) {
	t.Parallel()
	name := coop.Text{"en": "A"}
	many := func(n int) []coop.Stage {
		var out []coop.Stage
		for i := range n {
			out = append(out, coop.Stage{Slug: strings.Repeat("a", i+1), Name: name})
		}
		return out
	}
	for what, c := range map[string]struct {
		constituencies []coop.Constituency
		stages         []coop.Stage
		want           []string
	}{
		"none":         {},
		"the defaults": {coop.DefaultConstituencies(), coop.DefaultStages(), nil},
		"as many":      {nil, many(coop.MaxGroups), nil},
		"too many":     {nil, many(coop.MaxGroups + 1), []string{"stages field.many"}},
		"same in both": {[]coop.Constituency{{Slug: "a", Name: name}}, []coop.Stage{{Slug: "a", Name: name}}, nil},
		"bad ones": {[]coop.Constituency{{Slug: "A", Name: name}, {Slug: "b", Name: name}, {Slug: "b"}},
			[]coop.Stage{{Slug: "", Name: name}, {Slug: "c", Name: coop.Text{"e": "x"}}, {Slug: "d", Name: coop.Text{"en": "x\ny"}}, {Slug: "e", Name: coop.Text{"en": " "}}},
			[]string{"constituencies slug.invalid", "constituencies slug.twice", "constituencies group.nameless", "stages slug.invalid",
				"stages language.unknown", "stages field.one_line", "stages field.required"}},
	} {
		co := bakery()
		co.Constituencies, co.Stages = c.constituencies, c.stages
		if d := cmp.Diff(c.want, fieldNames(co.Validate())); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}

// What somebody is in stays; what nobody is in goes, and an invitation to it still works.
func TestGroupsInUseStay(t *testing.T) {
	t.Parallel()
	n := founded(t)
	token := invite(t, n, "token", coop.Invite{Constituency: "user", Stage: "member"})
	_, err := n.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: "ben", DisplayName: "Ben", Constituency: "producer", Stage: "trial"}, "ben@example.org", "x", "", coop.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	c := n.read().coop
	c.Constituencies, c.Stages = c.Constituencies[:0:0], c.Stages[:0:0]
	_, err = n.UpdateCoop(t.Context(), n.ada(), c)
	want(t, err, coop.Invalid, "slug.used")
	for _, e := range coop.Fields(err) {
		if e.Field == "stages" && e.Args["Slug"] != "trial" && e.Args["Slug"] != "member" {
			t.Errorf("%+v", e)
		}
	}
	now := n.read()
	if len(now.coop.Stages) != len(coop.DefaultStages()) {
		t.Errorf("stages %v", now.coop.Stages)
	}
	for _, x := range now.coop.Constituencies {
		if x.Slug != "user" {
			c.Constituencies = append(c.Constituencies, x)
		}
	}
	c.Stages = now.coop.Stages
	if _, err := n.UpdateCoop(t.Context(), n.ada(), c); err != nil {
		t.Fatal(err)
	}
	p, err := n.Join(t.Context(), token, coop.Person{Handle: "cam", DisplayName: "Cam"}, "cam@example.org", "x", "")
	if err != nil || p.Constituency != "" || p.Stage != "member" {
		t.Errorf("%v: %+v", err, p)
	}
}
