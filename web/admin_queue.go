package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
)

// AdminQueuePage shows the rows that workers work on.
type AdminQueuePage struct {
	Frame
	Kind   string
	State  string
	Host2  string // whose rows
	Kinds  []Option
	States []Option
	Rows   []QueueRow
	Hosts  []queue.Host
	Next   string // address of the next part
}

// QueueRow is one row of any kind.
type QueueRow struct {
	ID      int64
	What    string // type of the activity, kind of the event
	Whose   string // inbox, peer or subject
	Host    string
	State   queue.State
	Attempt int
	Due     time.Time
	Error   string
	Created time.Time
	MayHold bool
	MayTry  bool
}

var (
	queueKinds  = []string{"delivery", "inbound", "event"}
	queueStates = map[string][]string{
		"delivery": {"", "waiting", "held", "failed"},
		"inbound":  {"", "waiting", "held", "failed", "rejected", "parked", "poison", "done"},
		"event":    {"", "waiting", "held", "failed", "done"},
	}
)

func among(s string, all []string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}

// adminQueue lists rows of a kind, by state and host.
func (s *Site) adminQueue(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	kind, state, host, cursor := f.Get("kind"), f.Get("state"), f.Get("host"), f.Get("cursor")
	if !among(kind, queueKinds) {
		kind = "delivery"
	}
	if !among(state, queueStates[kind]) {
		state = ""
	}
	ctx, st := v.r.Context(), s.cfg.Steward
	p := AdminQueuePage{Frame: v.frame("admin_queue.title"), Kind: kind, State: state, Host2: host,
		Kinds: v.options(queueKinds, "queue.kind."), States: v.options(queueStates[kind], "queue.state.")}
	var next string
	switch kind {
	case "delivery":
		list, n, err := st.Deliveries(ctx, queue.State(state), host, cursor, stewardRows)
		if err != nil {
			return err
		}
		next = n
		for _, d := range list {
			p.Rows = append(p.Rows, queueRow(d.Row, d.Type, string(d.Inbox), d.Host))
		}
	case "inbound":
		list, n, err := st.Inbounds(ctx, queue.State(state), cursor, stewardRows)
		if err != nil {
			return err
		}
		next = n
		for _, d := range list {
			p.Rows = append(p.Rows, queueRow(d.Row, d.Type, string(d.Peer), d.Peer.Host()))
		}
	case "event":
		list, n, err := st.Events(ctx, queue.State(state), cursor, stewardRows)
		if err != nil {
			return err
		}
		next = n
		for _, d := range list {
			p.Rows = append(p.Rows, queueRow(d.Row, string(d.Event.Kind), d.Event.Subject, ""))
		}
	}
	if next != "" {
		p.Next = "/admin/queue?" + url.Values{"kind": {kind}, "state": {state}, "host": {host}, "cursor": {next}}.Encode()
	}
	if p.Hosts, err = st.Hosts(ctx); err != nil {
		return err
	}
	return v.page(http.StatusOK, "admin_queue", p)
}

func queueRow(r queue.Row, what, whose, host string) QueueRow {
	return QueueRow{ID: r.ID, What: what, Whose: whose, Host: host, State: r.State, Attempt: r.Attempt, Due: r.Due, Error: r.LastError,
		Created: r.Created, MayHold: r.State == queue.Waiting, MayTry: r.State != queue.Done}
}

func (s *Site) adminQueueRetry(v *visit) error {
	return s.withRows(v, "done.retrying", func(kind string, id int64, host string) error {
		_, err := s.cfg.Steward.Retry(v.r.Context(), kind, id, host, s.cfg.Now().UTC())
		return err
	})
}

func (s *Site) adminQueueHold(v *visit) error {
	return s.withRows(v, "done.held", func(kind string, id int64, host string) error {
		_, err := s.cfg.Steward.Hold(v.r.Context(), kind, id, host)
		return err
	})
}

// withRows does something about one row, or about all of a host when the id is 0; a form that names neither is refused, since
// it would mean everything.
func (s *Site) withRows(v *visit, done string, do func(kind string, id int64, host string) error) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	kind, host := f.Get("kind"), f.Get("host")
	id, err := strconv.ParseInt(f.Get("id"), 10, 64)
	if err != nil || id < 0 || !among(kind, queueKinds) || id == 0 && (host == "" || kind != "delivery") {
		return coop.Errorf(coop.Invalid, "choice.unknown", "rows %.20q %.20q of %.20q", kind, f.Get("id"), host)
	}
	if err := do(kind, id, host); err != nil {
		return err
	}
	s.cfg.Federation.Wake()
	return v.done("/admin/queue?"+url.Values{"kind": {kind}, "state": {f.Get("state")}}.Encode(), done)
}
