package main

import (
	"time"

	"toadlane/federation"
	"toadlane/federation/queue"
)

type peerGroup struct {
	Follow peerFollow `cmd:"" help:"Follow a co-op, by @name@host or address. The running server sends it."`
	List   peerList   `cmd:"" help:"List whom we follow and who follows us."`
}

type peerFollow struct {
	Address string `arg:"" help:"@name@host, or an https address."`
}

// Run asks to follow.
func (c *peerFollow) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	p, err := n.Federation.Follow(w.ctx, commandLine, c.Address)
	if err != nil {
		return err
	}
	switch p.State {
	case queue.Accepted:
		w.say("We follow %s already.", plainLine(p.Handle))
	default:
		w.say("Asked to follow %s. Its listings appear when it has accepted; see toadlane peer list.", plainLine(p.Handle))
	}
	return nil
}

type peerList struct {
	JSON bool `help:"As JSON." env:"-"`
}

type peerRow struct {
	Direction string    `json:"direction"` // "following" or "follower"
	Actor     string    `json:"actor"`
	Handle    string    `json:"handle"`
	Name      string    `json:"name"`
	State     string    `json:"state"`
	Since     time.Time `json:"since"`
	LastSeen  time.Time `json:"last_seen,omitzero"`
	Listings  int       `json:"listings"`
	Waiting   int       `json:"waiting"`
	Error     string    `json:"error,omitempty"`
}

// Run lists both directions.
func (c *peerList) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	var rows []peerRow
	peers, err := n.Queue.Peers(w.ctx)
	if err != nil {
		return err
	}
	for _, p := range peers {
		rows = append(rows, peerRow{"following", string(p.Actor), p.Handle, p.Name, string(p.State), p.Created, p.LastSeen, p.Listings, p.Waiting, p.LastError})
	}
	us := federation.Addresses{Base: n.Base}.Coop()
	for cursor := ""; ; {
		followers, next, err := n.Queue.Followers(w.ctx, us, "", cursor, 100)
		if err != nil {
			return err
		}
		for _, f := range followers {
			rows = append(rows, peerRow{Direction: "follower", Actor: string(f.Actor), Handle: f.Handle, Name: f.Name, State: string(f.State), Since: f.Created})
		}
		if next == "" {
			break
		}
		cursor = next
	}
	return list(w, c.JSON, rows, "DIRECTION HANDLE STATE LISTINGS WAITING NAME", func(r peerRow) []any {
		h := r.Handle
		if h == "" {
			h = r.Actor
		}
		return []any{r.Direction, h, r.State, r.Listings, r.Waiting, r.Name}
	})
}
