package mail

import (
	"context"
	"crypto/x509"
	"log/slog"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
)

// Store keeps letters; the node's store satisfies it.
type Store interface {
	// ClaimLetters leases up to n letters that are due until lease, and counts the attempt.
	ClaimLetters(ctx context.Context, now, lease time.Time, n int) ([]queue.Letter, error)
	// SettleLetter records what became of a claimed letter. Class Conflict when somebody else did meanwhile.
	SettleLetter(ctx context.Context, id int64, s queue.State, due time.Time, lastError string) error
	// PostponeLetter gives a claimed letter back unsent until due, its attempt not counted.
	PostponeLetter(ctx context.Context, id int64, due time.Time) error
	// NextLetter tells when the next letter can be claimed; zero when none waits.
	NextLetter(ctx context.Context) (time.Time, error)
}

// Config is what the mail of a node is made of. Whoever wires the program fills all of it.
type Config struct {
	Base      coop.IRI // origin of the node
	Dir       string   // the node's folder; mails lie in Dir/outbox while there is no server
	Local     bool     // the node is on loopback, and so is its mail server
	Store     Store
	Coop      *coop.Service
	CoopStore coop.Store
	Market    *market.Service
	Master    [32]byte // seals the password of the mail server
	// Token gives the word that opens something without signing in.
	Token func(purpose, subject string) string
	// Words gives a sentence of a language, Date the day that a time falls on.
	Words func(language, key string, args map[string]any) string
	Date  func(language string, at time.Time, zone *time.Location) string
	Now   func() time.Time
	NewID func() coop.ID
	Log   *slog.Logger
	// Sent is told of every letter that was sent or given up; nil is nobody.
	Sent func(kind coop.LetterKind, state queue.State)
	// RootCAs replaces the system's certificate authorities, on a node on loopback only.
	RootCAs *x509.CertPool
}

// Mail is the mail of one node.
type Mail struct {
	Config
	wake chan struct{}
	look time.Time // when to see next who gets a digest
}

// New makes it. It panics when other authorities are given to a node that is not on loopback: a mistake in the wiring.
func New(c Config) *Mail {
	if c.RootCAs != nil && !c.Local {
		panic("mail: certificate authorities for a public node")
	}
	if c.Sent == nil {
		c.Sent = func(coop.LetterKind, queue.State) {}
	}
	return &Mail{Config: c, wake: make(chan struct{}, 1)}
}

// Wake makes the worker look for letters now. It never blocks.
func (m *Mail) Wake() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}
