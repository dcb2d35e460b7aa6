package web

import (
	"net/http"
	"strings"
	"time"

	"toadlane/coop"
)

// look is how a reader wants pages to look, signed in or not. It is kept in a cookie of theirs and nowhere else.
type look struct {
	Big   bool   // bigger type and targets, and less beside what matters
	Theme string // "light", "dark", or "" for what the device says
}

// themes are the choices, "auto" first.
var themes = []string{"auto", "light", "dark"}

// Class is what the page's root element is marked with.
func (l look) Class() string {
	switch {
	case l.Big && l.Theme != "":
		return "big " + l.Theme
	case l.Big:
		return "big"
	}
	return l.Theme
}

// Is tells whether theme is the one chosen.
func (l look) Is(theme string) bool { return l.Theme == theme || l.Theme == "" && theme == "auto" }

// parseLook reads what Class wrote. Whatever else stands there counts as nothing.
func parseLook(s string) look {
	var l look
	for _, w := range strings.Split(s, ".") {
		switch w {
		case "big":
			l.Big = true
		case "light", "dark":
			l.Theme = w
		}
	}
	return l
}

func (s *Site) lookCookie() string {
	if s.cfg.Secure {
		return "__Host-tl-look"
	}
	return "tl-look"
}

func (s *Site) lookOf(r *http.Request) look {
	c, err := r.Cookie(s.lookCookie())
	if err != nil {
		return look{}
	}
	return parseLook(c.Value)
}

// lookRoutes lets a reader choose a look, keep the site on their device, and see what it is made of.
func (s *Site) lookRoutes() []route {
	return append(append(s.installRoutes(), s.designRoutes()...),
		route{method: http.MethodPost, pattern: "/display", who: anyone, early: true, do: s.lookChoose})
}

// lookChoose changes what the form names and leaves the rest as it was.
func (s *Site) lookChoose(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	l := s.lookOf(v.r)
	switch f.Get("size") {
	case "big":
		l.Big = true
	case "usual":
		l.Big = false
	case "":
	default:
		return coop.Errorf(coop.Invalid, "choice.unknown", "size %.20q", f.Get("size"))
	}
	switch t := f.Get("theme"); t {
	case "auto":
		l.Theme = ""
	case "light", "dark":
		l.Theme = t
	case "":
	default:
		return coop.Errorf(coop.Invalid, "choice.unknown", "theme %.20q", t)
	}
	cookie := &http.Cookie{Name: s.lookCookie(), Value: strings.ReplaceAll(l.Class(), " ", "."), Path: "/", Secure: s.cfg.Secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, MaxAge: int((365 * 24 * time.Hour).Seconds())}
	if l == (look{}) {
		cookie.MaxAge = -1
	}
	http.SetCookie(v.w, cookie)
	return v.redirect(localPath(f.Get("back")))
}
