package federation

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/handbook"
	"toadlane/internal/outbound"
	"toadlane/market"
	"toadlane/region"
)

// PhotoKeeper keeps pictures, ours and those that we fetched from neighbours; the store satisfies it.
type PhotoKeeper interface {
	PutPhoto(ctx context.Context, owner coop.ID, p coop.Picture) (coop.ID, error)
	// PhotoReach is of class NotFound for a picture that is not kept any more.
	PhotoReach(ctx context.Context, id coop.ID) (reach coop.Visibility, owner coop.ID, err error)
	// OpenPhoto gives a picture at a size with its media type. Class NotFound.
	OpenPhoto(ctx context.Context, id coop.ID, size string) (io.ReadSeekCloser, coop.PhotoInfo, error)
}

// Config is what a node's federation is made of. Whoever wires the program fills all of it.
type Config struct {
	Base      coop.IRI // origin of the node, without a slash at the end
	Version   string
	Store     queue.Store
	CoopStore coop.Store
	Coop      *coop.Service
	Market    *market.Service
	Handbook  *handbook.Service
	Region    *region.Service // its Papers are the node's own: see New
	Photos    PhotoKeeper
	// Picture checks, decodes and re-encodes a stranger's picture.
	Picture func(context.Context, io.Reader) (coop.Picture, error)
	Out     *outbound.Client
	Master  [32]byte // seals private keys
	Now     func() time.Time
	NewID   func() coop.ID
	Log     *slog.Logger
	// Changed is called after peers changed what pages show; nil is nobody.
	Changed func()
	// Words gives the sentences of a post in a language: "post.offer", "post.until" ...
	Words func(lang, key string, args map[string]any) string
	// Markdown gives the text of a page of the handbook as HTML that may be sent, with whole addresses; nil: its lines as they were typed.
	Markdown func(page coop.IRI, name, source string) string
	// PhotoKey gives what opens a picture that is for peers only; nil is nothing, and peers then see none.
	PhotoKey func(coop.ID) string
	// Trusted are proxies whose X-Forwarded-For counts, as CIDR.
	Trusted []string
}

// Node is the federation side of one co-op's server.
type Node struct {
	Config
	addr     Addresses
	keys     *keyring
	peers    *peerKeys
	verifier *sig.Verifier
	blocks   *blockList
	limits   *peerLimits
	lookups  *peerLimits // of what people here ask for: it must not use up what peers need
	texts    *peerLimits // of handbooks that we fetch: they must not use up what peers may send
	flags    *peerLimits // complaints that we pass on
	rolls    *peerLimits // of co-ops that regions list, who may be many of one server and know nothing of it
	docs     *documents
	seen     *recently
	known    *knownPeers
	slow     slowPeers
	murmurs  murmurs
	pulling  sync.Map // actor → struct{}: peers whose collections are being read
	reading  sync.Map // what is read of regions at the moment
	routes   http.Handler

	wake                                                                                              chan struct{}
	eventsWake, inboundWake, deliveryWake, pullWake, regionsWake, announceWake, clockWake, murmurWake chan struct{}

	photos       singleflight.Group
	inFlight     sync.Map // host → struct{}: lanes at work
	schemes      sync.Map // host → sig.Scheme: what it takes
	untried      sync.Map // host → struct{}: it says that it takes Ed25519, and nothing was sent to it since
	nextTick     time.Time
	nextAnnounce time.Time

	dialMu sync.Mutex
	dials  []time.Time // of the last second, to hosts that fail
}

// New wires a node. It starts nothing: Run does.
func New(cfg Config) (*Node, error) {
	if cfg.Store == nil || cfg.Market == nil || cfg.Handbook == nil || cfg.Region == nil || cfg.Out == nil || cfg.CoopStore == nil || cfg.Photos == nil || cfg.Picture == nil || cfg.Now == nil || cfg.NewID == nil || cfg.Log == nil {
		return nil, errors.New("federation: incomplete configuration")
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	n := &Node{Config: cfg, addr: Addresses{Base: cfg.Base}}
	for _, c := range []*chan struct{}{&n.wake, &n.eventsWake, &n.inboundWake, &n.deliveryWake, &n.pullWake, &n.regionsWake, &n.announceWake, &n.clockWake, &n.murmurWake} {
		*c = make(chan struct{}, 1)
	}
	n.keys = &keyring{node: n}
	n.peers = newPeerKeys(n)
	n.blocks = &blockList{node: n}
	n.limits, n.lookups, n.texts, n.rolls, n.flags = newPeerLimits(), newPeerLimits(), newPeerLimits(), newPeerLimits(), newPeerLimits()
	n.docs = newDocuments()
	n.seen = newRecently()
	n.known = &knownPeers{node: n}
	scheme, _, _ := strings.Cut(string(cfg.Base), "://")
	n.verifier = &sig.Verifier{
		Keys:      n.peers,
		Hosts:     func(host string) bool { return host == cfg.Base.Host() },
		Self:      func(i coop.IRI) bool { return i.Hostname() == cfg.Base.Hostname() },
		Blocked:   n.blocks.Blocked,
		Now:       cfg.Now,
		URLScheme: scheme,
	}
	cfg.Region.Papers = papers{n}
	n.routes = n.router()
	return n, nil
}

// Wake starts the workers on what was just queued. It never blocks, and may be called from anywhere.
func (n *Node) Wake() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// self tells whether an address lies on our own server.
func (n *Node) self(i coop.IRI) bool { return i.Hostname() == n.Base.Hostname() }

var _ http.Handler = (*Node)(nil)
