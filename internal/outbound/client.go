package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// Client is the one HTTP client. It is safe for concurrent use; a process has one for each node it runs.
type Client struct {
	policy    *policy
	userAgent string
	self      func(host string) bool
	dialer    *net.Dialer
	transport *http.Transport
}

// Options is what a node says of itself.
type Options struct {
	// Self tells whether host[:port] is this node's own: what lives here is read from the store, and a stranger who makes
	// us fetch from ourselves is up to something. nil: nothing is.
	Self func(host string) bool
	// Own are this machine's public addresses, when nothing but this node answers on them. Several co-ops may share a
	// machine, so none by default.
	Own []netip.Addr
	// Resolver asks another DNS server than the machine's. Whatever it answers is judged like any answer.
	Resolver *net.Resolver
	// RootCAs replaces the system's certificate authorities. For Loopback only.
	RootCAs *x509.CertPool
}

// New makes the client of a node. userAgent names the software and an address to turn to: some servers refuse requests
// without one. It panics when policy is none, userAgent is empty, or the public policy is given other authorities: mistakes in the
// wiring.
func New(policy Policy, userAgent string, o Options) *Client {
	if policy.p == nil || userAgent == "" {
		panic("outbound: no policy or no user agent")
	}
	p := *policy.p
	if o.RootCAs != nil && !p.anyPort {
		panic("outbound: certificate authorities for the public policy")
	}
	if len(o.Own) > 0 {
		inner := p.address
		p.address = func(ap netip.AddrPort) error {
			for _, own := range o.Own {
				if ap.Addr().Unmap() == own.Unmap() {
					return refuse("%s is our own address", ap.Addr())
				}
			}
			return inner(ap)
		}
	}
	if o.Self == nil {
		o.Self = func(string) bool { return false }
	}
	d := &net.Dialer{Timeout: limits.DialTimeout, ControlContext: p.control, Resolver: o.Resolver}
	return &Client{
		policy: &p, userAgent: userAgent, self: o.Self, dialer: d,
		transport: &http.Transport{
			Proxy:                  nil, // a proxy would dial for us, past the policy
			DialContext:            p.dial(d),
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
			TLSHandshakeTimeout:    limits.TLSHandshakeTimeout,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // a small answer must not become a large one
			MaxResponseHeaderBytes: limits.ResponseHeaderBytes,
			ResponseHeaderTimeout:  limits.ResponseHeaderTimeout,
			MaxConnsPerHost:        limits.ConnsPerHost,
			MaxIdleConns:           limits.IdleConns,
			MaxIdleConnsPerHost:    limits.IdleConnsPerHost,
			IdleConnTimeout:        limits.IdleConnTimeout,
		},
	}
}

// Close drops the connections that are not in use.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Allowed tells whether the policy lets an address be asked for, before anything is looked up: an inbox that a stranger's
// actor names is judged by it before it is stored. A name may still turn out to lead somewhere forbidden. Errors are of
// class Forbidden.
func (c *Client) Allowed(iri coop.IRI) error {
	if err := c.judge(iri); err != nil {
		return coop.Errorf(coop.Forbidden, "fetch.refused", "%w", err)
	}
	return nil
}

func (c *Client) judge(iri coop.IRI) error {
	if err := c.policy.judge(iri); err != nil {
		return err
	}
	if c.self(iri.Host()) {
		return refuse("%s is our own", iri)
	}
	return nil
}
