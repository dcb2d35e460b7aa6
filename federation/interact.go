package federation

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/market"
)

// Interact finds where the person with a typed address (@me@host, me@host, or the address of a profile) goes on at home with
// object: to read and answer it, or with follow to follow it. Their host is asked by WebFinger for its subscribe template or its
// intents (FEP-3b86); a host that names none is taken for one like Mastodon.
//
// Where somebody is sent is their own host's word alone: the address typed decides whom we ask, and the answer must be an address
// of our scheme, with object in it, at a host that we do not block and that is not ourselves. Errors are Invalid about "server".
func (n *Node) Interact(ctx context.Context, typed string, object coop.IRI, follow bool) (coop.IRI, error) {
	base, resource, err := n.typedAddress(typed)
	if err != nil {
		return "", err
	}
	if n.self(base) {
		return "", coop.FieldError("server", "away.self", nil)
	}
	now := n.Now()
	if !n.lookups.Discover(base, now) {
		return "", sayAway(coop.Errorf(coop.TooMany, "peer.busy", "too many look-ups at %s", domainOf(base)))
	}
	budget := outbound.NewBudget(limits.FetchesPerInbound)
	j, err := n.webFingerOf(ctx, base, resource, budget)
	if coop.ClassOf(err) == coop.NotFound && err != nil {
		// Who is not listed there is not named; what the host says of itself holds for them too (FEP-d556).
		if of, e := n.webFingerOf(ctx, base, base.Origin()+"/", budget); e == nil && of.Subscribe+of.Object+of.Follow != "" {
			j, err = of, nil
		}
	}
	if err != nil {
		return "", sayAway(fmt.Errorf("interact at %s: %w", base.Host(), err))
	}
	templates := []string{j.Object, j.Subscribe}
	if follow {
		templates[0] = j.Follow
	}
	home := base
	if j.Self != "" && domainOf(j.Self) == domainOf(base) { // me@example.org whose account is at social.example.org
		home = j.Self
	}
	for _, t := range append(templates, home.Origin()+"/authorize_interaction?uri={uri}") {
		if to, ok := n.fillTemplate(t, object); ok {
			return to, nil
		}
	}
	return "", coop.FieldError("server", "away.refused", nil)
}

var templatePlace = regexp.MustCompile(`\{[^{}]*\}`)

// fillTemplate puts object into a template. Places that we have nothing for are left empty.
func (n *Node) fillTemplate(template string, object coop.IRI) (coop.IRI, bool) {
	if template == "" {
		return "", false
	}
	to, err := coop.ParseIRI(templatePlace.ReplaceAllStringFunc(template, func(place string) string {
		if place == "{uri}" || place == "{object}" {
			return url.QueryEscape(string(object))
		}
		return ""
	}))
	if err != nil || n.self(to) || n.blocks.Blocked(to) || n.Out.Allowed(to) != nil {
		return "", false
	}
	return to, true
}

// typedAddress reads what a person typed as their own address: where its host is, and the resource to ask it for.
func (n *Node) typedAddress(typed string) (base coop.IRI, resource string, err error) {
	wrong := coop.FieldError("server", "away.address", nil)
	typed = strings.TrimSpace(typed)
	if len(typed) > limits.IRIBytes/4 {
		return "", "", wrong
	}
	if strings.Contains(typed, "://") {
		at, err := coop.ParseIRI(typed)
		if err != nil || at.Origin() != n.originOf(at.Host()) {
			return "", "", wrong
		}
		return coop.IRI(at.Origin() + "/"), string(at), nil
	}
	name, host, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(typed, "acct:"), "@"), "@")
	host = strings.ToLower(host)
	if !ok || name == "" || strings.ContainsAny(name, "/?#: \t") || !strings.Contains(host, ".") {
		return "", "", wrong
	}
	base, err = coop.ParseIRI(n.originOf(host) + "/")
	if err != nil || base.Host() != host {
		return "", "", wrong
	}
	return base, "acct:" + name + "@" + host, nil
}

