package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// PreviewListing gives what other servers will show of l once it is posted: the content of the very document that is sent, before
// they clean it. l may be a draft, and need not be complete. Class Forbidden for what stays in the co-op.
func (n *Node) PreviewListing(ctx context.Context, l market.Listing) (string, error) {
	w, _, err := n.writer(ctx)
	if err != nil {
		return "", err
	}
	if l.State == market.Draft {
		l.State = market.Open
	}
	doc, err := w.Listing(l)
	if err != nil {
		return "", fmt.Errorf("preview of %s: %w", l.IRI, err)
	}
	o, err := strictjson.Parse(doc)
	if err != nil {
		return "", coop.Errorf(coop.Internal, "error.internal", "preview of %s: %w", l.IRI, err)
	}
	return o.Str("content"), nil
}
