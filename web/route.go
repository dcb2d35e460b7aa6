package web

import (
	"context"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// route is one row of the site's table: an address, who may use it, and what bounds it.
type route struct {
	method  string
	pattern string // as chi writes it
	who     deed
	do      func(*visit) error

	body     int64 // largest body of a request; 0 is limits.FormBody
	kept     bool  // GET: what an anonymous reader gets is kept until something changes
	document bool  // GET: the same address answers ActivityPub when asked for it
	guess    bool  // somebody could guess here: counted per address (WEB-09)
	session  bool  // a reader without a cookie may get one here
	early    bool  // open before the co-op is set up
	framed   bool  // GET: other sites may show it in a frame, so it is nobody's: whatever cookies come, it is answered without
}

// routes is the whole table: each area adds its own.
func (s *Site) routes() []route {
	var all []route
	for _, area := range [][]route{
		s.frontRoutes(), s.languageRoutes(), s.lookRoutes(), s.marketRoutes(), s.savedRoutes(), s.newsRoutes(), s.tileRoutes(), s.adminMapRoutes(),
		s.listingRoutes(), s.photoRoutes(), s.threadRoutes(), s.memberRoutes(), s.mineRoutes(),
		s.setupRoutes(), s.loginRoutes(), s.inviteRoutes(), s.meRoutes(), s.adminRoutes(), s.guideRoutes(), s.aboutRoutes(), s.mailRoutes(),
		s.handbookRoutes(), s.starterRoutes(), s.handbookWriteRoutes(), s.motionRoutes(), s.commonsRoutes(), s.regionRoutes(), s.councilRoutes(), s.aroundRoutes(),
		s.murmurRoutes(), s.unclaimedRoutes(),
	} {
		all = append(all, area...)
	}
	return all
}

// router builds the chi router from the table. A row that stands twice, or names no deed, stops the program at its start.
func (s *Site) router() *chi.Mux {
	r := chi.NewRouter()
	r.Use(middleware.GetHead)
	r.NotFound(s.serve(route{who: anyone, early: true, do: func(v *visit) error {
		return coop.Errorf(coop.NotFound, "error.not_found", "no page at %.200s", v.r.URL.Path)
	}}))
	r.MethodNotAllowed(s.serve(route{who: anyone, early: true, do: func(v *visit) error {
		return v.errorPage(http.StatusMethodNotAllowed, "error.method")
	}}))
	seen := map[string]bool{}
	for _, x := range s.routes() {
		if allowed[x.who] == nil {
			panic("web: route " + x.method + " " + x.pattern + " names no deed")
		}
		if key := x.method + " " + x.pattern; seen[key] {
			panic("web: route " + key + " stands twice")
		} else {
			seen[key] = true
		}
		r.Method(x.method, x.pattern, s.serve(x))
	}
	for path, h := range s.static.handlers() {
		r.Method(http.MethodGet, path, h)
	}
	return r
}

// serve makes the handler of one row. Cheap refusals come first: nothing is read, looked up or rendered for somebody who may
// not have it (WEB-16).
func (s *Site) serve(x route) http.HandlerFunc {
	limit := x.body
	if limit == 0 {
		limit = limits.FormBody
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		v := &visit{site: s, w: w, r: r, route: x, tongue: s.tongueOf(r, nil)}
		if err := s.signIn(v); err != nil {
			v.fail(err)
			return
		}
		if err := mayDo(v.by, x.who); err != nil {
			v.fail(err)
			return
		}
		if err := x.do(v); err != nil {
			if x.framed {
				setHeaders(w.Header(), fixedHeaders)
			}
			v.fail(err)
		}
	}
	withSession := s.sessions.LoadAndSave(http.HandlerFunc(answer))
	return func(w http.ResponseWriter, r *http.Request) {
		if !x.early && s.waiting() {
			v := &visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				v.redirect("/setup")
				return
			}
			v.fail(coop.Errorf(coop.NotFound, "error.not_found", "not set up"))
			return
		}
		if x.framed {
			setHeaders(w.Header(), framedHeaders)
			r = r.Clone(r.Context())
			r.Header.Del("Cookie")
		}
		if x.document {
			w.Header().Add("Vary", "Accept")
			if s.cfg.ActivityPub != nil && wantsActivity(r.Header.Get("Accept")) {
				s.cfg.ActivityPub.ServeHTTP(w, r)
				return
			}
		}
		reading := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !reading {
			if r.Header.Get("Content-Encoding") != "" {
				(&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).plain(http.StatusUnsupportedMediaType, "error.encoding")
				return
			}
			if r.ContentLength > limit {
				(&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).plain(http.StatusRequestEntityTooLarge, "error.too_large")
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, limit)
		}
		if x.guess && s.guesses.OnLimit(w, r, s.network(r)) {
			(&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).tooMany()
			return
		}
		_, err := r.Cookie(s.sessions.Cookie.Name)
		switch {
		case err == nil || x.session:
			withSession.ServeHTTP(w, r)
		case x.kept && reading:
			s.fromCache(w, r, answer)
		default:
			answer(w, r)
		}
	}
}