// webFingerOf asks a host about a resource. What could not be had is not asked for again for a while.
func (n *Node) webFingerOf(ctx context.Context, base coop.IRI, resource string, budget *outbound.Budget) (vocab.JRD, error) {
	at, err := coop.ParseIRI(base.Origin() + "/.well-known/webfinger?resource=" + url.QueryEscape(resource))
	if err != nil {
		return vocab.JRD{}, coop.Errorf(coop.Invalid, "peer.address", "%s", resource)
	}
	if n.blocks.Blocked(at) {
		return vocab.JRD{}, coop.Errorf(coop.Forbidden, "peer.blocked", "%s is blocked", at.Host())
	}
	now := n.Now()
	if err := n.missing("webfinger", at, now); err != nil {
		return vocab.JRD{}, err
	}
	resp, err := n.Out.Get(ctx, outbound.Request{Kind: outbound.KindWebFinger, URL: at, Budget: budget})
	if err != nil {
		n.miss("webfinger", at, err, now)
		return vocab.JRD{}, err
	}
	return vocab.DecodeJRD(resp.Body)
}

// sayAway turns what went wrong into a sentence about the field "server", for somebody who only typed their own address.
func sayAway(err error) error {
	if err == nil || len(coop.Fields(err)) > 0 {
		return err
	}
	key := "away.unreachable"
	switch coop.ClassOf(err) {
	case coop.NotFound, coop.Gone, coop.Invalid:
		key = "away.not_found"
	case coop.Forbidden:
		key = "away.refused"
	case coop.TooMany:
		key = "away.busy"
	case coop.Internal:
		return err
	}
	return &peerError{coop.FieldError("server", key, nil), err}
}

// Look reads what lies at an address elsewhere, for a member who came here with it: an actor, or a listing and its home. The
// listing is not kept: it is not a neighbour's unless a steward follows its home. Errors: Unauthenticated; Invalid about "uri" with a
// sentence.
func (n *Node) Look(ctx context.Context, by coop.Actor, address string) (queue.Actor, *market.Listing, error) {
	if !by.SignedIn() {
		return queue.Actor{}, nil, coop.Errorf(coop.Unauthenticated, "login.required", "look at %.100s as %s", address, by)
	}
	a, l, err := n.look(ctx, strings.TrimSpace(address))
	if err == nil {
		return a, l, nil
	}
	key := "look.unreachable"
	switch coop.ClassOf(err) {
	case coop.Internal:
		return a, nil, err
	case coop.NotFound, coop.Gone, coop.Invalid:
		key = "look.not_found"
	case coop.Forbidden:
		key = "look.refused"
	case coop.TooMany:
		key = "look.busy"
	}
	return a, nil, &peerError{coop.FieldError("uri", key, nil), errors.New(err.Error())} // a cause about another form's field is none here
}

func (n *Node) look(ctx context.Context, address string) (a queue.Actor, _ *market.Listing, err error) {
	now := n.Now().UTC()
	budget := outbound.NewBudget(2 * limits.FetchesPerInbound)
	address = strings.TrimPrefix(address, "acct:")
	if !strings.Contains(address, "://") {
		a, err = n.resolve(ctx, address)
		return a, nil, err
	}
	at, err := coop.ParseIRI(address)
	if err != nil {
		return a, nil, coop.Errorf(coop.Invalid, "peer.address", "%.100s", address)
	}
	if !n.lookups.Discover(at, now) {
		return a, nil, coop.Errorf(coop.TooMany, "peer.busy", "too many look-ups at %s", domainOf(at))
	}
	if err := n.missing("object", at, now); err != nil {
		return a, nil, err
	}
	doc, err := n.fetch(ctx, outbound.KindObject, at, budget)
	if err != nil {
		n.miss("object", at, err, now)
		return a, nil, err
	}
	home, ok := doc.Object.IRI("attributedTo")
	if !ok {
		a, err = n.keepActor(ctx, doc)
		return a, nil, err
	}
	l, is, err := vocab.DecodeListing(doc.Object, home, now)
	if err != nil {
		return a, nil, err
	}
	if !is {
		return a, nil, coop.Errorf(coop.Invalid, "fetch.document", "%s is no listing", at)
	}
	if l.IRI != doc.IRI || n.blocks.Blocked(home) {
		return a, nil, coop.Errorf(coop.Forbidden, "peer.blocked", "%s of %s", l.IRI, home)
	}
	a, err = n.actor(ctx, home, budget)
	return a, &l, err
}
