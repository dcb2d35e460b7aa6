package vocab

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
	"toadlane/internal/strictjson"
	"toadlane/market"
)

// seeds adds every document of testdata.
func seeds(f *testing.F) {
	f.Helper()
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "fuzz" || d.Name() == "contexts") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".json") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f.Add(b)
		if o, err := strictjson.Parse(b); err == nil {
			if inner := o.Object("object"); !inner.IsZero() {
				f.Add(inner.Raw())
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

// checkListing holds what every reader of a listing may rely on.
func checkListing(t *testing.T, l market.Listing, home coop.IRI) {
	t.Helper()
	switch {
	case !coop.SameOrigin(l.IRI, home) || l.Home != home:
		t.Errorf("%s of %s", l.IRI, l.Home)
	case l.Purpose != market.Offer && l.Purpose != market.Want, !slices.Contains(market.Kinds, l.Kind), !slices.Contains(market.Scopes, l.Scope),
		len(l.Modes) == 0, !slices.Contains(market.States(), l.State), l.Visibility != coop.Peers && l.Visibility != coop.Everyone:
		t.Errorf("%+v", l)
	case len(l.Title) == 0 || len(l.Title) > limits.Languages || len(l.Body) > limits.Languages || len(l.Tags) > market.MaxTags || len(l.Photos) > market.MaxPhotos:
		t.Errorf("%+v", l)
	case l.Until.IsZero() || l.Until.After(now.AddDate(0, 0, market.MaxDays+2)) || l.Created.After(now.Add(time.Hour)) || l.Updated.Before(l.Created):
		t.Errorf("%v %v %v", l.Created, l.Updated, l.Until)
	case l.Item.Amount.N <= 0 || l.Item.Amount.N > market.MaxAmount || l.Available != nil && l.Available.Amount.N <= 0:
		t.Errorf("%+v", l.Item)
	}
	for _, text := range []coop.Text{l.Title, l.Body} {
		for tag, s := range text {
			if !coop.ValidLanguage(tag) || len([]rune(s)) > market.MaxBody {
				t.Errorf("%q: %.100q", tag, s)
			}
		}
	}
	if l.Ask != nil {
		for _, a := range []*market.Amount{l.Ask.Amount, l.Ask.Min, l.Ask.Max, l.Ask.Suggested} {
			if a != nil && (a.N < 0 || a.N > market.MaxAmount || a.Places != l.Ask.Medium.Places()) {
				t.Errorf("%+v", l.Ask)
			}
		}
	}
	for _, p := range l.Photos {
		if _, err := coop.ParseIRI(string(p.Remote)); err != nil {
			t.Error(err)
		}
	}
}

func FuzzDecodeListing(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := strictjson.Parse(b)
		if err != nil {
			return
		}
		home, _ := o.IRI("attributedTo")
		l, ok, err := DecodeListing(o, home, now)
		if ok && err == nil {
			checkListing(t, l, home)
		}
		again, ok2, err2 := DecodeListing(o, home, now)
		if ok != ok2 || (err == nil) != (err2 == nil) || !reflect.DeepEqual(l, again) {
			t.Error("read otherwise the second time")
		}
	})
}

func FuzzDecodeActor(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := strictjson.Parse(b)
		if err != nil {
			return
		}
		a, err := DecodeActor(o)
		if err != nil {
			return
		}
		for _, at := range []coop.IRI{a.Inbox, a.SharedInbox, a.Outbox, a.Offers, a.Wants, a.Followers} {
			if at != "" && !coop.SameOrigin(at, a.IRI) {
				t.Errorf("%s keeps %s", a.IRI, at)
			}
		}
		for _, k := range a.Keys {
			if k.Owner != a.IRI || !coop.SameOrigin(k.ID, a.IRI) || len(k.Public) == 0 {
				t.Errorf("%+v", k)
			}
		}
	})
}

func FuzzDecodeNote(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := strictjson.Parse(b)
		if err != nil {
			return
		}
		if n, err := DecodeNote(o); err == nil && (!coop.SameOrigin(n.IRI, n.By) || len(n.Mentions) > limits.Tags) {
			t.Errorf("%+v", n)
		}
	})
}

func FuzzDiscovery(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if self, err := DecodeWebFinger(b); err == nil {
			if _, err := coop.ParseIRI(string(self)); err != nil {
				t.Error(err)
			}
		}
		info, err := DecodeNodeInfoLinks(b)
		if _, perr := coop.ParseIRI(string(info)); err == nil && perr != nil {
			t.Error(perr)
		}
		_, err2 := DecodeNodeInfo(b)
		for _, err := range []error{err, err2} {
			if err != nil && coop.ClassOf(err) != coop.Invalid {
				t.Error(err)
			}
		}
	})
}
