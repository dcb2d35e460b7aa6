package handbook

import (
	"errors"
	"strings"

	"toadlane/coop"
)

// Take is what becomes of a conflict.
type Take string

// The ways to resolve a conflict.
const (
	TakeOurs    Take = "ours"
	TakeTheirs  Take = "theirs"
	TakeBoth    Take = "both" // ours, then theirs
	TakeBase    Take = "base" // neither change
	TakeWritten Take = "written"
)

// Takes lists them in the order they are offered.
var Takes = []Take{TakeOurs, TakeTheirs, TakeBoth, TakeBase, TakeWritten}

// Choice resolves one conflict. Text counts for TakeWritten alone, and may be empty.
type Choice struct {
	Take Take
	Text string
}

// Resolve gives the merged text with one choice for each conflict, in the order of Conflicts; a clean merge wants none. Whether the text
// can be kept is for NewRevision to say. Class Invalid, field choices: key merge.open when there are not as many choices as conflicts,
// choice.unknown for a choice that is none.
func (m Merge) Resolve(choices []Choice) (string, error) {
	if open := m.Conflicts(); len(open) != len(choices) {
		return "", &coop.Error{Class: coop.Invalid, Key: "merge.open", Field: "choices", Args: map[string]any{"Count": len(open), "Made": len(choices)}}
	}
	var errs []error
	var b strings.Builder
	n := 0
	for _, p := range m.parts {
		if p.conflict == nil {
			for _, line := range p.lines {
				b.WriteString(line)
			}
			continue
		}
		text, err := p.conflict.resolved(choices[n])
		errs = append(errs, err)
		b.WriteString(text)
		n++
	}
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	return b.String(), nil
}

// resolved gives the lines that come in place of a conflict.
func (c *Conflict) resolved(by Choice) (string, error) {
	switch by.Take {
	case TakeOurs:
		return c.Ours, nil
	case TakeTheirs:
		return c.Theirs, nil
	case TakeBoth:
		return c.Ours + c.Theirs, nil
	case TakeBase:
		return c.Base, nil
	case TakeWritten:
		return Normal(by.Text), nil
	}
	return "", coop.FieldError("choices", "choice.unknown", nil)
}
