package federation_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/federation/vocab"
)

// What is served: documents with proofs that stay the same, 304, parts of lists; nothing that is not public.
func TestHandbookIsServed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := r.node("bakery")
	for i := range 12 {
		n.writes("Page "+string(rune('a'+i)), "Words.\n")
		r.clock.add(time.Second)
	}
	p := n.writes("Fair pay", "Ten.\n")
	p = n.changes(p.IRI, "Eleven.\n")
	at := path(vocab.RevisionIRI(p.IRI, p.InUse))
	for _, at := range []string{path(p.IRI), at, path(p.IRI) + "/revisions", path(p.IRI) + "/revisions?page=1", "/actor/handbook", "/actor/handbook?page=1"} {
		w := n.get(at, nil)
		tag := w.Header().Get("ETag")
		if w.Code != http.StatusOK || tag == "" || w.Header().Get("Content-Type") != activityJSON {
			t.Errorf("%s: %d %s", at, w.Code, w.Body)
			continue
		}
		r.clock.add(time.Hour)
		n.ForgetDocuments()
		if w := n.get(at, nil, "If-None-Match", tag); w.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", at, w.Code)
		}
		if w := n.get(at, nil, "Accept", "text/html"); !strings.HasSuffix(at, "?page=1") && (w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/handbook")) {
			t.Errorf("%s for people: %d %s", at, w.Code, w.Header().Get("Location"))
		}
	}
	rev := decode(t, n.get(at, nil))
	if str(rev, "proof", "verificationMethod") != string(n.actor)+"#ed25519-key" || str(rev, "source", "content") != "Eleven.\n" {
		t.Errorf("%v", rev)
	}
	if actor := decode(t, n.get("/actor", nil)); actor["handbook"] != string(n.actor)+"/handbook" {
		t.Errorf("the actor names %v", actor["handbook"])
	}
	seen := 0
	for next := "/actor/handbook?page=1"; next != ""; {
		m := decode(t, n.get(next, nil))
		if m["totalItems"] != 13.0 {
			t.Errorf("%v pages", m["totalItems"])
		}
		seen += len(m["orderedItems"].([]any))
		next = path(coop.IRI(str(m, "next")))
	}
	if seen != 13 {
		t.Errorf("%d pages listed", seen)
	}
	if m := decode(t, n.get(path(p.IRI)+"/revisions?page=1", nil)); len(m["orderedItems"].([]any)) != 2 {
		t.Errorf("%v", m)
	}
}
