package mail_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/mail"
	"toadlane/market"
	"toadlane/store"
	"toadlane/web"
)

// monday is when the tests take place, before the morning at which digests are written.
var monday = time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC)

const base coop.IRI = "http://bakery.localhost:8470"

// rig is the mail of a co-op on a real store, with a clock of its own.
type rig struct {
	*testing.T
	*mail.Mail
	store  *store.Store
	queue  store.Queue
	market *market.Service
	coop   *coop.Service
	dir    string
	clock  *clock
	ada    coop.Person // steward, reads English
	bo     coop.Person // reads Spanish
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func newID() coop.ID { return coop.ID(uuid.Must(uuid.NewV7()).String()) }

func token(purpose, subject string) string {
	m := hmac.New(sha256.New, []byte("secret"))
	m.Write([]byte(purpose + " " + subject))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16])
}

func newRig(t *testing.T, change func(*mail.Config)) *rig {
	t.Helper()
	r := &rig{T: t, clock: &clock{now: monday}, dir: t.TempDir()}
	var err error
	r.store, err = store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: r.clock.Now, Log: slog.New(slog.DiscardHandler)})
	r.ok(err)
	t.Cleanup(func() { _ = r.store.Close() })
	r.queue = store.Queue{Store: r.store}
	coops := store.Coop{Store: r.store}
	r.coop = &coop.Service{Store: coops, Now: r.clock.Now, NewID: newID, Fuzz: []byte("fuzz")}
	madrid, err := time.LoadLocation("Europe/Madrid")
	r.ok(err)
	r.market = &market.Service{Store: store.Market{Store: r.store}, Now: r.clock.Now, NewID: newID, Base: base, Actor: base + "/coop",
		Zone: func() *time.Location { return madrid }, Fuzz: []byte("fuzz")}
	words, err := web.Words()
	r.ok(err)
	dates, err := web.Dates()
	r.ok(err)
	c := mail.Config{Base: base, Dir: r.dir, Local: true, Store: r.store, Coop: r.coop, CoopStore: coops, Market: r.market, Token: token,
		Words: words, Date: dates, Now: r.clock.Now, NewID: newID, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&c)
	}
	r.Mail = mail.New(c)
	_, r.ada, err = r.coop.Setup(t.Context(), coop.Coop{Handle: "bakery", Name: "Tin & Thyme", OrgType: "OS60", Languages: []string{"en", "es"},
		Currency: "EUR", Licence: "CC-BY-SA-4.0", TimeZone: "Europe/Madrid"}, coop.Founder{Person: coop.Person{Handle: "ada", DisplayName: "Ada"}, Email: "ada@home.example", Language: "en"})
	r.ok(err)
	r.bo, err = r.coop.AddPerson(t.Context(), coop.System("test"), coop.Person{Handle: "bo", DisplayName: "Bo"}, "bo@home.example", "", "", coop.RoleMember)
	r.ok(err)
	r.ok(r.coop.ChangeAccount(t.Context(), coop.System("test"), r.bo.ID, nil, "test", func(a *coop.Account) error { a.Language = "es"; return nil }))
	r.wish(r.ada, func(n *coop.Notify) { n.Digest = coop.Off })
	r.wish(r.bo, func(n *coop.Notify) { n.Digest = coop.Off })
	return r
}

func (r *rig) wish(p coop.Person, change func(*coop.Notify)) {
	r.Helper()
	r.ok(r.coop.ChangeNotify(r.Context(), r.member(p), p.ID, change))
}

func (r *rig) ok(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *rig) put(l coop.Letter) {
	r.Helper()
	if l.ID == "" {
		l.ID = newID()
	}
	if l.Created.IsZero() {
		l.Created = r.clock.Now()
	}
	r.ok(r.queue.Write(context.Background(), func(tx queue.Tx) error { return tx.PutLetter(l) }))
}

// work lets the worker do all that is due.
func (r *rig) work() {
	r.Helper()
	for {
		n, err := r.Work(r.Context())
		r.ok(err)
		if n == 0 {
			return
		}
	}
}

