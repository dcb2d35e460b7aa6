package web_test

import (
	"archive/zip"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/handbook"
)

// unzip gives the files of an archive by name.
func unzip(t *testing.T, body string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(data)
	}
	return out
}

// The handbook can be taken away as files: strangers get what is public, members their drafts too. In a page that came in with a folder, links
// to its files lead to pages.
func TestHandbookAsFiles(t *testing.T) {
	t.Parallel()
	r := founded(t, "https://bakery.example", nil)
	steward := coop.Member(r.sten.ID, coop.RoleSteward)
	for path, source := range map[string]string{
		"money/pay.md":  "An hour is an hour. See [leave](../care/leave.md#days), [a plan](plan.md) and [nothing](none.md).\n",
		"care/leave.md": "## Days\n\nAsk early, as for [pay](../money/pay.md).\n",
		"money/plan.md": "Unspoken.\n",
	} {
		in := handbook.Brought{Path: path, Start: handbook.Start{Slug: strings.TrimSuffix(path[strings.Index(path, "/")+1:], ".md"), Kind: handbook.Rule},
			Texts: []handbook.Past{{Name: path, Source: source, Own: true}}, Used: !strings.Contains(path, "plan")}
		if _, _, err := r.cfg.Handbook.BringIn(t.Context(), steward, in); err != nil {
			t.Fatal(err)
		}
	}
	r.written("Plain", "A page of its own.\n", true, nil)
	stranger, ada := r.browser(), r.signedIn("ada")
	a := stranger.get("/handbook/export.zip").want(http.StatusOK)
	files := unzip(t, a.body)
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{"care/leave.md", "money/pay.md", "plain.md"}) {
		t.Errorf("a stranger takes %v", names)
	}
	if f := files["plain.md"]; !strings.HasPrefix(f, "---\ntitle: \"Plain\"\n") || !strings.HasSuffix(f, "---\n\nA page of its own.\n") {
		t.Errorf("plain.md: %s", f)
	}
	if a.header.Get("Content-Type") != "application/zip" || !strings.Contains(a.header.Get("Content-Disposition"), "handbook.zip") {
		t.Errorf("%v", a.header)
	}
	if f := unzip(t, ada.get("/handbook/export.zip").want(http.StatusOK).body); len(f) != 4 || !strings.Contains(f["money/plan.md"], "Unspoken") {
		t.Errorf("a member takes %d files", len(f))
	}
	page := stranger.get("/handbook/pay").want(http.StatusOK)
	if !strings.Contains(page.body, `<a href="/handbook/leave#days">leave</a>`) || strings.Contains(page.body, "none.md") || strings.Contains(page.body, `href="/handbook/plan"`) {
		t.Errorf("links between files: %s", page.body)
	}
	if !strings.Contains(ada.get("/handbook/pay").body, `href="/handbook/plan"`) {
		t.Error("a member is not led to a draft")
	}
}
