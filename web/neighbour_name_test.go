package web_test

import (
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/market"
	"toadlane/store"
)

// Cards, feeds and what machines read name a neighbour as it names itself; the host stands in where that says nothing, and
// beside it where two say the same.
func TestNeighboursAreNamed(t *testing.T) {
	t.Parallel()
	r := founded(t, bakery, nil)
	ours := r.coop().Name
	names := map[string]string{"masa.example": "Masa  Mare\n<Bakery>", "blank.example": " ", "twin.example": "Twins", "twin2.example": "Twins", "fake.example": ours,
		"long.example": strings.Repeat("é", 200)}
	want := map[string]string{"masa.example": "from Masa Mare <Bakery>", "blank.example": "from blank.example", "twin.example": "from Twins (twin.example)",
		"twin2.example": "from Twins (twin2.example)", "fake.example": "from " + ours + " (fake.example)", "long.example": "from " + strings.Repeat("é", 60) + " ",
		"unknown.example": "from unknown.example"}
	var masa market.Listing
	for host := range want {
		home := coop.IRI("https://" + host + "/actor")
		if name, known := names[host]; known {
			err := store.Queue{Store: r.store}.Write(t.Context(), func(tx queue.Tx) error {
				if err := tx.PutActor(queue.Actor{IRI: home, Type: "Organization", Handle: "@x@" + host, Name: name, Inbox: home + "/inbox", Raw: []byte("{}"), Fetched: r.clock.Now()}); err != nil {
					return err
				}
				return tx.PutPeer(queue.Peer{Actor: home, Follow: home + "/f", State: queue.Accepted, Created: r.clock.Now()})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		l := r.receive(market.Listing{Home: home, IRI: coop.IRI("https://" + host + "/l"), Purpose: market.Offer, Kind: market.Food, Modes: []market.Mode{market.Gift}, Visibility: coop.Everyone,
			Title: coop.Text{"en": "Flour of " + host}})
		if host == "masa.example" {
			masa = l
		}
	}
	r.gen.Add(1)
	page := r.browser().get("/market").want(http.StatusOK)
	for host, says := range want {
		page.says(says)
		if host == "masa.example" || host == "long.example" {
			if strings.Contains(page.text(), "from "+host) {
				t.Errorf("%s is named by its host", host)
			}
		}
	}
	if a := r.browser().get("/listings/" + string(masa.ID)).want(http.StatusOK); !strings.Contains(a.body, `"@id":"https://masa.example/actor","@type":"Organization","name":"Masa Mare \u003cBakery\u003e"`) {
		t.Errorf("JSON-LD: %s", a.body[strings.Index(a.body, "ld+json"):][:900])
	}
	if a := r.browser().get("/market.json").want(http.StatusOK); !strings.Contains(a.body, "Masa Mare ") || strings.Contains(a.body, `"name": "masa.example"`) {
		t.Error("the feed names the host")
	}
	// A new name is shown once something says that there is one.
	err := store.Queue{Store: r.store}.Write(t.Context(), func(tx queue.Tx) error {
		return tx.PutActor(queue.Actor{IRI: masa.Home, Type: "Organization", Handle: "@x@masa.example", Name: "Mother Dough", Inbox: masa.Home + "/inbox", Raw: []byte("{}"), Fetched: r.clock.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	r.browser().get("/market?sort=title").want(http.StatusOK).saysNot("Mother Dough") // kept: one look per change, not per card
	r.gen.Add(1)
	r.browser().get("/market?sort=title").want(http.StatusOK).says("from Mother Dough")
}
