package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// fetch gets an ActivityPub document from its origin, signed as the instance actor: draft-cavage first, RFC 9421 when that is
// refused (FEDERATION.md). Nothing of a blocked host is asked for.
func (n *Node) fetch(ctx context.Context, kind outbound.Kind, iri coop.IRI, budget *outbound.Budget) (outbound.Document, error) {
	return n.fetchIf(ctx, kind, iri, "", budget)
}

func (n *Node) fetchIf(ctx context.Context, kind outbound.Kind, iri coop.IRI, etag string, budget *outbound.Budget) (outbound.Document, error) {
	if n.blocks.Blocked(iri) {
		return outbound.Document{}, coop.Errorf(coop.Forbidden, "peer.blocked", "%s is blocked", iri)
	}
	if n.self(iri) {
		return outbound.Document{}, coop.Errorf(coop.Forbidden, "peer.self", "%s is our own", iri)
	}
	r := outbound.Request{Kind: kind, URL: iri, IfNoneMatch: etag, Budget: budget, Sign: n.signFetch(ctx, sig.Cavage)}
	doc, err := n.Out.FetchDocument(ctx, r)
	if s := outbound.Status(err); s == 401 || s == 403 {
		r.Sign = n.signFetch(ctx, sig.RFC9421)
		if again, err2 := n.Out.FetchDocument(ctx, r); err2 == nil {
			return again, nil
		}
	}
	return doc, err
}

// keepActor decodes a fetched actor and stores it. Class Invalid when it is none, Gone when it is a tombstone.
func (n *Node) keepActor(ctx context.Context, doc outbound.Document) (queue.Actor, error) {
	a, err := vocab.DecodeActor(doc.Object)
	if err != nil {
		return queue.Actor{}, err
	}
	if a.IRI != doc.IRI || n.self(a.IRI) {
		return queue.Actor{}, coop.Errorf(coop.Invalid, "fetch.document", "actor %s came from %s", a.IRI, doc.IRI)
	}
	for _, url := range []coop.IRI{a.Inbox, a.SharedInbox, a.Outbox, a.Offers, a.Wants, a.Followers} {
		if url != "" && (!coop.SameOrigin(url, a.IRI) || n.Out.Allowed(url) != nil) {
			return queue.Actor{}, coop.Errorf(coop.Invalid, "fetch.document", "actor %s keeps a part at %s", a.IRI, url)
		}
	}
	a.Raw, a.Fetched = doc.Raw, n.Now().UTC()
	var before queue.Actor
	err = n.Store.Write(ctx, func(tx queue.Tx) (err error) {
		if before, err = tx.Actor(a.IRI); err != nil && coop.ClassOf(err) != coop.NotFound {
			return err
		}
		return tx.PutActor(a)
	})
	if err != nil {
		return a, fmt.Errorf("keep actor %s: %w", a.IRI, err)
	}
	n.learnScheme(a, doc.Object, len(before.Raw) > 0 && !bytes.Equal(before.Raw, a.Raw))
	n.seen.Forget("no actor " + string(a.IRI))
	n.seen.Forget("away actor " + string(a.IRI))
	return a, nil
}

// actor gives a remote actor: from the store while it is fresh, else from its origin; a stale one serves when the origin does
// not answer. One that could not be had is not asked for again for limits.NegativeCache; until then the error keeps its class: a
// server that is down for a minute is Unavailable, and nothing that needs it is given up.
func (n *Node) actor(ctx context.Context, iri coop.IRI, budget *outbound.Budget) (queue.Actor, error) {
	now := n.Now()
	a, err := n.Store.Actor(ctx, iri)
	if err != nil && coop.ClassOf(err) != coop.NotFound {
		return a, err
	}
	known := err == nil && !a.Gone
	if known && now.Sub(a.Fetched) < limits.ActorFresh && a.Inbox != "" {
		return a, nil
	}
	if err := n.missing("actor", iri, now); err != nil {
		if known {
			return a, nil
		}
		return queue.Actor{}, err
	}
	if !known && !n.limits.Discover(iri, now) {
		return queue.Actor{}, coop.Errorf(coop.TooMany, "peer.busy", "too many unknown actors under %s", domainOf(iri))
	}
	fresh, err := n.fetchActor(ctx, iri, budget)
	if err == nil {
		return fresh, nil
	}
	n.miss("actor", iri, err, now)
	if known && coop.ClassOf(err) != coop.Gone {
		return a, nil
	}
	return queue.Actor{}, err
}

// knownActor gives an actor as we last saw it, however long ago, and asks its origin only when we never did: where to send to is
// known, and whether it still answers is the delivery's question. So nothing of ours waits for a server that hangs.
func (n *Node) knownActor(ctx context.Context, iri coop.IRI) (queue.Actor, error) {
	a, err := n.Store.Actor(ctx, iri)
	if err == nil && !a.Gone && a.Inbox != "" {
		return a, nil
	}
	return n.actor(ctx, iri, outbound.NewBudget(limits.FetchesPerInbound))
}

// miss remembers that something could not be had, and whether it was not there or did not answer. That we would not ask is
// no news of it.
func (n *Node) miss(what string, iri coop.IRI, err error, now time.Time) {
	switch s := outbound.Status(err); {
	case coop.ClassOf(err) == coop.TooMany || errors.Is(err, context.Canceled):
	case coop.ClassOf(err) == coop.Unavailable || s == 401 || s == 403: // it may not have seen our key yet
		n.seen.Within("away "+what+" "+string(iri), limits.NegativeCache, now)
	default:
		n.seen.Within("no "+what+" "+string(iri), limits.NegativeCache, now)
	}
}

