package outbound

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
)

// pages serves paths of peer.example and evil.example as ActivityPub documents; "-> x" is a redirect.
func pages(t *testing.T, m map[string]string) (*Client, *[]string) {
	t.Helper()
	var asked []string
	c, _, _ := stage(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := r.Host + r.URL.RequestURI()
		asked = append(asked, at)
		body, ok := m[at]
		if to, is := strings.CutPrefix(body, "-> "); is {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", activityJSON)
		w.Header().Set("ETag", `"1"`)
		fmt.Fprint(w, body)
	}), "evil.example", "victim.example")
	return c, &asked
}

func TestFetchDocument(t *testing.T) {
	t.Parallel()
	c, asked := pages(t, map[string]string{
		"victim.example/vic":       `{"id":"https://victim.example/vic","type":"Person"}`,
		"victim.example/@vic":      `{"id":"https://victim.example/vic","type":"Person"}`,
		"victim.example/vic/key":   `{"id":"https://victim.example/vic","type":"Person"}`,
		"victim.example/moved":     `-> /vic`,
		"victim.example/swing":     `{"id":"https://victim.example/swing2","type":"Person"}`,
		"victim.example/swing2":    `{"id":"https://victim.example/swing3","type":"Person"}`,
		"victim.example/to-evil":   `-> https://evil.example/vic`,
		"victim.example/box?page":  `{"type":"OrderedCollectionPage"}`,
		"victim.example/box?page2": `{"id":"https://victim.example/box?p=2","type":"OrderedCollectionPage"}`,
		"victim.example/box?page3": `{"id":"https://evil.example/box","type":"OrderedCollectionPage"}`,
		"victim.example/box?page4": `{"id":7,"type":"OrderedCollectionPage"}`,
		"evil.example/vic":         `{"id":"https://victim.example/vic","type":"Person","inbox":"https://evil.example/inbox"}`,
		"evil.example/launder":     `-> https://victim.example/uploads/e.json`,
		"evil.example/none":        `{"type":"Person"}`,
		"evil.example/number":      `{"id":1,"type":"Person"}`,
		"evil.example/relative":    `{"id":"/vic","type":"Person"}`,
		"evil.example/upper":       `{"id":"HTTPS://evil.example/upper","type":"Person"}`,
		"evil.example/port":        `{"id":"https://evil.example:443/port","type":"Person"}`,
		"evil.example/twice":       `{"id":"https://evil.example/twice","id":"https://victim.example/vic"}`,
		"evil.example/array":       `[{"id":"https://evil.example/array"}]`,
		"evil.example/self":        `{"id":"https://evil.example/other","type":"Person"}`,
		"evil.example/http":        `{"id":"http://evil.example/http","type":"Person"}`,
	})
	for _, x := range []struct {
		name  string
		kind  Kind
		url   coop.IRI
		id    coop.IRI // "" when refused
		asked int
	}{
		{"the address itself", KindActor, "https://victim.example/vic", "https://victim.example/vic", 1},
		{"with a fragment", KindKey, "https://victim.example/vic#main-key", "https://victim.example/vic", 1},
		{"pretty address, asked again", KindActor, "https://victim.example/@vic", "https://victim.example/vic", 2},
		{"key document, asked again", KindKey, "https://victim.example/vic/key", "https://victim.example/vic", 2},
		{"redirect to its id", KindActor, "https://victim.example/moved", "https://victim.example/vic", 2},
		{"asked again and again another", KindActor, "https://victim.example/swing", "", 2},
		{"asked again and not there", KindActor, "https://evil.example/self", "", 2},
		{"ORG-07 another's id", KindActor, "https://evil.example/vic", "", 1},
		{"ORG-09 redirect to an upload at the victim", KindActor, "https://evil.example/launder", "", 1},
		{"ORG-09 redirect from the victim", KindActor, "https://victim.example/to-evil", "", 1},
		{"no id", KindObject, "https://evil.example/none", "", 1},
		{"id is a number", KindObject, "https://evil.example/number", "", 1},
		{"id is relative", KindObject, "https://evil.example/relative", "", 1},
		{"id in capitals", KindObject, "https://evil.example/upper", "", 1},
		{"id with the default port", KindObject, "https://evil.example/port", "", 1},
		{"id of the other scheme", KindObject, "https://evil.example/http", "", 1},
		{"PAR-05 id twice", KindObject, "https://evil.example/twice", "", 1},
		{"no object", KindObject, "https://evil.example/array", "", 1},
		{"page without id", KindCollection, "https://victim.example/box?page", "https://victim.example/box?page", 1},
		{"page with another id", KindCollection, "https://victim.example/box?page2", "https://victim.example/box?page2", 1},
		{"page of another origin", KindCollection, "https://victim.example/box?page3", "", 1},
		{"page with a number", KindCollection, "https://victim.example/box?page4", "", 1},
	} {
		*asked = nil
		doc, err := c.FetchDocument(t.Context(), Request{Kind: x.kind, URL: x.url, Budget: InboundBudget()})
		if doc.IRI != x.id || (err == nil) != (x.id != "") {
			t.Errorf("%s: id %q, %v", x.name, doc.IRI, err)
		}
		if len(*asked) != x.asked {
			t.Errorf("%s: asked %q", x.name, *asked)
		}
		if err != nil && (Temporary(err) || coop.ClassOf(err) != coop.Invalid && coop.ClassOf(err) != coop.NotFound) {
			t.Errorf("%s: class %v: %v", x.name, coop.ClassOf(err), err)
		}
		if err == nil && (len(doc.Raw) == 0 || doc.Object.IsZero() || doc.ETag != `"1"`) {
			t.Errorf("%s: %+v", x.name, doc)
		}
	}
	for _, k := range []Kind{KindWebFinger, KindHostMeta, KindNodeInfo, KindMedia, KindTile, KindDelivery, 0, 200} {
		if _, err := c.FetchDocument(t.Context(), Request{Kind: k, URL: "https://victim.example/vic", Budget: InboundBudget()}); coop.ClassOf(err) != coop.Internal {
			t.Errorf("%s as a document: %v", k, err)
		}
	}
}

