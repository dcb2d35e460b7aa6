package federation

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/market"
)

// murmurs is what the worker of indexes remembers between its turns.
type murmurs struct {
	mu    sync.Mutex
	look  time.Time   // when it is looked again what has changed; zero: now
	asked []time.Time // requests of the last hour
}

// lookForMurmurs has the worker look at once what has changed.
func (n *Node) lookForMurmurs() {
	n.murmurs.mu.Lock()
	n.murmurs.look = time.Time{}
	n.murmurs.mu.Unlock()
	poke(n.murmurWake)
}

// murmurTurn tells whether it is time to look, and how many requests may be made now.
func (n *Node) murmurTurn(now time.Time) (look bool, left int) {
	m := &n.murmurs
	m.mu.Lock()
	defer m.mu.Unlock()
	if look = m.look.IsZero() || !now.Before(m.look) || m.look.Sub(now) > limits.IndexLook; look {
		m.look = now.Add(limits.IndexLook)
	}
	kept := m.asked[:0]
	for _, at := range m.asked {
		if d := now.Sub(at); d >= 0 && d < time.Hour {
			kept = append(kept, at)
		}
	}
	m.asked = kept
	return look, limits.IndexPerHour - len(kept)
}

func (n *Node) murmurAsked(now time.Time) {
	n.murmurs.mu.Lock()
	defer n.murmurs.mu.Unlock()
	n.murmurs.asked = append(n.murmurs.asked, now)
}