// outbox gives the mails in the folder, oldest first, and empties it.
func (r *rig) outbox() (out []string) {
	r.Helper()
	names, err := filepath.Glob(filepath.Join(r.dir, "outbox", "*.eml"))
	r.ok(err)
	slices.Sort(names)
	for _, n := range names {
		b, err := os.ReadFile(n)
		r.ok(err)
		out = append(out, string(b))
		r.ok(os.Remove(n))
	}
	return out
}

func (r *rig) letters(s queue.State) []queue.Letter {
	r.Helper()
	list, _, err := r.queue.Letters(r.Context(), s, "", 100)
	r.ok(err)
	return list
}

func (r *rig) member(p coop.Person) coop.Actor { return coop.Member(p.ID, coop.RoleMember) }

func (r *rig) post(p coop.Person, title string, change func(*market.Listing)) market.Listing {
	r.Helper()
	l := market.Listing{Purpose: market.Offer, Kind: market.Thing, Title: coop.Text{"en": title}, Body: coop.Text{"en": "As it says."}, Modes: []market.Mode{market.Gift},
		State: market.Open, Visibility: coop.Everyone}
	if change != nil {
		change(&l)
	}
	l, err := r.market.PostListing(r.Context(), r.member(p), l)
	r.ok(err)
	return l
}

// hear has somebody at another server write to p about l.
func (r *rig) hear(p coop.Person, l market.Listing, id, words string) market.Thread {
	r.Helper()
	from := market.Party{IRI: "https://social.example/eva", Handle: "@eva@social.example", Name: "Eva <b>", Inbox: "https://social.example/eva/inbox"}
	r.ok(r.queue.Write(r.Context(), func(tx queue.Tx) error {
		_, err := market.Hear(tx, market.Incoming{IRI: coop.IRI("https://social.example/" + id), InReplyTo: l.IRI, From: from, HTML: "<p>" + words + "</p>",
			Mentions: true, Member: p.ID, At: r.clock.Now()}, newID, r.clock.Now())
		return err
	}))
	list, _, err := r.market.Store.Threads(r.Context(), p.ID, 1, "")
	r.ok(err)
	return list[0]
}

// server is a mail server for one test: it answers by the book, or as it is told to.
type server struct {
	net.Listener
	tls      *tls.Config
	starttls bool
	implicit bool
	answer   func(command string) string // "" is the book's answer

	mu    sync.Mutex
	mails []string
	said  []string
}

func newServer(t *testing.T, s *server) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener = l
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.talk(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return s
}

func (s *server) port() int { return s.Addr().(*net.TCPAddr).Port }

func (s *server) got() (mails, said []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails), slices.Clone(s.said)
}

func (s *server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	if s.implicit {
		c = tls.Server(c, s.tls)
	}
	in := bufio.NewReader(c)
	say := func(line string) { _, _ = fmt.Fprintf(c, "%s\r\n", line) }
	say("220 here")
	secure := s.implicit
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.mu.Lock()
		s.said = append(s.said, line)
		s.mu.Unlock()
		verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
		if s.answer != nil {
			if a := s.answer(line); a != "" {
				say(a)
				continue
			}
		}
		switch verb {
		case "EHLO":
			say("250-here")
			if s.starttls && !secure {
				say("250-STARTTLS")
			}
			if secure {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			t := tls.Server(c, s.tls)
			if t.Handshake() != nil {
				return
			}
			c, in, secure = t, bufio.NewReader(t), true
		case "AUTH":
			say("235 you are")
		case "DATA":
			say("354 go on")
			b, err := textproto.NewReader(in).ReadDotBytes()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.mails = append(s.mails, string(b))
			s.mu.Unlock()
			say("250 kept")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

// authority makes a certificate for localhost and what trusts it.
func authority(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now().Add(-time.Hour)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: from, NotAfter: from.Add(24 * time.Hour),
		DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}
