package handbook

import (
	"fmt"

	"toadlane/coop"
)

// Joined is what comes of bringing one revision into another: of a motion into what came into use before it, of what an origin has new into
// our own page, of a change given back into the page it is meant for.
type Joined struct {
	Relation Relation // of ours to theirs
	Merge    Merge    // of their texts, when both went on
	Name     string   // the title; ours when both changed it
	NameOpen bool     // somebody has to choose the title

	ours, theirs Revision
}

// Join compares two revisions and merges them where they went apart. text gives the revision that both began from, and is asked for no
// other. Class NotFound, key revision.unknown, when h does not know one of them; otherwise the errors of text.
func Join(h *History, ours, theirs Revision, text func(RevisionID) (Revision, error)) (Joined, error) {
	relation, err := h.Compare(ours.ID, theirs.ID)
	if err != nil {
		return Joined{}, err
	}
	j := Joined{Relation: relation, Name: ours.Name, ours: ours, theirs: theirs}
	if relation != Diverged && relation != Unrelated {
		return j, nil
	}
	base := Revision{}
	if id, ok := h.Base(ours.ID, theirs.ID); ok {
		if base, err = text(id); err != nil {
			return Joined{}, fmt.Errorf("base %s: %w", id, err)
		}
	}
	var clean bool
	j.Merge = ThreeWay(base.Source, ours.Source, theirs.Source)
	j.Name, clean = ThreeWayName(base.Name, ours.Name, theirs.Name)
	j.NameOpen = !clean
	return j, nil
}

// Clean tells whether nobody has to be asked.
func (j *Joined) Clean() bool { return j.Merge.Clean() && !j.NameOpen }

// Sides gives the texts that are brought together.
func (j *Joined) Sides() (ours, theirs RevisionID) { return j.ours.ID, j.theirs.ID }

// resolved is Revision for what a person chose. Choices are told apart by their places alone, so those that were made for other texts are refused:
// class Conflict, key protocol.stale.
func (j *Joined) resolved(with *Resolution) (Revision, error) {
	chose := with.Ours != "" || with.Theirs != "" || len(with.Choices) > 0
	if chose && (with.Ours != j.ours.ID || with.Theirs != j.theirs.ID) {
		return Revision{}, coop.Errorf(coop.Conflict, "protocol.stale", "choices for %.60q and %.60q, there are %s and %s", with.Ours, with.Theirs, j.ours.ID, j.theirs.ID)
	}
	return j.Revision(with.Name, with.Choices)
}

// Revision gives what ours is to become: itself where there is nothing to take, theirs where ours is in its past, else a new revision made
// from both, the same one on whichever side it is made. name counts when NameOpen says so, choices are as Merge.Resolve wants them. Class
// Invalid when something is left open or the text can't be kept.
func (j *Joined) Revision(name string, choices []Choice) (Revision, error) {
	switch j.Relation {
	case Same, Ahead:
		return j.ours, nil
	case Behind:
		return j.theirs, nil
	}
	source, err := j.Merge.Resolve(choices)
	if err != nil {
		return Revision{}, err
	}
	if !j.NameOpen {
		name = j.Name
	}
	return NewRevision(name, source, j.ours.ID, j.theirs.ID)
}
