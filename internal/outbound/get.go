package outbound

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Sign adds a signature to a request that is complete but for it: method, address, Host, headers and body are set. It is
// called again for every redirect, since a signature is for one address.
type Sign func(*http.Request) error

// Request is one thing to get.
type Request struct {
	Kind        Kind
	URL         coop.IRI // a fragment is left out
	Accept      string   // "" for the kind's own
	Sign        Sign     // nil: unsigned. ActivityPub documents only
	IfNoneMatch string   // an ETag of what we have
	Budget      *Budget  // nil is an empty one
}

// Response is what came. FinalURL is where it came from, after redirects.
type Response struct {
	Status      int
	Header      http.Header
	Body        []byte
	FinalURL    coop.IRI
	NotModified bool
}

// Get asks for r.URL within the time, size and hops of its kind, and checks the content type before it reads.
//
// Redirects keep the scheme, and for ActivityPub documents the origin: what another origin serves is not said by this
// one. WebFinger and NodeInfo may be answered by another host (RFC 7033 §4.2), pictures too; every hop is judged anew.
//
// Errors: Forbidden when the policy refuses; Unavailable when the network, DNS, TLS or time fails; TooMany when the budget is
// spent; Invalid for a wrong type, size or redirect; for other statuses a *StatusError is in the tree (see Status), its
// class by the status. With a *StatusError the Response has Status and Header.
func (c *Client) Get(ctx context.Context, r Request) (Response, error) {
	if r.Kind < KindActor || r.Kind >= KindDelivery {
		return Response{}, coop.Errorf(coop.Internal, "error.internal", "GET %s: kind %d", r.URL, r.Kind)
	}
	k := &rules[r.Kind]
	if r.Sign != nil && !k.document {
		return Response{}, coop.Errorf(coop.Internal, "error.internal", "GET %s: %s is never signed", r.URL, k.name)
	}
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	at := r.URL.Document()
	for hop := 0; ; hop++ {
		resp, next, err := c.hop(ctx, r, k, at)
		if err != nil || next == "" {
			return resp, err
		}
		switch {
		case hop == k.hops:
			return Response{}, coop.Errorf(coop.Invalid, "fetch.redirect", "GET %s: more than %d redirects", r.URL, k.hops)
		case scheme(next) != scheme(at):
			return Response{}, coop.Errorf(coop.Invalid, "fetch.redirect", "GET %s: redirect from %s to %s", r.URL, scheme(at), next)
		case k.document && !coop.SameOrigin(at, next):
			return Response{}, coop.Errorf(coop.Invalid, "fetch.redirect", "GET %s: a document of its origin is redirected to %s", r.URL, next)
		}
		at = next
	}
}

func scheme(i coop.IRI) string {
	if len(i) > 5 && i[4] == 's' {
		return "https"
	}
	return "http"
}

// hop makes one request. next is where it is redirected to.
func (c *Client) hop(ctx context.Context, r Request, k *rule, at coop.IRI) (_ Response, next coop.IRI, err error) {
	if err := c.Allowed(at); err != nil {
		return Response{}, "", err
	}
	if err := r.Budget.take(); err != nil {
		return Response{}, "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(at), nil)
	if err != nil {
		return Response{}, "", coop.Errorf(coop.Invalid, "fetch.refused", "GET %s: %w", at, err)
	}
	req.Host = req.URL.Host
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", k.accept)
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
	}
	if r.IfNoneMatch != "" {
		req.Header.Set("If-None-Match", r.IfNoneMatch)
	}
	if r.Sign != nil {
		if err := r.Sign(req); err != nil {
			return Response{}, "", coop.Errorf(coop.Internal, "error.internal", "sign GET %s: %w", at, err)
		}
	}
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return Response{}, "", failed(req, err)
	}
	defer resp.Body.Close()
	out := Response{Status: resp.StatusCode, Header: resp.Header, FinalURL: at}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotModified:
		if r.IfNoneMatch == "" {
			return out, "", coop.Errorf(coop.Invalid, "fetch.status", "GET %s: 304 to a request without a condition", at)
		}
		out.NotModified = true
		return out, "", nil
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		drain(resp.Body)
		next, err := target(req.URL, resp.Header.Get("Location"))
		if err != nil {
			return Response{}, "", coop.Errorf(coop.Invalid, "fetch.redirect", "GET %s: %w", at, err)
		}
		return out, next, nil
	default:
		return out, "", statusError(req, resp)
	}
	if ct := resp.Header.Get("Content-Type"); len(resp.Header["Content-Type"]) != 1 || !k.takes(ct) {
		return Response{}, "", coop.Errorf(coop.Invalid, "fetch.type", "GET %s: content type %.100q for %s", at, ct, k.name)
	}
	if out.Body, err = read(req, resp, k.body); err != nil {
		return Response{}, "", err
	}
	return out, "", nil
}

// target is where a redirect leads, in the canonical form that everything else asks for.
func target(from *url.URL, location string) (coop.IRI, error) {
	if location == "" || len(location) > limits.IRIBytes {
		return "", errors.New("redirect to nowhere")
	}
	ref, err := url.Parse(location)
	if err != nil {
		return "", err
	}
	to := from.ResolveReference(ref)
	to.Fragment, to.RawFragment = "", ""
	return coop.ParseIRI(to.String())
}

// read takes at most limit bytes. A body that says it is longer is not begun.
func read(req *http.Request, resp *http.Response, limit int64) ([]byte, error) {
	if e := resp.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, coop.Errorf(coop.Invalid, "fetch.type", "%s %s: content encoding %.40q, which we did not ask for", req.Method, req.URL, e)
	}
	if resp.ContentLength > limit {
		return nil, coop.Errorf(coop.Invalid, "fetch.size", "%s %s: %d bytes, at most %d", req.Method, req.URL, resp.ContentLength, limit)
	}
	var b bytes.Buffer
	if resp.ContentLength > 0 {
		b.Grow(int(min(resp.ContentLength, 256<<10)) + bytes.MinRead) // room for the end of the file: no second growth
	}
	if _, err := b.ReadFrom(io.LimitReader(resp.Body, limit+1)); err != nil {
		return nil, failed(req, err)
	}
	if int64(b.Len()) > limit {
		return nil, coop.Errorf(coop.Invalid, "fetch.size", "%s %s: more than %d bytes", req.Method, req.URL, limit)
	}
	return b.Bytes(), nil
}

// drain reads the rest of a small body so that the connection can be used again.
func drain(r io.Reader) []byte {
	var b bytes.Buffer
	_, _ = b.ReadFrom(io.LimitReader(r, limits.DeliveryAnswerBytes)) // whatever is left closes the connection
	return b.Bytes()
}

func statusError(req *http.Request, resp *http.Response) error {
	e := &StatusError{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header), Said: said(drain(resp.Body))}
	return coop.Errorf(classOfStatus(resp.StatusCode), "fetch.status", "%s %s: %w", req.Method, req.URL, e)
}

// failed sorts what went wrong below HTTP.
func failed(req *http.Request, err error) error {
	var refused *errRefused
	if errors.As(err, &refused) {
		return coop.Errorf(coop.Forbidden, "fetch.refused", "%s %s: %w", req.Method, req.URL, err)
	}
	return coop.Errorf(coop.Unavailable, "fetch.unreachable", "%s %s: %w", req.Method, req.URL, err)
}