// murmurate brings what an index has to what it ought to have: at times it looks what has changed, and it works on the rows that are due.
func (n *Node) murmurate(ctx context.Context) (int, error) {
	now := n.Now().UTC()
	look, left := n.murmurTurn(now)
	if look {
		if err := n.lookAtProfiles(ctx, now); err != nil {
			return 0, fmt.Errorf("look at profiles: %w", err)
		}
	}
	next, err := n.Store.NextMurmuration(ctx)
	if err != nil || next.IsZero() || next.After(now) || left <= 0 {
		return 0, err
	}
	rows, err := n.Store.ClaimMurmurations(ctx, now, now.Add(limits.IndexLease), min(left, limits.IndexAtOnce))
	if err != nil {
		return 0, err
	}
	for _, m := range rows {
		n.murmurAsked(now)
		if err := n.tellIndex(ctx, m); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// profileNow is a profile as it is now.
type profileNow struct {
	at   coop.IRI
	page string
	hash string
}

// profilesNow lists the profiles that the index is to have.
func (n *Node) profilesNow(ctx context.Context, m queue.Murmurations, now time.Time) (map[coop.IRI]profileNow, error) {
	all := map[coop.IRI]profileNow{}
	if !m.On {
		return all, nil
	}
	c, err := n.CoopStore.Coop(ctx)
	if err != nil {
		return nil, err
	}
	wr := n.murmurWriter(c)
	add := func(path, page string, body []byte, err error) error {
		if err == nil {
			sum := sha256.Sum256(body)
			p := profileNow{n.Base + coop.IRI(path), page, base64.RawURLEncoding.EncodeToString(sum[:])}
			all[p.at] = p
		}
		return err
	}
	if m.Organization {
		body, err := n.organizationProfile(ctx, wr)
		if err := add(murmur.OrganizationPath, "/", body, err); err != nil {
			return nil, err
		}
	}
	if m.People {
		people, err := n.CoopStore.People(ctx)
		if err != nil {
			return nil, err
		}
		for i := range people {
			if view, ok := people[i].SeenBy(coop.Everyone); ok && view.Murmurations {
				body, err := wr.Person(view)
				if err := add(murmur.PersonPath(view.Handle), "/@"+view.Handle, body, err); err != nil {
					return nil, err
				}
			}
		}
	}
	for cursor := ""; m.Offers || m.Wants; {
		page, err := n.Market.Store.Search(ctx, market.Query{Reach: coop.Everyone, Local: true, Sort: market.Newest, Limit: market.MaxPage, Cursor: cursor}, now)
		if err != nil {
			return nil, err
		}
		for i := range page.Listings {
			l := &page.Listings[i]
			if !indexed(m, l) || len(all) >= limits.IndexProfiles {
				continue
			}
			body, err := wr.Listing(l)
			if err := add(murmur.ListingPath(l.ID), "/listings/"+string(l.ID), body, err); err != nil {
				return nil, err
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return all, nil
}

// lookAtProfiles makes rows of what is new, and has rows due of what has changed, is gone, or was not asked after for long.
func (n *Node) lookAtProfiles(ctx context.Context, now time.Time) error {
	m, err := n.Murmurations(ctx)
	if err != nil {
		return err
	}
	if _, err := n.CoopStore.Coop(ctx); coop.ClassOf(err) == coop.NotFound && err != nil {
		return nil // not set up
	}
	wanted, err := n.profilesNow(ctx, m, now)
	if err != nil {
		return err
	}
	var changed []coop.IRI
	for cursor := ""; ; {
		list, next, err := n.Store.Murmurations(ctx, "", cursor, 200)
		if err != nil {
			return err
		}
		for _, row := range list {
			w, ok := wanted[row.Profile]
			again := ok && row.State == queue.Done && now.Sub(row.Changed) > limits.IndexAgain
			if row.Want != w.hash || again {
				changed = append(changed, row.Profile)
				continue
			}
			delete(wanted, row.Profile)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	seen := map[coop.IRI]bool{}
	for _, at := range changed {
		seen[at] = true
	}
	for at := range wanted {
		if !seen[at] {
			changed = append(changed, at)
		}
	}
	for len(changed) > 0 {
		some := changed[:min(len(changed), 50)]
		changed = changed[len(some):]
		if err := n.Store.Write(ctx, func(tx queue.Tx) error {
			for _, at := range some {
				if err := n.noteProfile(tx, m.Index, at, wanted[at], now); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// noteProfile brings a row to what is wanted of its profile; the zero profile is that it goes.
func (n *Node) noteProfile(tx queue.Tx, index, at coop.IRI, w profileNow, now time.Time) error {
	m, err := tx.Murmuration(at)
	if err != nil {
		if coop.ClassOf(err) != coop.NotFound || w.hash == "" {
			return err
		}
		m = queue.Murmuration{Index: index, Profile: at, Row: queue.Row{State: queue.Done, Created: now}}
	}
	same := m.Want == w.hash
	if m.Want = w.hash; w.page != "" {
		m.Page, m.Index = w.page, index
	}
	flying := m.Leased.After(now)
	switch {
	case same && m.State == queue.Done: // to be asked after once more
		m.Step, m.State, m.Due, m.Attempt, m.Changed = queue.StepAsk, queue.Waiting, now, 0, now
	case same:
	case flying: // who has it in hand goes on with what is wanted now
	case m.Want == "" && m.Node == "": // nobody was ever told
		m.State, m.Changed = queue.Done, now
	default:
		held := m.State == queue.Held
		n.begin(&m)
		if held {
			m.State = queue.Held
		}
	}
	return tx.PutMurmuration(m)
}

// begin has a row begin anew with what is wanted of it.
func (n *Node) begin(m *queue.Murmuration) {
	now := n.Now().UTC()
	m.Step = queue.StepPost
	if m.Want == "" {
		m.Step = queue.StepDelete
	}
	m.State, m.Due, m.Attempt, m.Leased, m.LastError, m.Changed = queue.Waiting, now, 0, time.Time{}, "", now
}

// tellIndex takes the next step with a claimed row and notes what came of it.
func (n *Node) tellIndex(ctx context.Context, m queue.Murmuration) error {
	answer, err := n.askIndex(ctx, m)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := n.Now().UTC()
	return n.Store.Write(context.WithoutCancel(ctx), func(tx queue.Tx) error {
		cur, err2 := tx.Murmuration(m.Profile)
		if err2 != nil {
			if coop.ClassOf(err2) == coop.NotFound {
				return nil // forgotten meanwhile
			}
			return err2
		}
		if !cur.Leased.Equal(m.Leased) {
			return nil // somebody else has it by now
		}
		held, want := cur.State == queue.Held, cur.Want
		cur.Step, cur.Leased, cur.Changed = m.Step, time.Time{}, now
		n.settleIndex(&cur, m, answer, err, now)
		if want != m.Want { // it changed on the way
			n.begin(&cur)
		}
		if held && cur.State == queue.Waiting {
			cur.State = queue.Held
		}
		return tx.PutMurmuration(cur)
	})
}

// askIndex makes one request.
func (n *Node) askIndex(ctx context.Context, m queue.Murmuration) (murmur.Node, error) {
	method, path, body := http.MethodGet, "/nodes/"+m.Node, []byte(nil)
	switch m.Step {
	case queue.StepPost:
		var err error
		method, path = http.MethodPost, "/nodes"
		if body, err = murmur.Post(m.Profile); err != nil {
			return murmur.Node{}, err
		}
	case queue.StepDelete:
		method = http.MethodDelete
	}
	resp, err := n.Out.Call(ctx, method, murmur.Path(m.Index, path), body, outbound.NewBudget(1))
	if err != nil {
		return murmur.Node{}, err
	}
	return murmur.ReadNode(resp.Body)
}

// settleIndex says what an answer, or that there was none, makes of a row.
func (n *Node) settleIndex(cur *queue.Murmuration, m queue.Murmuration, a murmur.Node, err error, now time.Time) {
	cur.LastError = a.Faults
	later := func() {
		cur.State, cur.Due = queue.Waiting, now.Add(letterWait(cur.Attempt))
		if cur.Attempt >= limits.IndexTries {
			cur.State = queue.Failed
		}
	}
	if err != nil {
		cur.LastError = err.Error()
		if later(); !outbound.Temporary(err) {
			cur.State = queue.Failed // a wrong address answers so; a steward says when to try again
		} else if wait := outbound.RetryAfter(err); cur.State == queue.Waiting && now.Add(wait).After(cur.Due) {
			cur.Due = now.Add(wait)
		}
		return
	}
	if a.Status != "" {
		cur.Status = string(a.Status)
	}
	switch m.Step {
	case queue.StepPost:
		if a.Status == murmur.Invalid {
			cur.State = queue.Failed
			return
		}
		cur.Node, cur.Sent, cur.Status = a.ID, m.Want, string(murmur.Received)
		if !goodNode(a.ID) {
			cur.Node = murmur.NodeID(m.Profile)
		}
		cur.Step, cur.State, cur.Due, cur.LastError = queue.StepAsk, queue.Waiting, now.Add(limits.IndexAsk), ""
	case queue.StepAsk:
		switch {
		case a.Status == murmur.Posted:
			cur.State, cur.Attempt, cur.LastError = queue.Done, 0, ""
		case a.Unknown(), a.Status == murmur.Deleted: // it forgets what did not fit, and what it could not find
			cur.Step = queue.StepPost
			later()
		case a.Status == murmur.Invalid && a.Unreached(): // it could not fetch the profile: we may have been away
			cur.Step = queue.StepPost
			later()
		case a.Status == murmur.Invalid && a.ID != "":
			cur.State = queue.Failed
		default: // received, validated, or it tries again by itself; or a fault of its own, which it says without naming the profile
			later()
		}
	case queue.StepDelete:
		if a.Faults == "" || a.Unknown() {
			cur.State, cur.Status, cur.Sent, cur.Attempt, cur.LastError = queue.Done, string(murmur.Deleted), "", 0, ""
			return
		}
		cur.Status = m.Status
		later() // it could still fetch the profile: somebody between us keeps it for a while
	}
}

// goodNode tells whether an index's name of a profile can stand in an address.
func goodNode(id string) bool {
	if len(id) == 0 || len(id) > 100 {
		return false
	}
	for _, c := range id {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// letterWait is the wait after that many tries.
func letterWait(attempt int) time.Duration {
	all := limits.LetterSchedule()
	return all[min(max(attempt-1, 0), len(all)-1)]
}
