package market

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	n := sum([]Count{{"", Offer, "AM60", 3}, {"", Want, "AM10", 1}, {"https://a.example/actor", Offer, "AM60", 2}, {"https://a.example/actor", Want, "AM60", 1},
		{"https://a.example/actor", Offer, "AM30", 4}, {"https://b.example/actor", Want, "AM10", 2}, {"https://b.example/actor", Want, "", 5}, {"https://b.example/actor", Want, "AM20", 4}})
	want := Numbers{Offers: 9, Wants: 13,
		Categories: []CategoryNumbers{{"AM60", 5, 1, 2}, {"", 0, 5, 1}, {"AM20", 0, 4, 1}, {"AM30", 4, 0, 1}, {"AM10", 0, 3, 2}},
		Coops:      []CoopNumbers{{"https://b.example/actor", 0, 11}, {"https://a.example/actor", 6, 1}, {"", 3, 1}}}
	if d := cmp.Diff(want, n); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]CategoryNumbers{{"AM20", 0, 4, 1}, {"AM10", 0, 3, 2}}, n.Wanted()); d != "" {
		t.Error("wanted and not offered:", d)
	}
	if d := cmp.Diff([]CategoryNumbers{{"AM30", 4, 0, 1}}, n.Unwanted()); d != "" {
		t.Error("offered and not wanted:", d)
	}
	if empty := sum(nil); len(empty.Wanted())+len(empty.Unwanted()) != 0 {
		t.Error("gaps in nothing")
	}
}
