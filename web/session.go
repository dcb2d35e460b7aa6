package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// What a session holds. Role and name are read from the account at every request, so that a change counts at once.
const (
	inPerson = "person" // coop.ID
	inBorn   = "born"   // Unix seconds of the sign-in
	inSeen   = "seen"   // Unix seconds of the last use, to the hour
	inKey    = "key"    // WebAuthn ceremony under way
	inInvite = "invite" // link to show once
	inFirst  = "first"  // link of the first invitation, until it is used
)

// newSessions makes the session manager. The idle time is ours to watch: scs would write a row for every page read.
func newSessions(cfg *Config) *scs.SessionManager {
	m := scs.New()
	m.Store = cfg.Sessions
	m.Lifetime = limits.SessionAge
	m.Cookie.Name = "tl"
	if cfg.Secure {
		m.Cookie.Name = "__Host-tl"
	}
	m.Cookie.Secure = cfg.Secure
	m.Cookie.HttpOnly = true
	m.Cookie.Path = "/"
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

// session is the value of the session cookie that came with the request, "" for none.
func (v *visit) session() string {
	c, err := v.r.Cookie(v.site.sessions.Cookie.Name)
	if err != nil {
		return ""
	}
	return c.Value
}

// hasSession tells whether a session was loaded for this request: scs panics when asked about one that was not.
func (v *visit) hasSession() bool { return v.route.session || v.session() != "" }

// signIn finds out who is reading and sets v.by. Somebody whose session is over is anonymous, not refused. Class Unavailable
// when the store does not answer.
func (s *Site) signIn(v *visit) error {
	if !v.hasSession() {
		return nil
	}
	ctx := v.r.Context()
	id := coop.ID(s.sessions.GetString(ctx, inPerson))
	if id == "" {
		return nil
	}
	now := s.cfg.Now()
	born, seen := time.Unix(s.sessions.GetInt64(ctx, inBorn), 0), time.Unix(s.sessions.GetInt64(ctx, inSeen), 0)
	a, err := s.cfg.CoopStore.Account(ctx, id)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return err
	}
	if err != nil || a.Disabled || now.Sub(seen) > limits.SessionIdle || now.Sub(born) > limits.SessionAge {
		return s.sessions.Destroy(ctx)
	}
	p, err := s.cfg.CoopStore.Person(ctx, id)
	if err != nil {
		return err
	}
	if now.Sub(seen) > time.Hour {
		s.sessions.Put(ctx, inSeen, now.Unix())
	}
	v.me, v.person, v.by = &a, p, coop.Member(id, a.Role)
	v.tongue = s.tongueOf(v.r, &a)
	return nil
}

// begin signs a person in on this browser: a new token, so that one set before is worth nothing (WEB-03), bound to the person
// so that it can be ended from elsewhere.
func (v *visit) begin(id coop.ID) error {
	s, ctx := v.site, v.r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	now := s.cfg.Now()
	for _, k := range s.sessions.Keys(ctx) {
		s.sessions.Remove(ctx, k)
	}
	s.sessions.Put(ctx, inPerson, string(id))
	s.sessions.Put(ctx, inBorn, now.Unix())
	s.sessions.Put(ctx, inSeen, now.Unix())
	return v.bind(ctx, id, now)
}

// renew gives this browser's session a new token, after a password or role changed.
func (v *visit) renew() error {
	ctx := v.r.Context()
	if err := v.site.sessions.RenewToken(ctx); err != nil {
		return err
	}
	return v.bind(ctx, v.me.Person, v.site.cfg.Now())
}

func (v *visit) bind(ctx context.Context, id coop.ID, now time.Time) error {
	token, _, err := v.site.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	agent := v.r.UserAgent()
	if len(agent) > 200 {
		agent = agent[:200]
	}
	return v.site.cfg.Sessions.Bind(ctx, token, id, agent, now)
}

// keep is the hash of this browser's token, for ChangeAccount to let live.
func (v *visit) keep() []byte {
	sum := sha256.Sum256([]byte(v.site.sessions.Token(v.r.Context())))
	return sum[:]
}
