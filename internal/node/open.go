package node

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"toadlane/coop"
	"toadlane/federation"
	"toadlane/handbook"
	"toadlane/internal/mail"
	"toadlane/internal/outbound"
	"toadlane/internal/picture"
	"toadlane/internal/prose"
	"toadlane/market"
	"toadlane/region"
	"toadlane/store"
	"toadlane/web"
)

// Options say which node to open and how.
type Options struct {
	Dir       string
	Base      coop.IRI // "" is the address the node was made with
	DB        string   // "" is what node.json says
	Serve     bool     // this process serves the node: pages and workers; only one may, per folder
	MasterKey string   // file; "" is looked for, see MasterPath
	Trusted   []string // proxies whose X-Forwarded-For counts, as CIDR; nil is what node.json says
	Now       func() time.Time
	Log       *slog.Logger
	Version   string
	SourceURL string
}

// Node is one whole co-op's server, opened.
type Node struct {
	Dir        string
	Base       coop.IRI
	DB         string   // postgres://…, or ""
	Trusted    []string // proxies
	Version    string
	Now        func() time.Time
	Log        *slog.Logger
	Settings   Settings
	Store      *store.Store
	CoopStore  coop.Store
	Coop       *coop.Service
	Market     *market.Service
	Handbook   *handbook.Service
	Region     *region.Service
	Queue      store.Queue
	Federation *federation.Node
	Mail       *mail.Mail
	Site       *web.Site // with Serve only
	Master     [32]byte
	MasterKey  string // its file

	out   *outbound.Client
	watch watch
	code  setupCode
	count *counters
}

// Open opens the node in o.Dir, or makes it there when o.Base is given: settings, master key, database. Errors: NotFound, key
// node.none, when there is no node and no address to make one with; Conflict, keys base.pinned, store.locked, store.newer;
// NotFound, key master.none, when a node that has keys has lost the one that opens them; those of the store.
func Open(ctx context.Context, o Options) (_ *Node, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Version == "" {
		o.Version = Version()
	}
	n := &Node{Dir: o.Dir, Base: o.Base, DB: o.DB, Trusted: o.Trusted, Version: o.Version, Now: o.Now, Log: o.Log,
		MasterKey: o.MasterKey, count: newCounters()}
	defer func() {
		if err != nil {
			_ = n.Close()
			err = fmt.Errorf("open node in %s: %w", o.Dir, err)
		}
	}()
	n.Settings, err = ReadSettings(o.Dir)
	fresh := err != nil && coop.KeyOf(err) == "node.none"
	if err != nil && !(fresh && o.Base != "") {
		return nil, err
	}
	if n.DB == "" {
		n.DB = n.Settings.DB
	}
	if n.Trusted == nil {
		n.Trusted = n.Settings.Trusted
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, coop.Errorf(coop.Unavailable, "node.folder", "%w", err)
	}
	if n.Store, err = store.Open(ctx, store.Options{Dir: o.Dir, DB: n.DB, Serve: o.Serve, Now: o.Now, Log: o.Log}); err != nil {
		return nil, err
	}
	n.Queue = store.Queue{Store: n.Store}
	n.CoopStore = watchedCoop{store.Coop{Store: n.Store}, &n.watch}
	if err := n.pin(ctx); err != nil {
		return nil, err
	}
	// Which database it is, is remembered of who makes or serves the node; for other commands --db holds for once.
	if n.Settings.Base != n.Base || n.Settings.DB != n.DB && o.Serve {
		n.Settings.Base, n.Settings.DB = n.Base, n.DB
		if err := WriteSettings(o.Dir, n.Settings); err != nil {
			return nil, err
		}
	}
	if err := n.openMaster(ctx); err != nil {
		return nil, err
	}
	if err := n.wire(ctx); err != nil {
		return nil, err
	}
	if n.Settings.Restored {
		if err := n.Region.MarkRestored(ctx); err != nil {
			return nil, err
		}
		n.Settings.Restored = false
		if err := WriteSettings(o.Dir, n.Settings); err != nil {
			return nil, err
		}
	}
	if !o.Serve {
		return n, nil
	}
	return n, n.wireSite(o.SourceURL)
}

// baseSetting pins the node's address in its database: node.json can be edited or copied, addresses given out can't be
// taken back (F-43).
const baseSetting = "base"

func (n *Node) pin(ctx context.Context) error {
	pinned, err := n.CoopStore.Setting(ctx, baseSetting)
	if err != nil {
		return err
	}
	if n.Base == "" {
		n.Base = n.Settings.Base
	}
	switch {
	case pinned == string(n.Base) && pinned != "":
		return nil
	case pinned != "" && n.Base == "":
		n.Base = coop.IRI(pinned)
		return nil
	case pinned != "":
		return &coop.Error{Class: coop.Conflict, Key: "base.pinned", Args: map[string]any{"Pinned": pinned, "Base": string(n.Base)}}
	case n.Base == "":
		return coop.Errorf(coop.NotFound, "node.none", "the node has no address")
	}
	return n.CoopStore.SetSetting(ctx, baseSetting, string(n.Base))
}

// openMaster reads the master key, or makes it for a node that has sealed nothing yet.
func (n *Node) openMaster(ctx context.Context) error {
	path := MasterPath(n.Dir, n.MasterKey)
	key, err := readMaster(path)
	if err == nil {
		n.MasterKey, n.Master = path, key
		return nil
	}
	if coop.KeyOf(err) != "master.none" {
		return err
	}
	sealed, e := n.Queue.OwnKeys(ctx, federation.Addresses{Base: n.Base}.Coop())
	if e != nil {
		return e
	}
	if len(sealed) > 0 {
		return err
	}
	n.MasterKey = path
	n.Master, err = makeMaster(path)
	return err
}

