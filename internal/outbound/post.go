package outbound

import (
	"bytes"
	"context"
	"net/http"

	"toadlane/coop"
)

// Post delivers body to an inbox. It follows no redirect: an inbox that moved says so in its actor, and a signature is
// for one address. Any 2xx is success, other answers a *StatusError; Response then has Status and Header as well, since
// the header may say which signatures are taken. Errors otherwise as for Get.
func (c *Client) Post(ctx context.Context, to coop.IRI, contentType string, body []byte, sign Sign) (Response, error) {
	if err := c.Allowed(to); err != nil {
		return Response{}, err
	}
	k := &rules[KindDelivery]
	ctx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, string(to.Document()), bytes.NewReader(body))
	if err != nil {
		return Response{}, coop.Errorf(coop.Invalid, "fetch.refused", "POST %s: %w", to, err)
	}
	req.Host = req.URL.Host
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", activityJSON+", application/json")
	if sign != nil {
		if err := sign(req); err != nil {
			return Response{}, coop.Errorf(coop.Internal, "error.internal", "sign POST %s: %w", to, err)
		}
	}
	// An activity has an id, so it may arrive twice: the transport may send it again when a kept connection turns out to be
	// closed. An empty list says so and is not sent (net/http.Transport).
	req.Header["Idempotency-Key"] = nil
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return Response{}, failed(req, err)
	}
	defer resp.Body.Close()
	out := Response{Status: resp.StatusCode, Header: resp.Header, FinalURL: to}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return out, statusError(req, resp)
	}
	out.Body = drain(resp.Body)
	return out, nil
}
