package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"toadlane/handbook"
)

// JoinView is two texts that are to be brought together.
type JoinView struct {
	Form      Form
	What      string // key of the sentence that says which side is whose
	Ours      handbook.RevisionID
	Theirs    handbook.RevisionID
	Clean     bool
	NameOpen  bool
	Name      string
	Conflicts []ConflictView
	Takes     []handbook.Take
	MaxName   int
	Language  string
}

// ConflictView is one place that both sides changed.
type ConflictView struct {
	N                  string
	Under              string
	Base, Ours, Theirs string
	Chosen             string
	Written            string
}

// joinView makes what is asked about a join.
func joinView(j *handbook.Joined, what, language string, f Form) JoinView {
	x := JoinView{Form: f, What: what, Clean: j.Clean(), NameOpen: j.NameOpen, Name: j.Name, Takes: handbook.Takes, MaxName: handbook.MaxName, Language: language}
	x.Ours, x.Theirs = j.Sides()
	for i, c := range j.Merge.Conflicts() {
		n := strconv.Itoa(i + 1)
		var under []string
		for _, h := range c.Under {
			under = append(under, h.Text)
		}
		y := ConflictView{N: n, Under: strings.Join(under, " › "), Base: c.Base, Ours: c.Ours, Theirs: c.Theirs, Chosen: f.Get("take_" + n), Written: f.Raw("text_" + n)}
		if _, typed := f.Values["text_"+n]; !typed {
			y.Written = c.Ours
		}
		x.Conflicts = append(x.Conflicts, y)
	}
	return x
}

// readJoin reads how the texts of j are brought together. Choices that were made when other texts stood there are not shown again: their numbers
// mean other places now.
func readJoin(f *Form, j *handbook.Joined) handbook.Resolution {
	out := handbook.Resolution{Ours: handbook.RevisionID(f.Get("ours")), Theirs: handbook.RevisionID(f.Get("theirs")), Name: f.Get("name"), Reason: f.Lines("reason")}
	if ours, theirs := j.Sides(); (out.Ours != ours || out.Theirs != theirs) && (out.Ours != "" || !j.Clean()) {
		maps.DeleteFunc(f.Values, func(field string, _ []string) bool {
			return strings.HasPrefix(field, "take_") || strings.HasPrefix(field, "text_")
		})
		f.Fail("", "protocol.stale")
		return out
	}
	open := false
	for i := range j.Merge.Conflicts() {
		n := strconv.Itoa(i + 1)
		c := handbook.Choice{Take: handbook.Take(f.Get("take_" + n))}
		if c.Take == handbook.TakeWritten {
			c.Text = f.Raw("text_" + n)
		}
		if !slices.Contains(handbook.Takes, c.Take) {
			open = true
		}
		out.Choices = append(out.Choices, c)
	}
	if open {
		f.Fail("choices", "merge.open")
	}
	return out
}
