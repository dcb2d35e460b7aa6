package outbound

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"toadlane/coop"
)

const agent = "toadlane/test (+http://a.localhost/)"

// ask makes one request of a kind, whichever method it takes.
func ask(ctx context.Context, c *Client, k Kind, iri coop.IRI) error {
	if k == KindDelivery {
		_, err := c.Post(ctx, iri, activityJSON, []byte("{}"), nil)
		return err
	}
	_, err := c.Get(ctx, Request{Kind: k, URL: iri, Budget: NewBudget(100)})
	return err
}

// eachKind runs f once for every kind of request that exists.
func eachKind(t *testing.T, f func(t *testing.T, k Kind)) {
	t.Helper()
	for _, k := range Kinds() {
		t.Run(k.String(), func(t *testing.T) {
			t.Parallel()
			f(t, k)
		})
	}
}

// typeOf is a content type that the kind takes.
func typeOf(k Kind) string {
	switch k {
	case KindWebFinger:
		return "application/jrd+json"
	case KindHostMeta:
		return "application/xrd+xml"
	case KindNodeInfo, KindIndex:
		return "application/json"
	case KindMedia, KindTile:
		return "image/png"
	default:
		return activityJSON
	}
}

var errAdmitted = errors.New("admitted; the test ends here")

// watch lets the guard decide and then ends every dial it let pass, so that nothing leaves the machine. It tells which
// addresses were admitted and which were refused.
func watch(c *Client) (admitted, refused func() []string) {
	var mu sync.Mutex
	var yes, no []string
	guard := c.dialer.ControlContext
	c.dialer.ControlContext = func(ctx context.Context, network, address string, rc syscall.RawConn) error {
		err := guard(ctx, network, address, rc)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			no = append(no, address)
			return err
		}
		yes = append(yes, address)
		return errAdmitted
	}
	list := func(l *[]string) func() []string {
		return func() []string {
			mu.Lock()
			defer mu.Unlock()
			return append([]string(nil), *l...)
		}
	}
	return list(&yes), list(&no)
}

// resolver answers every name with what answer gives for it, from a DNS server in this process.
func resolver(t *testing.T, answer func(name string) []string) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
			ips := answer(strings.TrimSuffix(q.Name.String(), "."))
			if ips == nil {
				out.RCode = dnsmessage.RCodeNameError
			}
			for _, s := range ips {
				ip := net.ParseIP(s)
				// An IPv4-mapped address goes into an AAAA record as it is.
				is4 := ip.To4() != nil && !strings.Contains(s, ":")
				h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
				switch {
				case q.Type == dnsmessage.TypeA && is4:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: [4]byte(ip.To4())}})
				case q.Type == dnsmessage.TypeAAAA && !is4:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: [16]byte(ip.To16())}})
				}
			}
			if b, err := out.Pack(); err == nil {
				_, _ = pc.WriteTo(b, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

// authority is a throw-away certificate authority.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &authority{cert, key, pool}
}

// certificate is for names, good from an hour ago until the given time.
func (a *authority) certificate(t *testing.T, until time.Time, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, DNSNames: names,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, tpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveTLS starts a server with a TLS configuration and gives its port.
func serveTLS(t *testing.T, cfg *tls.Config, h http.Handler) (port string) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = cfg
	s.EnableHTTP2 = cfg.MaxVersion == 0 // HTTP/2 refuses old versions by itself
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// serve starts a plain server and gives a client that may reach it, and its address without a slash at the end.
func serve(t *testing.T, h http.HandlerFunc) (*Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	c := New(Loopback(), agent, Options{})
	t.Cleanup(func() { c.Close(); s.Close() })
	return c, s.URL
}

// stage is a public client for which the named hosts are servers in this process: h answers for all of them. Everything
// else is dialled as in earnest, under watch.
func stage(t *testing.T, h http.Handler, hosts ...string) (c *Client, admitted, refused func() []string) {
	t.Helper()
	ca := newAuthority(t)
	port := serveTLS(t, &tls.Config{Certificates: []tls.Certificate{ca.certificate(t, time.Now().Add(time.Hour), hosts...)}}, h)
	c = New(Public(), agent, Options{Resolver: resolver(t, func(string) []string { return nil })})
	c.transport.TLSClientConfig.RootCAs = ca.pool
	admitted, refused = watch(c)
	earnest := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		for _, name := range hosts {
			if address == name+":443" {
				var d net.Dialer
				return d.DialContext(ctx, "tcp", "127.0.0.1:"+port)
			}
		}
		return earnest(ctx, network, address)
	}
	t.Cleanup(c.Close)
	return c, admitted, refused
}
