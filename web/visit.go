package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/region"
)

// visit is one request by one reader. Handlers take it and hand v.by on as an argument.
type visit struct {
	site   *Site
	w      http.ResponseWriter
	r      *http.Request
	route  route
	by     coop.Actor
	me     *coop.Account // nil for somebody who is not signed in
	person coop.Person   // the one signed in
	tongue *tongue
	named  *neighbourNames // read when the first is asked for
	within *region.Region  // whose market is asked for, nil for the whole one
	days   map[string]string
}

// t gives a sentence in the reader's language.
func (v *visit) t(key string, args ...any) string { return v.tongue.say(key, args...) }

// param is a part of the route's pattern, unescaped.
func (v *visit) param(name string) string {
	s, err := url.PathUnescape(chi.URLParam(v.r, name))
	if err != nil {
		return ""
	}
	return s
}

// id is a part of the pattern as an id. Class NotFound when it is none.
func (v *visit) id(name string) (coop.ID, error) { return coop.ParseID(v.param(name)) }

// form reads the posted fields (of a POST) or the query (of a GET). Class Invalid, key form.unreadable, when it can't be read,
// and form.too_large when it is larger than the route takes.
func (v *visit) form() (Form, error) {
	if v.r.Method == http.MethodGet || v.r.Method == http.MethodHead {
		return v.query()
	}
	var err error
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data") {
		err = v.r.ParseMultipartForm(1 << 20) // the body is capped; this much of files stays in memory
	} else {
		err = v.r.ParseForm()
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return Form{}, coop.Errorf(coop.Invalid, "form.too_large", "form: %w", err)
	}
	if err != nil {
		return Form{}, coop.Errorf(coop.Invalid, "form.unreadable", "form: %w", err)
	}
	return Form{Values: v.r.PostForm}, nil
}

// query gives the questions of the address, whatever was posted to it.
func (v *visit) query() (Form, error) {
	q, err := url.ParseQuery(v.r.URL.RawQuery)
	if err != nil {
		return Form{}, coop.Errorf(coop.Invalid, "form.unreadable", "query: %w", err)
	}
	return Form{Values: q}, nil
}

// here is the address to come back to from a form that stands on every page, such as the choice of language. A form that was
// answered with its page has no page at its own address, so it is the page before.
func (v *visit) here() string {
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		before, err := url.Parse(v.r.Referer())
		if err != nil || !strings.EqualFold(before.Host, v.r.Host) {
			return "/"
		}
		return localPath(before.RequestURI())
	}
	if p := v.r.URL.RequestURI(); len(p) <= 1000 {
		return p
	}
	return v.r.URL.EscapedPath()
}

// frame begins a page whose title is the sentence of key.
func (v *visit) frame(key string) Frame { return v.frameTitled(v.t(key)) }

// frameTitled begins a page with a title as it is.
func (v *visit) frameTitled(title string) Frame {
	f := Frame{Title: title, Host: v.site.cfg.Base.Host(), Path: v.here(), Source: v.site.cfg.SourceURL, Version: v.site.cfg.Version,
		Look: v.site.lookOf(v.r)}
	f.At, _, _ = strings.Cut(strings.TrimPrefix(v.r.URL.Path, "/"), "/")
	if k, err := v.site.coop(v.r.Context()); err == nil {
		f.Coop, f.SetUp = k.coop, true
		if known, err := v.site.regions(v.r.Context()); err == nil {
			f.Regional = len(known.joined) > 0 || can(v.by, keepRegions)
		}
	}
	for _, l := range languageNames {
		f.Languages = append(f.Languages, Option{l.Tag, l.Name})
		if l.Tag == v.tongue.tag {
			f.LanguageName = l.Name
		}
	}
	if v.me != nil {
		f.Me = &Me{ID: v.me.Person, Handle: v.person.Handle, Name: v.person.DisplayName, Steward: can(v.by, seeHealth)}
		if n, err := v.site.unread(v.r.Context(), v.by); err == nil {
			f.Me.Unread = n
		}
		if n, err := v.site.ending(v.r.Context(), v.me.Person); err == nil {
			f.Me.Ending = n
		}
		if n, err := v.site.news(v.r.Context(), v); err == nil {
			f.Me.News = n
		}
		if key := v.r.URL.Query().Get("done"); strings.HasPrefix(key, "done.") && v.tongue.has(key) {
			f.Done = v.t(key)
		}
	}
	return f
}

