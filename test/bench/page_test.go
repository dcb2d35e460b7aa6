package bench_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"testing"

	"toadlane/coop"
	"toadlane/market"
	"toadlane/test/bench/kit"
)

// getters are how many connections ask for pages and documents.
const getters = 8

// town is a home with enough on its market to fill a page.
func town(b *testing.B) (h *home, one market.Listing) {
	h = open(b, setting{})
	for i := range 60 {
		l, err := h.Market.PostListing(b.Context(), h.steward, market.Listing{Purpose: market.Offer, Kind: market.Thing,
			Title: coop.Text{"en": fmt.Sprintf("Cargo bicycle number %d", i)}, Body: coop.Text{"en": "With a box for two children, a rain cover and good brakes. Ask for the key."},
			Modes: []market.Mode{market.Lend}, Visibility: coop.Everyone})
		must(b, err)
		one = l
	}
	return h, one
}

const browser = "Accept: text/html,application/xhtml+xml"

// BenchmarkPage asks for pages as somebody who is not signed in, over HTTP: built anew, from the page cache, and when the reader has
// it already.
func BenchmarkPage(b *testing.B) {
	h, l := town(b)
	for _, page := range []struct{ name, path string }{{"front", "/"}, {"market", "/market"}, {"listing", "/listings/" + string(l.ID)}} {
		b.Run(page.name, func(b *testing.B) {
			b.Run("built", func(b *testing.B) {
				all := make([][]byte, b.N)
				for i := range all { // what is asked for by another address is not in the cache
					all[i] = kit.Get(h.host, fmt.Sprintf("%s?built=%d", page.path, i), browser, "Accept-Encoding: gzip")
				}
				get(b, h, all, http.StatusOK)
			})
			b.Run("cached", func(b *testing.B) {
				get(b, h, repeat(kit.Get(h.host, page.path, browser, "Accept-Encoding: gzip"), b.N), http.StatusOK)
			})
			b.Run("304", func(b *testing.B) {
				tag := etag(b, h, page.path, browser)
				get(b, h, repeat(kit.Get(h.host, page.path, browser, "Accept-Encoding: gzip", "If-None-Match: "+tag), b.N), http.StatusNotModified)
			})
		})
	}
}

func get(b *testing.B, h *home, all [][]byte, status int) {
	s := h.swarm(getters)
	defer s.Close()
	s.Send(all[:1], false)
	m := kit.NewMeter(b)
	m.Time(func() { expect(b, s.Send(all, false), status, len(all)) })
	m.Report(len(all), 0)
}

// etag asks once and gives the tag of the answer.
func etag(tb testing.TB, h *home, path string, headers ...string) string {
	tb.Helper()
	c, err := net.Dial("tcp", h.address)
	must(tb, err)
	defer c.Close() //nolint:errcheck
	_, err = c.Write(kit.Get(h.host, path, append(headers, "Connection: close")...))
	must(tb, err)
	var b bytes.Buffer
	_, err = b.ReadFrom(c)
	must(tb, err)
	for _, line := range bytes.Split(b.Bytes(), []byte("\r\n")) {
		if v, ok := bytes.CutPrefix(line, []byte("Etag: ")); ok {
			return string(v)
		}
	}
	tb.Fatalf("%s has no ETag: %.300s", path, b.Bytes())
	return ""
}

// BenchmarkGetActor asks for the co-op's actor, unsigned, as peers do before they check a signature.
func BenchmarkGetActor(b *testing.B) {
	h := open(b, setting{})
	get(b, h, repeat(kit.Get(h.host, "/actor", "Accept: application/activity+json"), b.N), http.StatusOK)
}

// BenchmarkGetObject asks for a listing as a peer.
func BenchmarkGetObject(b *testing.B) {
	h, l := town(b)
	get(b, h, repeat(kit.Get(h.host, "/listings/"+string(l.ID), "Accept: application/activity+json"), b.N), http.StatusOK)
}

// BenchmarkWebfinger resolves the co-op's handle.
func BenchmarkWebfinger(b *testing.B) {
	h := open(b, setting{})
	get(b, h, repeat(kit.Get(h.host, "/.well-known/webfinger?resource=acct:bench@"+h.host, "Accept: application/jrd+json"), b.N), http.StatusOK)
}
