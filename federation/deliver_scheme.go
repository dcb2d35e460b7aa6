package federation

import (
	"context"
	"net/http"

	"toadlane/federation/queue"
	"toadlane/federation/sig"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/internal/strictjson"
)

// schemeEd25519 is RFC 9421 with the Ed25519 key, which costs us a fortieth of RSA. Few servers take it, so only those get it
// whose actors say that they do.
const schemeEd25519 sig.Scheme = "rfc9421-ed25519"

// otherSchemes are tried in turn after one was refused. A host that was never heard of gets draft-cavage first: of eight kinds of
// server tried in 2026-11 seven took only that.
var otherSchemes = map[sig.Scheme][]sig.Scheme{
	sig.Cavage:    {sig.RFC9421},
	sig.RFC9421:   {sig.Cavage},
	schemeEd25519: {sig.Cavage, sig.RFC9421},
}

// knock posts a delivery, signed in the way its host is known to take, and in the others when that is refused. What worked is
// remembered for the host. The error is the first one: it is about the scheme that we had a reason for.
func (n *Node) knock(ctx context.Context, d queue.Delivery, keys *keySet) (outbound.Response, error) {
	scheme := n.schemeOf(ctx, d.Host)
	resp, err := n.post(ctx, d, keys, scheme)
	if !refused(err) {
		if _, untried := n.untried.Load(d.Host); err == nil && untried && scheme == schemeEd25519 {
			n.untried.Delete(d.Host)
			n.rememberScheme(ctx, d.Host, scheme)
		}
		return resp, err
	}
	if scheme == schemeEd25519 {
		n.untried.Delete(d.Host)
		n.seen.Within(noEd25519+d.Host, limits.SchemeRelearn, n.Now())
		n.schemes.Store(d.Host, sig.Cavage)
	}
	for _, other := range otherSchemes[scheme] {
		again, err2 := n.post(ctx, d, keys, other)
		if err2 == nil {
			n.rememberScheme(ctx, d.Host, other)
			return again, nil
		}
		if !refused(err2) {
			break
		}
	}
	return resp, err
}

// noEd25519 begins the mark of a host that refused our Ed25519 signature.
const noEd25519 = "no ed25519 "

// refused tells whether an inbox may have answered so because of the signature: servers differ in which of the three they say.
func refused(err error) bool {
	s := outbound.Status(err)
	return s == http.StatusBadRequest || s == http.StatusUnauthorized || s == http.StatusForbidden
}

// learnScheme looks at an actor that was just fetched from its origin: when it says that its server verifies Ed25519 signatures,
// its host gets one next time. A host that refused one gets another after limits.SchemeRelearn, or when an actor there has changed,
// since its software may have.
func (n *Node) learnScheme(a queue.Actor, doc strictjson.Object, changed bool) {
	host := a.IRI.Host()
	if !vocab.TakesEd25519(doc) {
		return
	}
	if changed {
		n.seen.Forget(noEd25519 + host)
	}
	if n.seen.Marked(noEd25519+host, limits.SchemeRelearn, n.Now()) {
		return
	}
	if s, ok := n.schemes.Load(host); ok && s.(sig.Scheme) == schemeEd25519 {
		return
	}
	n.untried.Store(host, struct{}{})
	n.schemes.Store(host, schemeEd25519)
}

func (n *Node) post(ctx context.Context, d queue.Delivery, keys *keySet, scheme sig.Scheme) (outbound.Response, error) {
	signer, kind := keys.rsa, scheme
	if scheme == schemeEd25519 {
		signer, kind = keys.ed, sig.RFC9421
	}
	return n.Out.Post(ctx, d.Inbox, activityType, d.Body, func(r *http.Request) error {
		return signer.Sign(r, d.Body, kind, n.Now())
	})
}

// schemeOf is what the host is known to take.
func (n *Node) schemeOf(ctx context.Context, host string) sig.Scheme {
	if s, ok := n.schemes.Load(host); ok {
		return s.(sig.Scheme)
	}
	h, err := n.Store.Host(ctx, host)
	scheme := sig.Cavage
	if err == nil && otherSchemes[sig.Scheme(h.Scheme)] != nil {
		scheme = sig.Scheme(h.Scheme)
	}
	known, _ := n.schemes.LoadOrStore(host, scheme) // an actor of the host may have been fetched meanwhile
	return known.(sig.Scheme)
}

func (n *Node) rememberScheme(ctx context.Context, host string, scheme sig.Scheme) {
	n.schemes.Store(host, scheme)
	if err := n.Store.PutScheme(ctx, host, string(scheme)); err != nil {
		n.Log.Warn("remember signature scheme", "host", host, "error", err)
	}
}
