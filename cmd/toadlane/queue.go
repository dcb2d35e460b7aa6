package main

import (
	"fmt"
	"time"

	"toadlane/federation/queue"
	"toadlane/internal/node"
)

type queueGroup struct {
	List  queueList  `cmd:"" help:"List rows that are not done."`
	Retry queueRetry `cmd:"" help:"Make rows due now, whatever their state."`
	Hold  queueHold  `cmd:"" help:"Hold waiting rows until they are retried."`
}

type queueList struct {
	Kind  string `help:"delivery, inbound or event; all unless given." enum:"delivery,inbound,event," default:"" env:"-"`
	State string `help:"waiting, held, done, failed, rejected, parked or poison." enum:"waiting,held,done,failed,rejected,parked,poison," default:"" env:"-"`
	Host  string `help:"Deliveries to this host only." env:"-"`
	JSON  bool   `help:"As JSON." env:"-"`
}

type queueRow struct {
	Kind    string    `json:"kind"`
	ID      int64     `json:"id"`
	State   string    `json:"state"`
	Attempt int       `json:"attempt"`
	Due     time.Time `json:"due"`
	Type    string    `json:"type"`
	Where   string    `json:"where"` // host of a delivery, sender of an inbound row, subject of an event
	Error   string    `json:"error,omitempty"`
}

// Run lists, of each kind the newest first.
func (c *queueList) Run(w *world) error {
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	rows, err := c.rows(w, n)
	if err != nil {
		return err
	}
	return list(w, c.JSON, rows, "KIND ID STATE TRY DUE TYPE WHERE ERROR", func(r queueRow) []any {
		return []any{r.Kind, r.ID, r.State, r.Attempt, r.Due.Local().Format(time.DateTime), r.Type, r.Where, r.Error}
	})
}

func (c *queueList) rows(w *world, n *node.Node) (rows []queueRow, err error) {
	state := queue.State(c.State)
	add := func(kind string, r queue.Row, typ, where string) {
		rows = append(rows, queueRow{kind, r.ID, string(r.State), r.Attempt, r.Due, typ, where, r.LastError})
	}
	each := func(kind string, page func(cursor string) (string, error)) error {
		if c.Kind != "" && c.Kind != kind || c.Host != "" && kind != "delivery" {
			return nil
		}
		for cursor := ""; ; {
			next, err := page(cursor)
			if err != nil || next == "" {
				return err
			}
			cursor = next
		}
	}
	const size = 100
	if err := each("event", func(cursor string) (string, error) {
		l, next, err := n.Queue.Events(w.ctx, state, cursor, size)
		for _, e := range l {
			add("event", e.Row, string(e.Event.Kind), e.Event.Subject)
		}
		return next, err
	}); err != nil {
		return nil, err
	}
	if err := each("delivery", func(cursor string) (string, error) {
		l, next, err := n.Queue.Deliveries(w.ctx, state, c.Host, cursor, size)
		for _, d := range l {
			add("delivery", d.Row, d.Type, d.Host)
		}
		return next, err
	}); err != nil {
		return nil, err
	}
	return rows, each("inbound", func(cursor string) (string, error) {
		l, next, err := n.Queue.Inbounds(w.ctx, state, cursor, size)
		for _, i := range l {
			add("inbound", i.Row, i.Type, string(i.Peer))
		}
		return next, err
	})
}

// which picks rows: one by id, those of a host, or all of a kind.
type which struct {
	Kind string `help:"delivery, inbound or event." enum:"delivery,inbound,event" default:"delivery" env:"-"`
	ID   int64  `name:"id" help:"One row." env:"-"`
	Host string `help:"All deliveries to this host." env:"-"`
	All  bool   `help:"All of the kind." env:"-"`
}

func (q *which) check() error {
	given := 0
	for _, is := range []bool{q.ID != 0, q.Host != "", q.All} {
		if is {
			given++
		}
	}
	if given != 1 {
		return usage("Say which rows: --id N, --host HOST or --all.")
	}
	if q.Host != "" && q.Kind != "delivery" {
		return usage("--host is for deliveries.")
	}
	return nil
}

type queueRetry struct{ which }

// Run makes them due.
func (c *queueRetry) Run(w *world) error {
	return c.change(w, "made due", func(n *node.Node) (int, error) {
		return n.Queue.Retry(w.ctx, c.Kind, c.ID, c.Host, n.Now().UTC())
	})
}

type queueHold struct{ which }

// Run holds them.
func (c *queueHold) Run(w *world) error {
	return c.change(w, "held", func(n *node.Node) (int, error) { return n.Queue.Hold(w.ctx, c.Kind, c.ID, c.Host) })
}

func (q *which) change(w *world, done string, do func(*node.Node) (int, error)) error {
	if err := q.check(); err != nil {
		return err
	}
	n, _, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	count, err := do(n)
	if err != nil {
		return err
	}
	rows := "rows"
	if count == 1 {
		rows = "row"
	}
	w.say("%s", fmt.Sprintf("%d %s %s.", count, rows, done))
	if count == 0 && q.ID != 0 {
		return usage(fmt.Sprintf("There is no such %s row %d. See toadlane queue list.", q.Kind, q.ID))
	}
	return nil
}
