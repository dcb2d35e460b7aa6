package web

// How a page is made; read this before you add one.
//
//	routes    An area returns rows in func (s *Site) xRoutes() []route and is listed in routes() (route.go). A row names method,
//	          pattern, who (a deed of can.go, always) and do. GET rows never change anything. kept: anonymous answers are kept as
//	          bytes until Config.Generation moves. document: the address also answers ActivityPub. body: limits.UploadBody for
//	          uploads. guess: counted per network (20 in 15 minutes). session: may set a session for somebody without one.
//	handlers  func (s *Site) listingShow(v *visit) error. v.by is who acts: pass it to the use case. v.r is the request,
//	          v.param("id") a part of the pattern, v.id("id") the same as coop.ID (NotFound when malformed), v.form() the posted or
//	          queried fields. Return an error and it becomes the page of its class; return v.page(...) or v.redirect(path).
//	pages     type ListingPage struct { Frame; ... } and v.page(http.StatusOK, "listing", ListingPage{Frame: v.frame("listing.title"), ...}).
//	          The template is templates/listing.html and defines "content" (and "head" when it adds to <head>). List the struct in
//	          pages (pages.go): the program does not start when a template is missing, and a test checks each against its struct.
//	          v.frameTitled(title) takes a title that is not a key, such as a listing's own.
//	forms     A page with a form has a Form. Bad input: f.Add(err) puts every coop.FieldError beside its field and gives false when
//	          the error is not one a form can show; answer again with status 422 and what was typed. Good input: v.redirect(path)
//	          (303), or v.done(path, "done.saved") to say so on the next page. Partials: {{template "input" ((input .Form "email"
//	          "login.email" "").As "email" "username").Needed}}, "area", "choose" (.Of options), "boxes" (several), "tick" (one box),
//	          {{template "wrong" wrongs .Form}} on top. v.options(values, "prefix.") makes options with the sentences prefix.<value>.
//	words     {{t "key" "Name" value ...}} in templates, v.t("key", ...) in Go; Count picks the plural. Keys live in
//	          lang/<area>.<tag>.json (market.en.json, market.es.json); every file of one area has the same keys in every language and a test
//	          finds keys that are used and missing. A key that Go puts together stands in composed (keys_test.go). No literal words in templates.
//	text      {{template "text" .Title}} shows a coop.Text in the reader's language with lang set when it is foreign; words gives
//	          the bare string. {{safe .Body}} is the only way to HTML, for a string and for a protocol's prose: it cleans first. Everything else is escaped.
//	numbers   {{date .Until}}, {{dateShort .Until}} (in tables), {{dateDay .Starts}} (with the day of the week), {{when .Created}}, {{ago .At}} ("today, 14:05"),
//	          {{number .N}}, {{amount .A}}, {{short .A}}, {{money .A .Code}}, {{percent .N}}, {{km .Metres}}, {{list .Words}} ("a, b and c").
//	          In Go v.tongue has the same, and relative ("in 3 days"). Years and other names made of digits go into a sentence as strings.
//	pictures  {{template "icon" "bread"}} beside its word; the names are the symbols of templates/_icons.html. A page is sent those it uses.
//	looks     static/style.css: .card .cards .badge .row .notice .table-wrap .button .quiet .danger .inline .meta. No style or on…
//	          attributes: the CSP drops them.

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"toadlane/coop"
	"toadlane/internal/htmlsafe"
	"toadlane/internal/prose"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Frame is what every page shows around its own content. Each page's struct embeds it.
type Frame struct {
	Title        string
	Coop         coop.Coop
	Host         string // as after the @ of a handle
	Me           *Me    // nil for somebody who is not signed in
	Path         string // of this page with its query, to come back to
	Done         string // what was just done, as a sentence
	Robots       bool   // search engines may keep it
	Languages    []Option
	LanguageName string // of the page's language, in itself
	Source       string
	Version      string
	SetUp        bool
	Regional     bool // there is a page of regions to go to
	Look         look
	At           string // first part of the path, for the navigation: "market", "members" ...
}

// Me is the reader as the frame shows them.
type Me struct {
	ID      coop.ID
	Handle  string
	Name    string
	Steward bool
	Unread  int
	News    int // what is new for them on the page of notifications
	Ending  int // open listings of theirs that end within market.RemindDays
}

