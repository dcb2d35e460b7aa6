package node

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"path/filepath"

	"github.com/caddyserver/certmagic"

	"toadlane/coop"
)

// ListenTLS listens on ports 443 and 80 with a certificate that is got and renewed by itself (ACME, RFC 8555) and kept in the
// node's folder. Port 80 answers the authority's challenge and sends everybody else to https. It has not been tried against
// a real authority.
func (n *Node) ListenTLS(ctx context.Context, email string) ([]net.Listener, error) {
	storage := &certmagic.FileStorage{Path: filepath.Join(n.Dir, "certificates")}
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil },
	})
	magic = certmagic.New(cache, certmagic.Config{Storage: storage})
	issuer := certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{CA: certmagic.LetsEncryptProductionCA, Email: email, Agreed: true})
	magic.Issuers = []certmagic.Issuer{issuer}

	secure, err := Listen(":443", n.Trusted)
	if err != nil {
		return nil, err
	}
	plain, err := Listen(":80", n.Trusted)
	if err != nil {
		_ = secure.Close()
		return nil, err
	}
	redirect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != n.Base.Host() {
			http.Error(w, "this is not "+n.Base.Host(), http.StatusMisdirectedRequest)
			return
		}
		http.Redirect(w, r, string(n.Base)+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
	challenge := Server(issuer.HTTPChallengeHandler(redirect), n.Log)
	go challenge.Serve(plain) //nolint:errcheck // it ends with ctx
	context.AfterFunc(ctx, func() { _ = challenge.Close() })
	if err := magic.ManageAsync(ctx, []string{n.Base.Hostname()}); err != nil {
		_ = secure.Close()
		_ = challenge.Close()
		return nil, fmt.Errorf("certificate: %w", coop.Errorf(coop.Unavailable, "tls.unavailable", "%w", err))
	}
	config := magic.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
	return []net.Listener{tls.NewListener(secure, config)}, nil
}