// redirect sends the reader on after a form (303: with a GET).
func (v *visit) redirect(path string) error {
	v.w.Header().Set("Cache-Control", "private, no-store")
	v.w.Header().Set("Location", path)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// done is redirect with a sentence for the next page.
func (v *visit) done(path, key string) error {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	path, fragment, _ := strings.Cut(path, "#")
	path += sep + "done=" + url.QueryEscape(key)
	if fragment != "" {
		path += "#" + fragment
	}
	return v.redirect(path)
}

// localPath gives s when it is a path on this site, else "/": where a reader is sent on must never be a stranger's choice.
func localPath(s string) string {
	if len(s) == 0 || len(s) > 2000 || s[0] != '/' || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return s
}

// statusOf is the status code of an error class.
func statusOf(c coop.Class) int {
	switch c {
	case coop.Invalid:
		return http.StatusBadRequest
	case coop.NotFound:
		return http.StatusNotFound
	case coop.Gone:
		return http.StatusGone
	case coop.Forbidden:
		return http.StatusForbidden
	case coop.Unauthenticated:
		return http.StatusUnauthorized
	case coop.Conflict:
		return http.StatusConflict
	case coop.TooMany:
		return http.StatusTooManyRequests
	case coop.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail answers with the page of an error. The cause is logged when it is ours to mend, and never shown.
func (v *visit) fail(err error) {
	class, key := coop.ClassOf(err), coop.KeyOf(err)
	if class == coop.Unauthenticated && (v.r.Method == http.MethodGet || v.r.Method == http.MethodHead) {
		_ = v.redirect("/login?next=" + url.QueryEscape(v.r.URL.RequestURI()))
		return
	}
	status := statusOf(class)
	switch class {
	case coop.Internal:
		key = "error.internal"
		v.site.cfg.Log.Error("page failed", "request", requestID(v.w), "route", v.route.pattern, "cause", err.Error())
	case coop.Unavailable:
		v.site.cfg.Log.Warn("page unavailable", "request", requestID(v.w), "route", v.route.pattern, "cause", err.Error())
		v.w.Header().Set("Retry-After", "10")
	case coop.TooMany:
		v.w.Header().Set("Retry-After", "60")
	case coop.NotFound:
		// One page for all that is not here, so that nothing tells what exists for others (WEB-13).
		key = "error.not_found"
	case coop.Invalid:
		if key == "form.too_large" {
			status = http.StatusRequestEntityTooLarge
		}
	}
	if e := v.errorPage(status, key); e != nil {
		v.site.cfg.Log.Error("error page failed", "request", requestID(v.w), slog.String("cause", e.Error()))
	}
}

// tooMany answers somebody who tried too often.
func (v *visit) tooMany() {
	v.w.Header().Set("Retry-After", "900")
	_ = v.errorPage(http.StatusTooManyRequests, "error.too_many")
}

// plain is errorPage for refusals whose connection can't be used again.
func (v *visit) plain(status int, key string) {
	v.w.Header().Set("Connection", "close")
	_ = v.errorPage(status, key)
}

// ErrorPage says in one sentence what went wrong.
type ErrorPage struct {
	Frame
	Status   int
	Sentence string
	Request  string // to tell the steward, when the fault is ours
	Login    bool
}

// errorPage answers with a sentence and a way back. It is never kept.
func (v *visit) errorPage(status int, key string) error {
	p := ErrorPage{Frame: v.frame("error.title"), Status: status, Sentence: v.t(key), Login: status == http.StatusUnauthorized}
	if !v.tongue.has(key) {
		p.Sentence = v.t("error.other")
	}
	if status >= 500 {
		p.Request = requestID(v.w)
	}
	v.route.kept = false
	return v.page(status, "error", p)
}
