package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"
	"github.com/go-webauthn/webauthn/webauthn"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/limits"
	"toadlane/market"
)

// Site serves the pages of one co-op.
type Site struct {
	cfg Config
	fabric
	offered   []string
	templates templates
	sessions  *scs.SessionManager
	passkeys  *webauthn.WebAuthn
	cache     *pageCache
	known     atomic.Pointer[knownCoop]
	named     atomic.Pointer[neighbourNames]
	places    atomic.Pointer[knownPlaces]
	metBy     atomic.Pointer[metStandards]
	regional  atomic.Pointer[knownRegions]
	arounds   kept[*regionCircle]
	bonded    kept[joins]
	counted   kept[market.Numbers]
	sharing   kept[[]handbook.Shared]
	spots     kept[*regionSpots]
	grounds   atomic.Pointer[ground]
	tiles     *pageCache
	tileTurns *httprate.RateLimiter
	trusted   []netip.Prefix
	guesses   *httprate.RateLimiter // per network
	tries     *httprate.RateLimiter // per account
	talks     talkLimits
	mux       *chi.Mux
	handler   http.Handler
}

// New makes the site. It refuses a Config with something missing and panics when a template or a sentence of the frame is,
// since that is a programmer's error.
func New(cfg Config) (*Site, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	s := &Site{cfg: cfg, cache: newPageCache(limits.PageCacheBytes), sessions: newSessions(&cfg),
		tiles: newPageCache(limits.TileCacheBytes), tileTurns: httprate.NewRateLimiter(limits.TilesPerMinute, time.Minute)}
	for _, t := range cfg.Trusted {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, fmt.Errorf("site: trusted proxy %q: %w", t, err)
		}
		s.trusted = append(s.trusted, p.Masked())
	}
	var err error
	if s.passkeys, err = newPasskeys(&cfg); err != nil {
		return nil, fmt.Errorf("site: passkeys: %w", err)
	}
	s.guesses, s.tries = limiters()
	s.talks = newTalkLimits()
	if s.fabric, err = allFabric(); err != nil {
		panic("web: " + err.Error())
	}
	s.templates = s.speak()
	for _, l := range languageNames {
		s.offered = append(s.offered, l.Tag)
	}
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		(&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).fail(
			coop.Errorf(coop.Unavailable, "error.unavailable", "session: %w", err))
	}
	s.mux = s.router()
	cross := http.NewCrossOriginProtection()
	// Mail programs ask this of their own accord (RFC 8058), with whatever headers; the word in the address is the permission.
	cross.AddInsecureBypassPattern("POST " + unsubscribePattern)
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = (&visit{site: s, w: w, r: r, tongue: s.tongueOf(r, nil)}).errorPage(http.StatusForbidden, "error.cross_site")
	}))
	s.handler = s.recovered(s.headers(s.hosts(cross.Handler(s.mux))))
	return s, nil
}

func (c *Config) complete() error {
	missing := map[string]bool{
		"Base": c.Base == "", "ActorIRI": c.ActorIRI == "", "Coop": c.Coop == nil, "Market": c.Market == nil, "Region": c.Region == nil,
		"CoopStore": c.CoopStore == nil, "Sessions": c.Sessions == nil, "Photos": c.Photos == nil, "Steward": c.Steward == nil,
		"Federation": c.Federation == nil, "SetupCode": c.SetupCode == nil, "Now": c.Now == nil, "Log": c.Log == nil,
		"Token": c.Token == nil, "Mail": c.Mail == nil, "Preview": c.Preview == nil, "Murmurations": c.Murmurations == nil,
	}
	for name, is := range missing {
		if is {
			return errors.New("Config." + name + " is missing")
		}
	}
	return nil
}

// opensWith tells whether token is the word for doing purpose to subject.
func (s *Site) opensWith(token, purpose, subject string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.cfg.Token(purpose, subject))) == 1
}

// Handler serves everything that a browser may ask for.
func (s *Site) Handler() http.Handler { return s.handler }

// waiting tells whether the node has no co-op yet.
func (s *Site) waiting() bool { return s.cfg.SetupCode() != "" }

// unread counts what a member has not read: their own messages and, for a steward, those to the stewards.
func (s *Site) unread(ctx context.Context, by coop.Actor) (int, error) {
	n, err := s.cfg.Market.Store.Unread(ctx, by.Person())
	if err != nil || !by.CanSteward() {
		return n, err
	}
	shared, err := s.cfg.Market.Store.Unread(ctx, "")
	return n + shared, err
}