func (n *Node) wire(ctx context.Context) error {
	fuzz, err := fuzzSecret(ctx, n.CoopStore)
	if err != nil {
		return err
	}
	z := &zone{store: n.CoopStore, watch: &n.watch}
	addr := federation.Addresses{Base: n.Base}
	n.Coop = &coop.Service{Store: n.CoopStore, Now: n.Now, NewID: NewID, Fuzz: fuzz}
	n.Market = &market.Service{Store: watchedMarket{store.Market{Store: n.Store}, &n.watch}, Now: n.Now, NewID: NewID, Base: n.Base,
		Actor: addr.Coop(), Zone: z.get, Fuzz: fuzz, Stewards: n.Coop.Stewards}
	n.Handbook = &handbook.Service{Store: watchedHandbook{store.Handbook{Store: n.Store}, &n.watch}, Now: n.Now, NewID: NewID, Base: n.Base,
		Fold: market.Fold, Stewards: n.Coop.Stewards}
	n.Region = &region.Service{Store: watchedRegion{store.Region{Store: n.Store}, &n.watch}, Now: n.Now, NewID: NewID, Actor: addr.Coop(), Meets: n.Handbook.Unmet}

	policy := outbound.Public()
	if IsLocal(n.Base) {
		policy = outbound.Loopback()
	}
	n.out = outbound.New(policy, "ToadLane/"+n.Version+" (+"+string(n.Base)+"/)", outbound.Options{
		Self: func(host string) bool { return host == n.Base.Host() },
	})
	words, err := web.Words()
	if err != nil {
		return err
	}
	if n.Federation, err = federation.New(federation.Config{
		Base: n.Base, Version: n.Version, Store: n.Queue, CoopStore: n.CoopStore, Coop: n.Coop, Market: n.Market, Handbook: n.Handbook,
		Region: n.Region, Photos: n.Store, Picture: picture.Make, Out: n.out, Master: n.Master, Now: n.Now, NewID: NewID, Log: n.Log, Changed: n.watch.touch,
		Words: words, Markdown: prose.Document, Trusted: n.Trusted, PhotoKey: n.photoKey,
	}); err != nil {
		return err
	}
	n.Region.Index = n.Federation.SearchIndex
	dates, err := web.Dates()
	if err != nil {
		return err
	}
	n.Mail = mail.New(mail.Config{Base: n.Base, Dir: n.Dir, Local: IsLocal(n.Base), Store: n.Store, Coop: n.Coop, CoopStore: n.CoopStore, Market: n.Market,
		Master: n.Master, Token: n.token, Words: words, Date: dates, Now: n.Now, NewID: NewID, Log: n.Log, Sent: n.count.letter})
	wake := func() { n.Federation.Wake(); n.Mail.Wake() }
	n.watch.wake.Store(&wake)
	return nil
}

func (n *Node) wireSite(sourceURL string) (err error) {
	n.code.node = n
	n.Site, err = web.New(web.Config{
		Base: n.Base, ActorIRI: federation.Addresses{Base: n.Base}.Coop(), Secure: !IsLocal(n.Base), Coop: n.Coop, Market: n.Market, Handbook: n.Handbook, Region: n.Region,
		Murmurations: n.Federation,
		CoopStore:    n.CoopStore, Sessions: n.Store, Photos: n.Store, Steward: n.Queue, Federation: n.Federation, Mail: n.Mail, ActivityPub: n.Federation,
		SetupCode: n.code.get, SetUp: n.afterSetup, Now: n.Now, Log: n.Log, Version: n.Version, Trusted: n.Trusted,
		Generation: n.watch.generation.Load, SourceURL: sourceURL, PhotoKey: n.photoKey, Token: n.token, Preview: n.Federation.PreviewListing, Tile: n.tile,
	})
	return err
}

// afterSetup makes the keys at once, so that the first neighbour who asks need not wait for them.
func (n *Node) afterSetup(ctx context.Context) error {
	if err := n.Federation.EnsureKeys(ctx); err != nil {
		return err
	}
	n.watch.written()
	return nil
}

// SetupCode gives the one-time code with which a browser may set the node up, "" when it is set up.
func (n *Node) SetupCode() string { return n.code.get() }

// setupCode is the one-time code while there is no co-op. It lives as long as the process.
type setupCode struct {
	node *Node
	mu   sync.Mutex
	code string
	done bool
}

func (s *setupCode) get() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done || s.node == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	// The command line may set it up beside us, so it is asked until it is done.
	if _, err := s.node.CoopStore.Coop(ctx); err == nil {
		s.done, s.code = true, ""
		return ""
	}
	if s.code == "" {
		s.code = newCode()
	}
	return s.code
}

// Close lets go of everything. The workers must have ended.
func (n *Node) Close() error {
	if n.out != nil {
		n.out.Close()
	}
	if n.Store == nil {
		return nil
	}
	return n.Store.Close()
}

// NewID makes an id: a UUID of version 7.
func NewID() coop.ID { return coop.ID(uuid.Must(uuid.NewV7()).String()) }

// photoKey is what opens a picture that is for peers only.
func (n *Node) photoKey(id coop.ID) string { return n.token("photo", string(id)) }

// token is a word that stands for a permission: it follows from the master key, so that every process of the node gives the same
// and nobody can guess it. purpose is one word, so that what opens one thing opens no other.
func (n *Node) token(purpose, subject string) string {
	mac := hmac.New(sha256.New, n.Master[:])
	mac.Write([]byte(purpose + " " + subject))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// tile fetches a picture behind the map.
func (n *Node) tile(ctx context.Context, address coop.IRI) ([]byte, error) {
	resp, err := n.out.Get(ctx, outbound.Request{Kind: outbound.KindTile, URL: address})
	return resp.Body, err
}
