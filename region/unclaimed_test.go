package region

import (
	"fmt"
	"strings"
	"testing"

	"toadlane/coop"
)

func TestLinkKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example": "a.example", "http://www.A.example/": "a.example", "a.example/x/": "a.example/x", "https://a.example/x#part": "a.example/x", "https://a.example/X?y=1": "a.example/X?y=1",
		"https://www.www.example": "www.example",
	} {
		if got := linkKey(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	a, b := Unclaimed{Name: "Boat  Yard", Place: "Port"}, Unclaimed{Name: "boat yard", Place: "port "}
	if a.Key() != b.Key() || a.Key() == (&Unclaimed{Name: "Boat yard"}).Key() {
		t.Errorf("%q, %q", a.Key(), b.Key())
	}
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ table, key string }{
		"nothing":     {"", "field.required"},
		"no names":    {"title,url\nx,y\n", "unclaimed.columns"},
		"open quotes": {"name\n\"x\n", "unclaimed.unreadable"},
		"too many":    {"name\n" + strings.Repeat("x\n", MaxUnclaimedLines+1), "unclaimed.lines"},
	} {
		_, _, err := readTable([]byte(c.table), "s", "l")
		if e := coop.Fields(err); len(e) != 1 || e[0].Field != "csv" || e[0].Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, faults, err := readTable([]byte("name\n"+strings.Repeat("x\n", MaxUnclaimedLines)), "s", "l")
	if err != nil || len(faults) != 0 || len(list) != MaxUnclaimedLines {
		t.Errorf("as many as may be: %d, %v, %v", len(list), faults, err)
	}
	list, faults, err = readTable([]byte(" NAME , source,licence,extra\r\n\"A, B\", here , CC0-1.0 ,x\r\nC\r\n"), "s", "l")
	if err != nil || len(faults) != 0 || fmt.Sprint(list[0].Name, "|", list[0].Source, "|", list[0].Licence, "|", list[1].Source, "|", list[1].Licence) != "A, B|here|CC0-1.0|s|l" {
		t.Errorf("%+v, %v, %v", list, faults, err)
	}
	for _, p := range [][2]string{{"1", ""}, {"", "1"}, {"x", "1"}, {"91", "0"}, {"NaN", "0"}, {"1", "Inf"}} {
		if _, err := readPoint(p[0], p[1]); err == nil {
			t.Errorf("point %v", p)
		}
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("name;url;latitude;longitude\nA;https://a.example;1,5;2\n"))
	f.Add([]byte("\ufeffname,source,licence\r\n\"A \"\"B\"\"\",s,l\r\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		list, faults, err := readTable(table, "s", "l")
		if err != nil || len(faults) > 0 {
			return
		}
		for i := range list {
			if err := list[i].Validate(); err != nil {
				t.Errorf("%+v: %v", list[i], err)
			}
		}
	})
}
