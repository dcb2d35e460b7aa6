package federation

import (
	"context"
	"crypto/ed25519"
	"sync"
	"sync/atomic"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
)

// Step works once on everything there is to do and tells how much that was. The steps are the very ones that Run's loops take.
func (n *Node) Step(ctx context.Context) (int, error) {
	told, err := n.publish(ctx)
	if err != nil {
		return told, err
	}
	applied, err := n.StepInbound(ctx)
	if err != nil {
		return told, err
	}
	sent, err := n.StepDeliver(ctx)
	if err != nil {
		return told, err
	}
	read, err := n.StepPull(ctx)
	if err != nil {
		return told, err
	}
	var reads sync.WaitGroup
	regions, err := n.pullRegions(ctx, &reads, make(chan struct{}, limits.RegionsAtOnce))
	reads.Wait()
	if err != nil {
		return told, err
	}
	var asks sync.WaitGroup
	announced, err := n.announceRegions(ctx, &asks)
	asks.Wait()
	return told + applied + sent + read + regions + announced, err
}

// StepDeliver runs lanes until they end.
func (n *Node) StepDeliver(ctx context.Context) (int, error) {
	var lanes sync.WaitGroup
	var worked atomic.Int64
	err := n.deliverLanes(ctx, &lanes, make(chan struct{}, limits.DeliveryHosts), func(did bool) {
		if did {
			worked.Add(1)
		}
	})
	lanes.Wait()
	return int(worked.Load()), err
}

// StepInbound applies one batch to its end.
func (n *Node) StepInbound(ctx context.Context) (int, error) {
	var rows sync.WaitGroup
	did, err := n.applyInbound(ctx, &rows, make(chan struct{}, limits.InboundAtOnce))
	rows.Wait()
	return did, err
}

// StepPull reads the collections that are due.
func (n *Node) StepPull(ctx context.Context) (int, error) {
	var reads sync.WaitGroup
	did, err := n.pullPeers(ctx, &reads, make(chan struct{}, limits.PullAtOnce))
	reads.Wait()
	return did, err
}

// StepMurmurs works on what indexes are told until nothing is due.
func (n *Node) StepMurmurs(ctx context.Context) (int, error) {
	for did := 0; ; {
		k, err := n.murmurate(ctx)
		if did += k; err != nil || k == 0 {
			return did, err
		}
	}
}

// Tick is the clock of market and handbook.
func (n *Node) Tick(ctx context.Context) error {
	_, err := n.tick(ctx)
	return err
}

// FetchActor looks an actor up as a handler would.
func (n *Node) FetchActor(ctx context.Context, iri coop.IRI) (queue.Actor, error) {
	return n.fetchActor(ctx, iri, outbound.NewBudget(20))
}

// Envelope is what the inbox reads before anything is kept.
func Envelope(body []byte, peer coop.IRI) (queue.Inbound, error) { return envelope(body, peer) }

// OnPanic makes the handler of a type of activity panic for the bodies that say so.
func OnPanic(typ string, bad func(raw []byte) bool) {
	handlers[typ] = func(_ *Node, _ context.Context, in received) (change, error) {
		if bad(in.row.Raw) {
			panic("as the test wants it")
		}
		return nil, nil
	}
}

// ForgetDocuments has every document built anew: their age is real time.
func (n *Node) ForgetDocuments() { n.docs.drop() }

// StepClock is one round of the clock.
func (n *Node) StepClock(ctx context.Context) error {
	_, err := n.tick(ctx)
	return err
}

// EdKey is the key by which one of our actors signs documents.
func (n *Node) EdKey(ctx context.Context, owner coop.IRI) (ed25519.PublicKey, error) {
	set, err := n.keys.of(ctx, owner)
	if err != nil {
		return nil, err
	}
	return set.edPub, nil
}