// limiters counts tries per window; the counters live in memory, so a restart forgives.
func limiters() (perAddress, perAccount *httprate.RateLimiter) {
	return httprate.NewRateLimiter(limits.LoginsPerAddress, limits.LoginWindow),
		httprate.NewRateLimiter(limits.LoginsPerAccount, limits.LoginWindow)
}

// languageRoutes lets a reader choose a language. A member's choice is kept with their account too: it is the language of the
// mails to them.
func (s *Site) languageRoutes() []route {
	return []route{{method: http.MethodPost, pattern: "/lang/{tag}", who: anyone, early: true, do: func(v *visit) error {
		tag := chi.URLParam(v.r, "tag")
		if s.tongues[tag] == nil {
			return coop.Errorf(coop.NotFound, "error.not_found", "language %.20q", tag)
		}
		http.SetCookie(v.w, &http.Cookie{Name: s.languageCookie(), Value: tag, Path: "/", Secure: s.cfg.Secure, HttpOnly: true,
			SameSite: http.SameSiteLaxMode, MaxAge: int((365 * 24 * time.Hour).Seconds())})
		if v.me != nil {
			if err := s.cfg.Coop.ChooseLanguage(v.r.Context(), v.by, tag); err != nil {
				return err
			}
		}
		return v.redirect(localPath(v.r.PostFormValue("back")))
	}}}
}

func (s *Site) languageCookie() string {
	if s.cfg.Secure {
		return "__Host-tl-lang"
	}
	return "tl-lang"
}

// tongueOf chooses the language: the reader's choice, their account's, their browser's, the co-op's, English.
func (s *Site) tongueOf(r *http.Request, a *coop.Account) *tongue {
	if c, err := r.Cookie(s.languageCookie()); err == nil {
		if t := s.tongues[c.Value]; t != nil {
			return t
		}
	}
	if a != nil {
		if t := spokenAs(s.tongues, a.Language); t != nil {
			return t
		}
	}
	if t := s.tongues[preferredLanguage(r.Header.Get("Accept-Language"), s.offered)]; t != nil {
		return t
	}
	return s.coopTongue()
}

// coopTongue is the co-op's own language as last read: of feeds, and of pages for those who prefer none of ours.
func (s *Site) coopTongue() *tongue {
	if c := s.known.Load(); c != nil {
		for _, l := range c.coop.Languages {
			if t := spokenAs(s.tongues, l); t != nil {
				return t
			}
		}
	}
	return s.tongues[defaultLanguage]
}

// knownCoop is the co-op as last read, with the generation it was read at.
type knownCoop struct {
	coop       coop.Coop
	zone       *time.Location
	generation uint64
	read       time.Time
}

// coop gives the co-op, read anew when something changed or the kept one is old.
func (s *Site) coop(ctx context.Context) (*knownCoop, error) {
	k := s.known.Load()
	if k != nil && s.fresh(k.generation, k.read) {
		return k, nil
	}
	g, now := s.generation(), time.Now()
	c, err := s.cfg.CoopStore.Coop(ctx)
	if err != nil {
		return nil, err
	}
	k = &knownCoop{coop: c, zone: c.Zone(), generation: g, read: now}
	s.known.Store(k)
	return k, nil
}
