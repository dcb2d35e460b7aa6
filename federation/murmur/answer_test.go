package murmur

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

// The answers are spelled as api/rest/v2/index.yaml of MurmurationsServices at c0f00d3 (2026-07-17) has its examples, and as its handlers write them.
func TestReadNode(t *testing.T) {
	t.Parallel()
	const id = "a55964aeaae9625dc2b8dbdb1c4ce0ed1e658483f44cf2be1a6479fe5e144d38"
	for name, c := range map[string]struct {
		body string
		want Node
	}{
		"told":     {`{"data":{"node_id":"` + id + `"}}`, Node{ID: id}},
		"received": {`{"data":{"node_id":"` + id + `","profile_url":"https://a.example/p.json","status":"received"}}`, Node{ID: id, Status: Received}},
		"posted":   {`{"data":{"node_id":"` + id + `","status":"posted","last_updated":1601979232,"profile_hash":"ab"}}`, Node{ID: id, Status: Posted}},
		"failed to post": {`{"data":{"node_id":"` + id + `","status":"post_failed"},"meta":{"message":"check back in a minute."}}`,
			Node{ID: id, Status: Unposted}},
		"does not fit": {`{"errors":[{"status":400,"source":{"pointer":"/latitude"},"title":"Missing Required Property","detail":"The property is required."}],"meta":{"node_id":"` + id + `","profile_url":"x"}}`,
			Node{ID: id, Status: Invalid, Faults: "Missing Required Property: The property is required. (/latitude)", Titles: []string{"Missing Required Property"}}},
		"unknown": {`{"errors":[{"status":404,"title":"Node Not Found","detail":"Could not locate it"}]}`,
			Node{Faults: "Node Not Found: Could not locate it", Titles: []string{"Node Not Found"}}},
		"still there": {`{"errors":[{"status":400,"title":"Profile Still Exists","detail":"Profile URL still exists"}],"meta":{"node_id":"` + id + `"}}`,
			Node{ID: id, Faults: "Profile Still Exists: Profile URL still exists", Titles: []string{"Profile Still Exists"}}},
		"taken out": {`{"meta":{"message":"The Index has recorded as deleted the profile."}}`, Node{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadNode([]byte(c.body))
			must(t, err)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if got.Unknown() != (name == "unknown") || got.StillThere() != (name == "still there") {
				t.Errorf("%+v", got)
			}
		})
	}
	for _, bad := range []string{``, `[]`, `{}`, `{"data":[]}`, `{"data":{"node_id":1}}`, `<html>`, `{"data":{"node_id":"a","node_id":"b"}}`} {
		if _, err := ReadNode([]byte(bad)); coop.ClassOf(err) != coop.Invalid || err == nil {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if NodeID("https://a.example/p.json") != "258130f28cf4ea523ee4a45a738aaa56c2816f26873386623d755d9332eb5f37" {
		t.Error("no SHA-256")
	}
}

func TestReadFound(t *testing.T) {
	t.Parallel()
	got, pages, err := ReadFound([]byte(`{"data":[
		{"profile_url":"https://a.example/p.json","name":" A ","primary_url":"a.example","geolocation":{"lat":43.26,"lon":-2.93},"last_updated":1601979232,
		 "linked_schemas":["organizations_schema-v1.0.0"],"locality":"Bilbao","region":"Bizkaia","country":"ES","status":"posted","tags":["bread"]},
		{"profile_url":"https://b.example/p.json","status":"posted"},
		{"profile_url":"https://c.example/p.json","name":"C","status":"deleted"},
		{"profile_url":"data-proxy-app/x","name":"D","status":"posted"},
		{"profile_url":"https://e.example/p.json","name":"E","status":"posted","geolocation":{"lat":"x","lon":200},"tags":"one"}],
		"links":{"self":"x"},"meta":{"number_of_results":5,"total_pages":2}}`))
	must(t, err)
	want := []Found{{Profile: "https://a.example/p.json", Name: "A", Link: "a.example", Point: &coop.Point{Lat: 43_260_000, Lon: -2_930_000}, Locality: "Bilbao", Region: "Bizkaia",
		Country: "ES", Tags: []string{"bread"}, Updated: time.Unix(1601979232, 0).UTC()}, {Profile: "https://e.example/p.json", Name: "E", Tags: []string{"one"}}}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("%d pages, %s", pages, diff)
	}
	if got, pages, err := ReadFound([]byte(`{"links":{"self":"x"}}`)); len(got) != 0 || pages != 0 || err != nil { // no results: data is left out
		t.Errorf("nothing: %v, %d, %v", got, pages, err)
	}
	if _, _, err := ReadFound([]byte(`{"errors":[{"status":400,"title":"Max Results Exceeded","detail":"Refine it"}]}`)); coop.ClassOf(err) != coop.Invalid || err == nil {
		t.Error(err)
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add([]byte(`{"data":{"node_id":"a","status":"posted"}}`))
	f.Add([]byte(`{"data":[{"profile_url":"https://a.example/p.json","name":"A","geolocation":{"lat":43.26,"lon":-2.93}}],"meta":{"total_pages":2}}`))
	f.Add([]byte(`{"errors":[{"title":"Node Not Found"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if n, err := ReadNode(body); err == nil && len([]rune(n.Faults)) > maxFaults {
			t.Error("faults are not cut")
		}
		list, _, _ := ReadFound(body)
		for _, x := range list {
			if _, err := coop.ParseIRI(string(x.Profile)); err != nil || x.Name == "" {
				t.Errorf("%+v", x)
			}
		}
	})
}