// SIG-15: nobody makes us ask ourselves, for any kind, directly or by a redirect.
func TestSelfIsNeverAsked(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, k Kind) {
		asked := 0
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			if r.Host == "peer.example" && r.URL.Path == "/to-us" {
				http.Redirect(w, r, "https://coop.example/users/adm", http.StatusFound)
				return
			}
			w.Header().Set("Content-Type", typeOf(k))
		})
		c, _, _ := stage(t, h, "coop.example", "peer.example")
		c.self = func(host string) bool { return host == "coop.example" }
		if err := ask(t.Context(), c, k, "https://coop.example/users/adm"); coop.ClassOf(err) != coop.Forbidden || asked != 0 {
			t.Errorf("directly: %v, %d requests", err, asked)
		}
		if err := ask(t.Context(), c, k, "https://peer.example/to-us"); err == nil || asked != 1 {
			t.Errorf("by a redirect: %v, %d requests", err, asked)
		}
		if err := ask(t.Context(), c, k, "https://peer.example/"); err != nil {
			t.Errorf("control: %v", err)
		}
	})
}

// A text of a handbook is read whole where any other document of its size is not.
func TestRevisionsMayBeLong(t *testing.T) {
	t.Parallel()
	long := `{"id":"https://victim.example/h/x","type":"Article","content":"` + strings.Repeat("x", 600<<10) + `"}`
	c, _ := pages(t, map[string]string{"victim.example/h/x": long, "victim.example/h/y": strings.Replace(long, "/h/x", "/h/y", 1) + strings.Repeat(" ", 2<<20)})
	doc, err := c.FetchDocument(t.Context(), Request{Kind: KindRevision, URL: "https://victim.example/h/x", Budget: InboundBudget()})
	if err != nil || len(doc.Object.Str("content")) != 600<<10 {
		t.Errorf("%d bytes, %v", len(doc.Raw), err)
	}
	for kind, at := range map[Kind]coop.IRI{KindObject: "https://victim.example/h/x", KindRevision: "https://victim.example/h/y"} {
		if _, err := c.FetchDocument(t.Context(), Request{Kind: kind, URL: at, Budget: InboundBudget()}); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
