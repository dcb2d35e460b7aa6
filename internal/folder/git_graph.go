package folder

import (
	"maps"
	"slices"

	"toadlane/handbook"
)

// past is one page's history while it is being read: its texts, what each was made from before what comes from it.
type past struct {
	texts   []handbook.Past
	at      map[handbook.RevisionID]int
	ids     []handbook.RevisionID
	first   []int // the text that a text was made from in the first place, -1 for none
	authors []string
}

// state is a page at a commit.
type state struct {
	page  *past
	text  int // in page.texts, -1 while none could be read
	front front
	why   Reason // why its file could not be read as it stands, "" when it could
}

// files are the pages at a commit, by path.
type files map[string]state

// comes tells whether text b is a or was made from it. Everything comes from no text, and no text from none but that.
func (p *past) comes(a, b int) bool {
	if a < 0 || a == b {
		return true
	}
	if b < 0 {
		return false
	}
	seen := make([]bool, len(p.texts))
	ask := []int{b}
	for len(ask) > 0 {
		n := ask[len(ask)-1]
		ask = ask[:len(ask)-1]
		for _, id := range p.texts[n].Parents {
			i, ok := p.at[id]
			if !ok || i < a || seen[i] {
				continue
			}
			if i == a {
				return true
			}
			seen[i] = true
			ask = append(ask, i)
		}
	}
	return false
}

// add keeps a text made from others and gives its place. said are the parents that its commit names, which count where they make the text
// that it names too.
func (p *past) add(t handbook.Past, from []int, said claim) (int, error) {
	for _, i := range from {
		if i >= 0 && !slices.Contains(t.Parents, p.ids[i]) {
			t.Parents = append(t.Parents, p.ids[i])
		}
	}
	r, err := handbook.NewRevision(t.Name, t.Source, t.Parents...)
	if err != nil {
		return -1, err
	}
	if said.id != "" && said.id != r.ID {
		if other, err := handbook.NewRevision(t.Name, t.Source, said.parents...); err == nil && other.ID == said.id {
			r, t.Parents = other, said.parents
		}
	}
	if i, ok := p.at[r.ID]; ok {
		return i, nil
	}
	first := -1
	if len(from) > 0 {
		first = from[0]
	}
	p.at[r.ID] = len(p.texts)
	p.texts, p.ids, p.first = append(p.texts, t), append(p.ids, r.ID), append(p.first, first)
	return len(p.texts) - 1, nil
}

// upTo lists what a text was made from and it, and says which of them were the page's own: the way back over first parents.
func (p *past) upTo(text int) []handbook.Past {
	need := map[int]bool{text: true}
	for i := text; i >= 0; i-- {
		if !need[i] {
			continue
		}
		for _, id := range p.texts[i].Parents {
			if j, ok := p.at[id]; ok {
				need[j] = true
			}
		}
	}
	own := map[int]bool{}
	for i := text; i >= 0; i = p.first[i] {
		own[i] = true
	}
	var out []handbook.Past
	for _, i := range slices.Sorted(maps.Keys(need)) {
		t := p.texts[i]
		t.Own = own[i]
		out = append(out, t)
	}
	return out
}

func (p *past) by(author string) {
	if author = oneLine(author, 100); author != "" && !slices.Contains(p.authors, author) {
		p.authors = append(p.authors, author)
	}
}
