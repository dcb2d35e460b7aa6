package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/store"
)

// follower notes that somebody elsewhere asks to follow local, or does.
func (r *rig) follower(local coop.IRI, host, name string, state queue.Relation) coop.IRI {
	r.t.Helper()
	a := queue.Actor{IRI: coop.IRI("https://" + host + "/u"), Type: "Person", Handle: "@u@" + host, Name: name,
		Inbox: coop.IRI("https://" + host + "/i"), Raw: []byte("{}"), Fetched: r.clock.Now()}
	err := store.Queue{Store: r.store}.Write(r.t.Context(), func(tx queue.Tx) error {
		if err := tx.PutActor(a); err != nil {
			return err
		}
		return tx.PutFollower(queue.Follower{Local: local, Actor: a.IRI, Follow: a.IRI + "/f", Inbox: a.Inbox, State: state, Created: r.clock.Now()})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return a.IRI
}

func (r *rig) consents(p coop.Person, v coop.Visibility) {
	r.t.Helper()
	p.Consent = map[coop.Field]coop.Visibility{coop.FieldListed: v}
	if _, err := r.cfg.Coop.UpdatePerson(r.t.Context(), coop.Member(p.ID, coop.RoleMember), p); err != nil {
		r.t.Fatal(err)
	}
}

func TestMembersSeeAndAnswerWhoFollowsThem(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	me := coop.IRI(bakery) + "/m/ada"
	gus := r.follower(me, "care.example", "Gus <b>", queue.Requested)
	eve := r.follower(me, "cycles.example", "Eve", queue.Accepted)
	r.follower(r.cfg.ActorIRI, "commons.example", "Of the co-op", queue.Requested)
	r.follower(coop.IRI(bakery)+"/m/sten", "attic.example", "Of another", queue.Requested)
	b := r.signedIn("ada")
	b.get("/me").want(http.StatusOK).saysNot("Gus").saysNot("follows you") // ada is not public yet
	r.consents(r.ada, coop.Everyone)
	b.get("/me").want(http.StatusOK).says("Who asks to follow you").says("Gus <b>").says("@u@care.example").says("Eve").saysNot("Gus <b>").
		saysNot("Of the co-op").saysNot("Of another")
	post := func(who coop.IRI, word string) answer {
		return b.post("/me/followers/answer", url.Values{"actor": {string(who)}, "answer": {word}})
	}
	post(gus, "accept").want(http.StatusSeeOther)
	post(eve, "refuse").want(http.StatusSeeOther)
	post(eve, "perhaps").want(http.StatusBadRequest)
	post("javascript:alert(1)", "accept").want(http.StatusBadRequest)
	want := []string{"accept " + string(gus) + " of " + string(me), "refuse " + string(eve) + " of " + string(me)}
	if d := cmp.Diff(want, r.fed.Did()); d != "" {
		t.Error(d)
	}
	r.browser().post("/me/followers/answer", url.Values{"actor": {string(gus)}, "answer": {"accept"}}).want(http.StatusUnauthorized)
	es := r.signedIn("ada")
	es.headers.Set("Accept-Language", "es")
	es.get("/me").says("Quién pide seguirte")
}
