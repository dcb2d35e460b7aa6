package outbound

import (
	"bytes"
	"context"
	"mime"
	"net/http"

	"toadlane/coop"
)

// Call asks a service that speaks JSON, with a method and a body, nil for none. What it refuses it says in JSON as well, so any answer in JSON is one, with
// whatever status; others are a *StatusError. It follows no redirect, and what is sent twice must do no harm. Errors otherwise as for Get.
func (c *Client) Call(ctx context.Context, method string, to coop.IRI, body []byte, b *Budget) (Response, error) {
	if err := c.Allowed(to); err != nil {
		return Response{}, err
	}
	if err := b.take(); err != nil {
		return Response{}, err
	}
	k := &rules[KindIndex]
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, string(to.Document()), bytes.NewReader(body))
	if err != nil {
		return Response{}, coop.Errorf(coop.Invalid, "fetch.refused", "%s %s: %w", method, to, err)
	}
	req.Host = req.URL.Host
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Accept", k.accept)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header["Idempotency-Key"] = nil // see Post
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return Response{}, failed(req, err)
	}
	defer resp.Body.Close()
	out := Response{Status: resp.StatusCode, Header: resp.Header, FinalURL: to}
	t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || t != "application/json" || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500 ||
		resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return out, statusError(req, resp)
	}
	out.Body, err = read(req, resp, k.body)
	return out, err
}
