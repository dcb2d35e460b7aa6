package federation

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/federation/queue"
	"toadlane/internal/strictjson"
)

const murmurSetting = "murmurations"

// Murmurations gives what a steward chose to tell which index; before anybody did, the network's own index and nothing that is on.
func (n *Node) Murmurations(ctx context.Context) (queue.Murmurations, error) {
	m := queue.Murmurations{Index: murmur.DefaultIndex, Organization: true, Offers: true, Wants: true}
	text, err := n.CoopStore.Setting(ctx, murmurSetting)
	if err != nil || text == "" {
		return m, err
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, coop.Errorf(coop.Internal, "error.internal", "settings of murmurations: %w", err)
	}
	return m, nil
}

// SaveMurmurations keeps what an index is told. What is chosen no more is taken back. Stewards only. Errors: Unauthenticated, Forbidden; Invalid about
// "index" and "what"; Conflict, key murmur.taken, for another index while one has something of ours.
func (n *Node) SaveMurmurations(ctx context.Context, by coop.Actor, m queue.Murmurations) error {
	if err := stewards(by, "tell an index"); err != nil {
		return err
	}
	m.Index = coop.IRI(strings.TrimRight(string(m.Index), "/"))
	if _, err := coop.ParseIRI(string(m.Index)); err != nil || strings.ContainsAny(string(m.Index), "?#") {
		return coop.FieldError("index", "address.invalid", nil)
	}
	if m.On {
		if err := n.Out.Allowed(m.Index); err != nil { // an index elsewhere than where this node may go would be asked in vain
			return coop.FieldError("index", "murmur.index_refused", nil)
		}
		if !m.Organization && !m.Offers && !m.Wants && !m.People {
			return coop.FieldError("what", "murmur.nothing", nil)
		}
	}
	old, err := n.Murmurations(ctx)
	if err != nil {
		return err
	}
	if old.Index != m.Index {
		has, err := n.Store.CountMurmurations(ctx)
		if err != nil {
			return err
		}
		if has > 0 {
			return coop.Errorf(coop.Conflict, "murmur.taken", "%s has %d profiles", old.Index, has)
		}
	}
	text, err := strictjson.Marshal(m)
	if err != nil {
		return err
	}
	if err := n.CoopStore.SetSetting(ctx, murmurSetting, string(text)); err != nil {
		return fmt.Errorf("save murmurations: %w", err)
	}
	what := "off"
	if m.On {
		what = string(m.Index)
	}
	err = n.CoopStore.Write(ctx, func(tx coop.Tx) error { return tx.Audit(n.Now().UTC(), by, "murmurations.changed", what) })
	n.docs.drop()
	n.lookForMurmurs()
	return err
}

// TakeBackMurmurations turns it off: whatever the index has of ours is taken back, and no profile is served any more. Stewards only.
func (n *Node) TakeBackMurmurations(ctx context.Context, by coop.Actor) error {
	m, err := n.Murmurations(ctx)
	if err != nil {
		return err
	}
	m.On = false
	return n.SaveMurmurations(ctx, by, m)
}

// ResendMurmuration tells the index of one profile again, or has it taken out again when that was asked for. Stewards only. Class NotFound.
func (n *Node) ResendMurmuration(ctx context.Context, by coop.Actor, id int64) error {
	if err := stewards(by, "send a profile again"); err != nil {
		return err
	}
	row, err := n.Store.MurmurationOf(ctx, id)
	if err != nil {
		return err
	}
	err = n.Store.Write(ctx, func(tx queue.Tx) error {
		m, err := tx.Murmuration(row.Profile)
		if err != nil {
			return err
		}
		n.begin(&m)
		return tx.PutMurmuration(m)
	})
	if err != nil {
		return fmt.Errorf("send profile %d again: %w", id, err)
	}
	poke(n.murmurWake)
	return nil
}

// ForgetMurmurations forgets what an index was told that it can't be asked to take back any more: it is gone, or does not do it. Stewards only. Class
// Conflict, key murmur.on, while it is turned on.
func (n *Node) ForgetMurmurations(ctx context.Context, by coop.Actor) error {
	if err := stewards(by, "forget what an index was told"); err != nil {
		return err
	}
	m, err := n.Murmurations(ctx)
	if err != nil {
		return err
	}
	if m.On {
		return coop.Errorf(coop.Conflict, "murmur.on", "%s is told", m.Index)
	}
	return n.Store.ForgetMurmurations(ctx)
}

func stewards(by coop.Actor, what string) error {
	switch {
	case by.CanSteward():
		return nil
	case by.SignedIn():
		return coop.Errorf(coop.Forbidden, "steward.only", "%s as %s", what, by)
	}
	return coop.Errorf(coop.Unauthenticated, "login.required", "%s as %s", what, by)
}
