package handbook_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"toadlane/coop"
	"toadlane/handbook"
)

// shelf is revisions that are here, with their history.
type shelf map[id]handbook.Revision

func (s shelf) text(of id) (handbook.Revision, error) {
	r, ok := s[of]
	if !ok {
		return r, coop.Errorf(coop.NotFound, "revision.unknown", "%s", of)
	}
	return r, nil
}

func (s shelf) put(t interface{ Fatalf(string, ...any) }, name, source string, parents ...id) handbook.Revision {
	r, err := handbook.NewRevision(name, source, parents...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	s[r.ID] = r
	return r
}

func (s shelf) history(t interface{ Fatalf(string, ...any) }) *handbook.History {
	var steps []handbook.Step
	for _, r := range s {
		steps = append(steps, handbook.Step{ID: r.ID, Parents: r.Parents})
	}
	return graph(t, steps)
}

func TestJoin(t *testing.T) {
	t.Parallel()
	s := shelf{}
	first := s.put(t, "Pay", "# Pay\na\n\nb\n")
	ours := s.put(t, "Pay", "# Pay\nA\n\nb\n", first.ID)
	theirs := s.put(t, "Fair pay", "# Pay\na\n\nB\n", first.ID)
	rival := s.put(t, "Just pay", "# Pay\nX\n\nb\n", first.ID)
	stranger := s.put(t, "Stranger", "Strange\n")
	h := s.history(t)
	for _, c := range []struct {
		a, b, result handbook.Revision
		relation     handbook.Relation
	}{{ours, ours, ours, handbook.Same}, {ours, first, ours, handbook.Ahead}, {first, ours, ours, handbook.Behind}} {
		j, err := handbook.Join(h, c.a, c.b, s.text)
		if err != nil || j.Relation != c.relation || !j.Clean() {
			t.Fatal(j, err)
		}
		if r, err := j.Revision("", nil); err != nil || r.ID != c.result.ID {
			t.Error(c.relation, r, err)
		}
	}
	j, err := handbook.Join(h, ours, theirs, s.text)
	if err != nil || j.Relation != handbook.Diverged || !j.Clean() {
		t.Fatal(j, err)
	}
	if r, err := j.Revision("ignored", nil); err != nil || r.Name != "Fair pay" || r.Source != "# Pay\nA\n\nB\n" || len(r.Parents) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	j, err = handbook.Join(h, theirs, rival, s.text)
	if err != nil || j.Clean() || !j.NameOpen || j.Name != "Fair pay" || !j.Merge.Clean() {
		t.Fatal(j, err)
	}
	if r, err := j.Revision("Just and fair pay", nil); err != nil || r.Name != "Just and fair pay" {
		t.Error(r, err)
	}
	_, err = j.Revision("", nil)
	want(t, err, coop.Invalid, "field.required")
	j, err = handbook.Join(h, ours, stranger, s.text)
	if err != nil || j.Relation != handbook.Unrelated || len(j.Merge.Conflicts()) != 1 {
		t.Fatal(j, err)
	}
	_, err = j.Revision("", nil)
	want(t, err, coop.Invalid, "merge.open")
	_, err = handbook.Join(h, ours, handbook.Revision{ID: "elsewhere"}, s.text)
	want(t, err, coop.NotFound, "revision.unknown")
	lost := errors.New("disk")
	if _, err = handbook.Join(h, ours, theirs, func(id) (handbook.Revision, error) { return handbook.Revision{}, lost }); !errors.Is(err, lost) {
		t.Error(err)
	}
}

// Two co-ops that bring the same two texts together alike have one revision, on whichever side it was made, and neither has news for the other.
func TestJoinedAlikeOnBothSides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := shelf{}
		lines := drawLines(t, "first")
		first := s.put(t, "Pay", "# Pay\n"+text(lines))
		ours := s.put(t, "Pay", "# Pay\n"+text(drawEdit(t, lines, "ours")), first.ID)
		theirs := s.put(t, "Pay", "# Pay\n"+text(drawEdit(t, lines, "theirs")), first.ID)
		here, err := handbook.Join(s.history(t), ours, theirs, s.text)
		if err != nil {
			t.Fatalf("%v", err)
		}
		there, err := handbook.Join(s.history(t), theirs, ours, s.text)
		if err != nil || here.Clean() != there.Clean() {
			t.Fatalf("%t here, %t there, %v", here.Clean(), there.Clean(), err)
		}
		if !here.Clean() {
			return
		}
		r, errHere := here.Revision("", nil)
		q, errThere := there.Revision("", nil)
		if errHere != nil || errThere != nil || r.ID != q.ID && here.Relation == handbook.Diverged {
			t.Fatalf("%+v here, %+v there: %v, %v", r, q, errHere, errThere)
		}
		s[r.ID] = r
		if h := s.history(t); handbook.UpdateAvailable(h, r.ID, theirs.ID) || handbook.UpdateAvailable(h, r.ID, ours.ID) {
			t.Fatalf("%s has not what it was made from", r.ID)
		}
	})
}