// Initials are the first letters of the name's first two words, for the shape that stands where there is no picture.
func (m *Me) Initials() string { return initials(m.Name) }

func initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		for _, r := range w {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				out = append(out, r)
				break
			}
		}
		if len(out) == 2 {
			break
		}
	}
	return string(out)
}

// foreignText is a coop.Text as shown to one reader.
type foreignText struct {
	Words   string
	Tag     string
	Foreign bool // in another language than the page
}

// templates holds each page once per language, so that words need no argument. A language's copy is made when it is first asked for:
// copying all of them took half of a start, and most are for stewards.
type templates map[string]map[string]func() (*template.Template, error) // page, language

// speak gives each page in each language the words of this site.
func (s *Site) speak() templates {
	all := templates{}
	for name, page := range s.parsed {
		all[name] = map[string]func() (*template.Template, error){}
		for tag, tongue := range s.tongues {
			all[name][tag] = sync.OnceValues(func() (*template.Template, error) {
				whole, err := page()
				if err != nil {
					return nil, err
				}
				spoken, err := whole.Clone() // the whole itself is never executed, so it can be copied at any time
				if err != nil {
					return nil, fmt.Errorf("template %s: %w", name, err)
				}
				return spoken.Funcs(s.words(tongue)).Lookup("layout"), nil
			})
		}
	}
	return all
}

// parseTemplates gives each page with the layout and the partials, whose names start with "_", and the styles and scripts that it is
// sent. A page is read when it is first asked for: reading all took most of a start, and most are for stewards. A page without a file,
// or a file without a page, is an error.
func parseTemplates(static *static, words template.FuncMap) (map[string]func() (*template.Template, error), error) {
	none := func() string { return "" } // each page has its own
	root := template.New("root").Funcs(words).Funcs(template.FuncMap{"sheet": none, "script": none})
	partials, err := fs.Glob(templateFiles, "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	if root, err = root.ParseFS(templateFiles, partials...); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	shared := map[string]piece{}
	for _, file := range partials {
		pieces, err := piecesOf(file)
		if err != nil {
			return nil, err
		}
		maps.Copy(shared, pieces)
	}
	all := map[string]func() (*template.Template, error){}
	for name := range pages {
		file := "templates/" + name + ".html"
		pieces, err := piecesOf(file)
		if err != nil {
			return nil, err
		}
		if _, ok := pieces["content"]; !ok {
			return nil, fmt.Errorf("%s defines no content", file)
		}
		used := namesOf(pieces, shared)
		sheet, err := static.areaFile(used, static.styled)
		if err != nil {
			return nil, err
		}
		script, err := static.areaFile(used, static.scripted)
		if err != nil {
			return nil, err
		}
		all[name] = sync.OnceValues(func() (*template.Template, error) {
			page, err := root.Clone()
			if err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
			if page, err = page.ParseFS(templateFiles, file); err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
			return page.Funcs(template.FuncMap{"sheet": func() string { return sheet }, "script": func() string { return script }}), nil
		})
	}
	files, err := fs.Glob(templateFiles, "templates/[^_]*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(strings.TrimPrefix(f, "templates/"), ".html"); pages[name] == nil {
			return nil, fmt.Errorf("template %s belongs to no page", f)
		}
	}
	return all, nil
}

// words are the functions that templates call, bound to one language.
func (s *Site) words(t *tongue) template.FuncMap {
	return template.FuncMap{
		"t":         t.say,
		"lang":      func() string { return t.tag },
		"turns":     func(icon any) bool { return turning[fmt.Sprint(icon)] },
		"dir":       t.dir,
		"date":      func(x time.Time) string { return t.date(x, s.zone()) },
		"when":      func(x time.Time) string { return t.when(x, s.zone()) },
		"ago":       func(x time.Time) string { return t.ago(x, s.cfg.Now(), s.zone()) },
		"iso":       func(x time.Time) string { return x.UTC().Format(time.RFC3339) },
		"dateShort": func(x time.Time) string { return t.dateShort(x, s.zone()) },
		"dateDay":   func(x time.Time) string { return t.dateDay(x, s.zone()) },
		"clock":     func(x time.Time) string { return x.In(s.zone()).Format("15:04") }, // of 24 hours in every language
		"number":    func(n int) string { return t.number(int64(n)) },
		"percent":   t.percent,
		"km":        t.km,
		"list":      t.list,
		"amount":    t.amount,
		"short":     t.short,
		"money":     t.money,
		"text":      func(x coop.Text) foreignText { return s.text(t, x) },
		"words":     func(x coop.Text) string { return s.text(t, x).Words },
		"input":     t.field,
		"wrongs":    t.wrongs,
		"asset":     s.static.url,
		"safe":      safeHTML,
		"plain":     htmlsafe.Text,
	}
}

