package federation_test

import (
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// The clock of a node decides motions whose end has come.
func TestClockDecidesMotions(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := r.node("bakery")
	p, err := n.handbook.StartProtocol(r.ctx, n.steward, handbook.Start{Name: "Pay", Kind: handbook.Rule})
	must(t, err)
	_, err = n.handbook.WriteRevision(r.ctx, n.steward, p.ID, handbook.Writing{Name: "Pay", Source: "Ten."})
	must(t, err)
	m, err := n.handbook.OpenMotion(r.ctx, n.steward, p.ID, handbook.Writing{Reason: "Try"}, handbook.Opening{Method: handbook.Consent, Closes: r.clock.now().Add(48 * time.Hour)})
	must(t, err)
	must(t, n.Tick(r.ctx))
	if p, err = n.handbook.ProtocolByID(r.ctx, n.steward, p.ID); err != nil || p.Status != handbook.Draft {
		t.Fatalf("too early: %+v, %v", p, err)
	}
	r.clock.add(49 * time.Hour)
	must(t, n.Tick(r.ctx))
	v, err := n.handbook.Motion(r.ctx, n.steward, m.ID)
	if err != nil || v.Motion.State != handbook.MotionPassed || v.Protocol.Status != handbook.InUse {
		t.Errorf("%+v, %v", v.Motion, err)
	}
	if _, err := n.handbook.Protocol(r.ctx, coop.Anonymous(), p.Slug); err != nil {
		t.Error(err)
	}
}
