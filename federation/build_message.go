package federation

import (
	"context"
	"fmt"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/federation/vocab"
	"toadlane/market"
)

// tellMessage sends a private message of ours to the one it is for, who is mentioned in it: a Note that Mastodon shows as a
// direct message. It has no proof: a signature would make private words provable (FEDERATION.md).
func (n *Node) tellMessage(ctx context.Context, e queue.Event) ([]told, error) {
	var m market.Message
	if err := e.Read(&m); err != nil {
		return nil, err
	}
	if m.Public || len(m.To) == 0 {
		return nil, coop.Errorf(coop.Invalid, "message.unaddressed", "message %s", m.ID)
	}
	w, _, err := n.writer(ctx)
	if err != nil {
		return nil, err
	}
	var mentions []vocab.Mention
	var targets []queue.Target
	for _, to := range m.To {
		a, err := n.knownActor(ctx, to)
		if err != nil {
			return nil, fmt.Errorf("message to %s: %w", to, err)
		}
		mentions = append(mentions, vocab.Mention{IRI: a.IRI, Handle: a.Handle})
		targets = append(targets, queue.Target{Actor: a.IRI, Inbox: a.Inbox})
	}
	id := e.Event.ID
	doc, err := w.CreateMessage(n.addr.Activity(id), e.Event.At, m, mentions)
	if err != nil {
		return nil, err
	}
	a, err := n.activity(ctx, id, "Create", m.From.IRI, m.IRI, false, e.Event.At, doc)
	return []told{{activity: a, sender: m.From.IRI, to: queue.Fanout{Extra: targets, Object: m.IRI}}}, err
}