// turning are the pictograms that point somewhere in reading: mirrored with the page. A clock or a hand is the same in Arabic.
var turning = map[string]bool{"back": true, "door": true, "list": true, "next": true, "reply": true}

// text chooses the words of x for a reader of t: their language, then the co-op's own.
func (s *Site) text(t *tongue, x coop.Text) foreignText {
	wanted := []string{t.tag}
	for tag := range x {
		if strings.HasPrefix(tag, t.tag+"-") { // pt-br for somebody who reads pt
			wanted = append(wanted, tag)
		}
	}
	slices.Sort(wanted)
	if k := s.known.Load(); k != nil {
		wanted = append(wanted, k.coop.Languages...)
	}
	words, tag := x.In(wanted...)
	return foreignText{Words: words, Tag: tag, Foreign: tag != t.tag}
}

// safeHTML is the one place where a string becomes HTML that is not escaped: cleaned on the way, whoever wrote it (XSS-01).
// It takes a string or a protocol's prose.
func safeHTML(x any) (template.HTML, error) {
	var s string
	switch x := x.(type) {
	case string:
		s = htmlsafe.Clean(x)
	case prose.Text:
		s = x.Clean()
	case *prose.Text:
		s = x.Clean()
	default:
		return "", fmt.Errorf("%T is nothing that becomes HTML", x)
	}
	return template.HTML(s), nil //nolint:gosec // a string is cleaned just above; prose cleans itself, and then adds anchors, boxes and frames of its own
}

// zone is the co-op's time zone as last read.
func (s *Site) zone() *time.Location {
	if k := s.known.Load(); k != nil {
		return k.zone
	}
	return time.UTC
}

// render executes a page into bytes.
func (s *Site) render(t *tongue, name string, page any) ([]byte, error) {
	want := pages[name]
	if want == nil || reflect.TypeOf(want) != reflect.TypeOf(page) {
		return nil, fmt.Errorf("page %s is not made from %T", name, page)
	}
	var b bytes.Buffer
	spoken, err := s.templates[name][t.tag]()
	if err != nil {
		return nil, err
	}
	if err := spoken.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return s.icons.fill(b.Bytes()), nil
}

// page answers with a page. Anonymous pages carry an ETag and may be kept by whoever asks; all others are nobody's to keep.
func (v *visit) page(status int, name string, page any) error {
	body, err := v.site.render(v.tongue, name, page)
	if err != nil {
		return err
	}
	v.bytes(status, "text/html; charset=utf-8", body)
	return nil
}

// bytes answers with a body made in memory: pages, feeds, small documents.
func (v *visit) bytes(status int, kind string, body []byte) {
	h := v.w.Header()
	anonymous := v.me == nil && v.route.kept && status == http.StatusOK && v.session() == ""
	if anonymous {
		p := newKeptPage(kind, v.tongue.tag, body)
		if k, ok := v.w.(*keeper); ok {
			k.page = p
		}
		p.write(v.w, v.r)
		return
	}
	h.Set("Cache-Control", "private, no-store")
	h["Vary"] = anonymousVary
	h.Set("Content-Type", kind)
	h.Set("Content-Language", v.tongue.tag)
	if len(body) > 1024 && takesGzip(v.r) {
		body = squeeze(body)
		h.Set("Content-Encoding", "gzip")
	}
	v.w.WriteHeader(status)
	_, _ = v.w.Write(body)
}

// options makes choices whose words are the sentences prefix+value.
func (v *visit) options(values []string, prefix string) []Option {
	out := make([]Option, len(values))
	for i, x := range values {
		out[i] = Option{x, v.tongue.say(prefix + x)}
	}
	return out
}