// missing is the error for something that could not be had a moment ago, nil when nothing is known of that.
func (n *Node) missing(what string, iri coop.IRI, now time.Time) error {
	switch {
	case n.seen.Marked("no "+what+" "+string(iri), limits.NegativeCache, now):
		return coop.Errorf(coop.NotFound, "peer.not_found", "%s %s could not be had a moment ago", what, iri)
	case n.seen.Marked("away "+what+" "+string(iri), limits.NegativeCache, now):
		return coop.Errorf(coop.Unavailable, "peer.unreachable", "%s %s did not answer a moment ago", what, iri)
	}
	return nil
}

// fetchActor asks the origin, whatever we know.
func (n *Node) fetchActor(ctx context.Context, iri coop.IRI, budget *outbound.Budget) (queue.Actor, error) {
	doc, err := n.fetch(ctx, outbound.KindActor, iri, budget)
	if err != nil {
		return queue.Actor{}, fmt.Errorf("actor %s: %w", iri, err)
	}
	a, err := n.keepActor(ctx, doc)
	if err != nil {
		return a, fmt.Errorf("actor %s: %w", iri, err)
	}
	n.peers.forget(a.IRI)
	return a, nil
}

// resolve finds the actor behind what a person typed: @name@host, name@host, acct:name@host, or an address of an actor or of
// the front page of a co-op. Errors carry a sentence for that person: peer.address, peer.not_found, peer.unreachable,
// peer.self, peer.blocked.
func (n *Node) resolve(ctx context.Context, typed string) (queue.Actor, error) {
	typed = strings.TrimSpace(typed)
	budget := outbound.NewBudget(2 * limits.FetchesPerInbound)
	if strings.Contains(typed, "://") {
		iri, err := coop.ParseIRI(strings.TrimSuffix(typed, "/"))
		if err != nil {
			return queue.Actor{}, coop.FieldError("address", "peer.address", nil)
		}
		if n.self(iri) {
			return queue.Actor{}, coop.FieldError("address", "peer.self", nil)
		}
		// A front page answers with its actor when asked for a document; its host names the actor when it does not.
		for _, try := range []coop.IRI{coop.IRI(typed), iri} {
			if try, err = coop.ParseIRI(string(try)); err != nil {
				continue
			}
			if a, err := n.fetchActor(ctx, try, budget); err == nil {
				return a, nil
			} else if coop.ClassOf(err) == coop.Forbidden {
				return a, sayPeer(err)
			}
		}
		a, err := n.byWebFinger(ctx, iri.Origin(), typed, budget)
		return a, sayPeer(err)
	}
	handle := strings.TrimPrefix(strings.TrimPrefix(typed, "acct:"), "@")
	name, host, ok := strings.Cut(handle, "@")
	if !ok || name == "" || host == "" {
		return queue.Actor{}, coop.FieldError("address", "peer.address", nil)
	}
	host = strings.ToLower(host)
	origin := n.originOf(host)
	base, err := coop.ParseIRI(origin + "/")
	if err != nil || base.Host() != host {
		return queue.Actor{}, coop.FieldError("address", "peer.address", nil)
	}
	if n.self(base) {
		return queue.Actor{}, coop.FieldError("address", "peer.self", nil)
	}
	a, err := n.byWebFinger(ctx, origin, "acct:"+name+"@"+host, budget)
	return a, sayPeer(err)
}

// originOf is where a host's WebFinger is: the loopback mode has no TLS, the public one nothing else.
func (n *Node) originOf(host string) string {
	scheme, _, _ := strings.Cut(string(n.Base), "://")
	return scheme + "://" + host
}

// byWebFinger asks a host who a resource is (RFC 7033), then the actor itself.
func (n *Node) byWebFinger(ctx context.Context, origin, resource string, budget *outbound.Budget) (queue.Actor, error) {
	at, err := coop.ParseIRI(origin + "/.well-known/webfinger?resource=" + url.QueryEscape(resource))
	if err != nil {
		return queue.Actor{}, err
	}
	if n.blocks.Blocked(at) {
		return queue.Actor{}, coop.Errorf(coop.Forbidden, "peer.blocked", "%s is blocked", at.Host())
	}
	resp, err := n.Out.Get(ctx, outbound.Request{Kind: outbound.KindWebFinger, URL: at, Budget: budget})
	if err != nil {
		return queue.Actor{}, fmt.Errorf("webfinger %s: %w", resource, err)
	}
	self, err := vocab.DecodeWebFinger(resp.Body)
	if err != nil {
		return queue.Actor{}, fmt.Errorf("webfinger %s: %w", resource, err)
	}
	if n.self(self) {
		return queue.Actor{}, coop.FieldError("address", "peer.self", nil)
	}
	return n.fetchActor(ctx, self, budget)
}

// sayPeer turns what went wrong below into a sentence about the field "address".
func sayPeer(err error) error {
	if err == nil || len(coop.Fields(err)) > 0 {
		return err
	}
	key := "peer.unreachable"
	switch coop.ClassOf(err) {
	case coop.NotFound, coop.Gone, coop.Invalid:
		key = "peer.not_found"
	case coop.Forbidden:
		key = "peer.refused"
		if coop.KeyOf(err) == "peer.blocked" {
			key = "peer.blocked"
		}
	case coop.TooMany:
		key = "peer.busy"
	}
	return &peerError{coop.FieldError("address", key, nil), err}
}

// peerError shows the person a sentence and keeps the cause for the log.
type peerError struct{ shown, cause error }

func (e *peerError) Error() string   { return e.shown.Error() + ": " + e.cause.Error() }
func (e *peerError) Unwrap() []error { return []error{e.shown, e.cause} }
