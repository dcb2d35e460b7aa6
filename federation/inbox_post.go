package federation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/failpoint"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
)

// postInbox takes what a peer sends to the shared inbox or to one actor's: verify, keep, commit, 202. Nothing is applied here:
// what was answered 202 survives a power cut and is applied from its row, once. Statuses: 202 kept, or known, or of no
// concern to us; 400 malformed; 401 no or wrong signature; 403 blocked or not the sender's own; 404 no such inbox; 413, 415, 429 with
// Retry-After, 503 with Retry-After.
func (n *Node) postInbox(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	inbox := n.Base + coop.IRI(r.URL.Path)
	if ok, err := n.hasInbox(ctx, r.URL.Path); err != nil {
		n.refuse(w, r, err)
		return
	} else if !ok {
		http.Error(w, "no such inbox", http.StatusNotFound)
		return
	}
	if !outbound.IsActivity(r.Header.Get("Content-Type")) {
		http.Error(w, "an inbox takes application/activity+json", http.StatusUnsupportedMediaType)
		return
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		http.Error(w, "an inbox takes no content encoding", http.StatusUnsupportedMediaType)
		return
	}
	if r.ContentLength > limits.InboxBody {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	body, err := readBody(r)
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	if leaver := n.leaver(r, body); leaver != "" {
		if _, err := n.Store.Actor(ctx, leaver); coop.ClassOf(err) == coop.NotFound && err != nil {
			// Large servers tell everybody of every account that ends, and its key can no longer be had: there is nothing to
			// delete here, and asking for the key would use up what we grant their server.
			w.WriteHeader(http.StatusAccepted)
			return
		} else if err != nil {
			n.refuse(w, r, err)
			return
		}
	}
	who, err := n.verifier.Verify(ctx, r, body)
	if err != nil {
		if coop.KeyOf(err) == "sig.key" {
			if leaver := n.leaver(r, body); leaver != "" {
				err = n.askGone(ctx, leaver, inbox, body)
			}
		}
		if err != nil {
			n.refuse(w, r, err)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if err := n.take(ctx, who, inbox); err != nil {
		n.refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func readBody(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(io.LimitReader(r.Body, limits.InboxBody+1)); err != nil {
		return nil, coop.Errorf(coop.Invalid, "inbox.body", "read body: %w", err)
	}
	if int64(b.Len()) > limits.InboxBody {
		return nil, errTooLarge
	}
	return b.Bytes(), nil
}

var errTooLarge = errors.New("body too large")

// take keeps what a verified peer sent.
func (n *Node) take(ctx context.Context, who sig.Verified, inbox coop.IRI) error {
	now := n.Now().UTC()
	if wait, ok := n.limits.Allow(who.Actor(), now); !ok {
		return &tooMany{wait}
	}
	in, err := envelope(who.Body(), who.Actor())
	if err != nil {
		return err
	}
	if n.blocks.Blocked(who.Actor()) {
		return coop.Errorf(coop.Forbidden, "peer.blocked", "%s is blocked", who.Actor())
	}
	n.hostSeen(ctx, who.Actor(), now)
	if !n.concernsUs(ctx, in) {
		return nil
	}
	in.Inbox, in.Created, in.Due = inbox, now, now
	if wait, ok := n.limits.Keep(who.Actor(), len(in.Raw), now); !ok {
		return &tooMany{wait}
	}
	failpoint.Here("inbox_verified")
	seen, err := n.Store.PutInbound(ctx, in)
	if err != nil {
		return err
	}
	failpoint.Here("inbox_committed")
	if in.Type == "Follow" && !n.seen.Within("follow "+in.Activity, limits.KeyRefetchEvery, now) && seen {
		if err := n.answerAgain(ctx, in); err != nil {
			return err
		}
	}
	if !seen || in.Type == "Follow" {
		n.Wake()
	}
	return nil
}

// envelope reads who says what about which object, strictly, and holds the sender to their own name (security rules R1, R4).
// The body is kept as it came.
func envelope(body []byte, peer coop.IRI) (queue.Inbound, error) {
	var in queue.Inbound
	o, err := strictjson.Parse(body)
	if err != nil {
		return in, coop.Errorf(coop.Invalid, "inbox.malformed", "%w", err)
	}
	types := o.Types()
	if len(types) == 0 || len(types) > 4 || types[0] == "" || len(types[0]) > 100 {
		return in, coop.Errorf(coop.Invalid, "inbox.malformed", "type")
	}
	actor, ok := o.IRI("actor")
	if !ok {
		return in, coop.Errorf(coop.Invalid, "inbox.malformed", "actor")
	}
	if actor != peer {
		return in, coop.Errorf(coop.Forbidden, "actor.differs", "signed by %s, said to be by %s", peer, actor)
	}
	recipients := 0
	for _, field := range []string{"to", "cc", "bto", "bcc", "audience"} {
		if recipients += len(o.List(field)); recipients > limits.Recipients {
			return in, coop.Errorf(coop.Invalid, "inbox.malformed", "more than %d recipients", limits.Recipients)
		}
	}
	in = queue.Inbound{Row: queue.Row{State: queue.Waiting}, Peer: peer, Type: types[0], Raw: body}
	if o.Has("id") {
		id, ok := o.ID()
		if !ok {
			return in, coop.Errorf(coop.Invalid, "inbox.malformed", "id")
		}
		if !coop.SameOrigin(id, peer) {
			return in, coop.Errorf(coop.Forbidden, "origin.differs", "activity %s is not of %s", id, peer)
		}
		in.Activity, in.Object = string(id), id
		switch in.Type {
		case "Update", "Like", "EmojiReact", "Announce", "Undo":
			// GoToSocial and honk give every edit of a post one id, snac a Like and its Undo the same ones each time (2026-11). What
			// is the same to the last byte is the same all the same.
			in.Activity += " " + bodyDigest(body)
		}
	} else {
		in.Activity = "sha-256 " + bodyDigest(body) // WordPress sends an Update without id (2026-11)
	}
	switch in.Type {
	case "Create", "Update", "Delete", "Undo", "Accept", "Reject":
		if about, ok := o.IRI("object"); ok {
			in.Object = about
		}
	}
	if in.Type == "Update" && !vocab.EntryIn(o).IsZero() {
		in.Object = peer // one of them that has to wait must not hold up those of others about the same region
	}
	// Follows of one peer and what takes them back keep their order, whatever ids they have: a Follow after an Undo stays.
	if in.Type == "Follow" || in.Type == "Undo" && o.Object("object").Is("Follow") || in.Object == "" {
		in.Object = peer
	}
	return in, nil
}

// bodyDigest tells bodies apart that have no id, or one id for several.
func bodyDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// concernsUs tells whether to keep it at all. What nobody here follows and what names nothing of ours is answered 202 and
// forgotten, so that a stranger can't fill the disk (QTA-04); the same with Mastodon.
func (n *Node) concernsUs(ctx context.Context, in queue.Inbound) bool {
	switch in.Type {
	case "Create", "Update", "Announce", "Add", "Remove", "Delete":
		// The host and not the whole address: PHP writes https:\/\/ (WordPress, Hubzilla).
		if bytes.Contains(in.Raw, []byte(n.Base.Host())) || n.known.Follows(ctx, in.Peer) {
			return true
		}
		if in.Type == "Add" || in.Type == "Remove" || in.Type == "Announce" {
			_, err := n.Region.Store.At(ctx).RegionByHost(in.Peer) // it is addressed to all who take part, not to us by name
			return err == nil || coop.ClassOf(err) != coop.NotFound
		}
		if in.Type == "Create" {
			return false
		}
		_, err := n.Store.Actor(ctx, in.Peer)
		return err == nil
	}
	return true
}

// hostSeen closes the breaker of a host that just proved to be up.
func (n *Node) hostSeen(ctx context.Context, peer coop.IRI, now time.Time) {
	host := peer.Host()
	if n.seen.Within("host "+host, time.Minute, now) {
		return
	}
	if err := n.Store.HostSeen(ctx, host, now); err != nil {
		n.Log.Warn("note that a host is up", "host", host, "error", err)
		return
	}
	n.Wake()
}

// leaver is the actor that a signed request says is deleted by itself, not yet verified; "" for every other request.
func (n *Node) leaver(r *http.Request, body []byte) coop.IRI {
	if r.Header.Get("Signature") == "" || !bytes.Contains(body, []byte(`"Delete"`)) {
		return ""
	}
	o, err := strictjson.Parse(body)
	if err != nil || !o.Is("Delete") {
		return ""
	}
	actor, ok := o.IRI("actor")
	if object, ok2 := o.IRI("object"); !ok || !ok2 || object != actor || n.self(actor) || n.blocks.Blocked(actor) {
		return ""
	}
	return actor
}

// askGone takes the Delete of an actor that we know and whose key can no longer be fetched. Only what its own address
// answers decides, later.
func (n *Node) askGone(ctx context.Context, actor, inbox coop.IRI, body []byte) error {
	now := n.Now().UTC()
	if n.seen.Marked("gone "+string(actor), limits.KeyRefetchEvery, now) {
		return nil
	}
	in := queue.Inbound{Row: queue.Row{State: queue.Waiting, Created: now, Due: now}, Peer: actor, Type: typeGone,
		Activity: "gone " + now.Format(time.RFC3339), Object: actor, Inbox: inbox, Raw: body}
	if _, err := n.Store.PutInbound(ctx, in); err != nil {
		return err
	}
	n.seen.Within("gone "+string(actor), limits.KeyRefetchEvery, now)
	n.Wake()
	return nil
}

// typeGone marks our own question whether an actor is still there; no activity has this type.
const typeGone = "(gone?)"

// tooMany is an error of class TooMany that knows how long to wait.
type tooMany struct{ wait time.Duration }

func (e *tooMany) Error() string { return "too many activities; wait " + e.wait.String() }

// refuse answers an error in plain text, without its cause.
func (n *Node) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var busy *tooMany
	status := http.StatusInternalServerError
	switch {
	case errors.As(err, &busy):
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(busy.wait.Seconds()))))
		status = http.StatusTooManyRequests
	case errors.Is(err, errTooLarge):
		status = http.StatusRequestEntityTooLarge
	default:
		switch coop.ClassOf(err) {
		case coop.Invalid:
			status = http.StatusBadRequest
		case coop.Unauthenticated:
			status = http.StatusUnauthorized
		case coop.Forbidden:
			status = http.StatusForbidden
		case coop.NotFound:
			status = http.StatusNotFound
		case coop.Gone:
			status = http.StatusGone
		case coop.Conflict:
			status = http.StatusConflict
		case coop.TooMany:
			w.Header().Set("Retry-After", "60")
			status = http.StatusTooManyRequests
		case coop.Unavailable:
			w.Header().Set("Retry-After", "60")
			status = http.StatusServiceUnavailable
		}
	}
	level := n.Log.Debug
	switch {
	case status == http.StatusServiceUnavailable:
		// Once a minute: peers come again and again, and a full disk would fill itself with complaints.
		if !n.seen.Within("unavailable", time.Minute, n.Now()) {
			level = n.Log.Error
		}
	case status >= 500:
		level = n.Log.Error
	}
	level("refuse request", "method", r.Method, "path", r.URL.Path, "status", status, "error", err)
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(status)+": "+coop.KeyOf(err), status)
}
