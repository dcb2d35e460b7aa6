package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

func init() {
	addPages(map[string]any{"offline": OfflinePage{}})
}

// markSizes are the sides of the pictures that devices ask for, by their address.
var markSizes = map[string]int{"/icon-192.png": 192, "/icon-512.png": 512, "/apple-touch-icon.png": 180}

// installRoutes makes the site one that can be kept on a phone's first screen.
func (s *Site) installRoutes() []route {
	all := []route{
		{method: http.MethodGet, pattern: "/manifest.webmanifest", who: anyone, do: s.manifestShow, kept: true, early: true},
		{method: http.MethodGet, pattern: "/sw.js", who: anyone, do: s.workerShow, kept: true, early: true},
		{method: http.MethodGet, pattern: "/offline", who: anyone, do: s.offlineShow, kept: true, early: true},
	}
	for path, side := range markSizes {
		drawn := sync.OnceValues(func() ([]byte, error) { return drawMark(side) }) // when first asked for: it takes longer than the rest of a start
		all = append(all, route{method: http.MethodGet, pattern: path, who: anyone, kept: true, early: true, do: func(v *visit) error {
			b, err := drawn()
			if err != nil {
				return err
			}
			v.bytes(http.StatusOK, "image/png", b)
			return nil
		}})
	}
	return all
}

// manifest describes the site to a device that keeps it (W3C Web Application Manifest).
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	About      string         `json:"description,omitempty"`
	Lang       string         `json:"lang"`
	Dir        string         `json:"dir"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
	Shortcuts  []manifestLink `json:"shortcuts"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

type manifestLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

func (s *Site) manifestShow(v *visit) error {
	m := manifest{ID: "/", Name: v.t("frame.program"), Lang: v.tongue.tag, Dir: v.tongue.dir(), Start: "/", Scope: "/", Display: "standalone",
		Background: "#f3ead8", Theme: "#21392a"}
	if k, err := s.coop(v.r.Context()); err == nil && k.coop.Name != "" {
		m.Name, m.About = k.coop.Name, s.text(v.tongue, k.coop.Purpose).Words
	}
	m.ShortName = shortName(m.Name)
	mark, err := s.static.url("mark.svg")
	if err != nil {
		return err
	}
	m.Icons = append(m.Icons, manifestIcon{mark, "any", "image/svg+xml", "any"})
	for _, path := range []string{"/icon-192.png", "/icon-512.png"} {
		side := fmt.Sprintf("%dx%[1]d", markSizes[path])
		m.Icons = append(m.Icons, manifestIcon{path, side, "image/png", "any"}, manifestIcon{path, side, "image/png", "maskable"})
	}
	m.Shortcuts = []manifestLink{{v.t("nav.market"), "/market"}, {v.t("front.post_offer"), "/new/offer"}, {v.t("front.post_want"), "/new/want"}}
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	v.bytes(http.StatusOK, "application/manifest+json", b)
	return nil
}

// shortName is a name as it fits under a picture on a phone: as many of its first words as take 12 letters, the first at least.
func shortName(name string) string {
	words := strings.Fields(name)
	out := ""
	for i, w := range words {
		next := strings.TrimSpace(out + " " + w)
		if i > 0 && utf8.RuneCountInString(next) > 12 {
			break
		}
		out = next
	}
	return out
}

// workerShow serves the service worker with the addresses of what it keeps. It changes when one of them does, and then a browser
// fetches all of them anew.
func (s *Site) workerShow(v *visit) error {
	source, err := staticFiles.ReadFile("static/worker/sw.js")
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	files := []string{"/offline"}
	for _, url := range s.static.urls {
		files = append(files, url)
	}
	slices.Sort(files)
	list, err := json.Marshal(files)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	sum := sha256.Sum256(append(list, s.cfg.Version...))
	body := strings.NewReplacer("{{version}}", hex.EncodeToString(sum[:6]), "{{files}}", string(list)).Replace(string(source))
	v.bytes(http.StatusOK, "text/javascript; charset=utf-8", []byte(body))
	return nil
}

// OfflinePage is what a browser shows when there is no connection.
type OfflinePage struct{ Frame }

// offlineShow makes a page with nothing personal on it, whoever asks: it stays on the device.
func (s *Site) offlineShow(v *visit) error {
	p := OfflinePage{Frame: v.frame("offline.title")}
	p.Me, p.Done = nil, ""
	return v.page(http.StatusOK, "offline", p)
}
