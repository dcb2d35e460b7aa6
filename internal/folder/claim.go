package folder

import (
	"strconv"
	"strings"

	"toadlane/handbook"
)

// claim is what a commit of ours says of the text it holds, at the end of its message: a history that is read back has the ids it had.
type claim struct {
	words   string // the message without the claim
	id      handbook.RevisionID
	parents []handbook.RevisionID
}

const (
	claimRevision = "Handbook-Revision: "
	claimParents  = "Handbook-Parents: "
)

// message is what the commit of a text says: why, and which text it is.
func message(p *handbook.Protocol, r *handbook.Revision) string {
	var b strings.Builder
	if b.WriteString(strings.TrimSpace(r.Reason)); r.Reason == "" {
		b.WriteString(untold(p.Slug, r.Number))
	}
	b.WriteString("\n\n" + claimRevision + string(r.ID) + "\n")
	if len(r.Parents) > 0 {
		b.WriteString(strings.TrimSuffix(claimParents, " "))
		for _, id := range r.Parents {
			b.WriteString(" " + string(id))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func untold(slug string, number int) string { return slug + " " + strconv.Itoa(number) }

// claimed reads a message. A claim is checked by whoever uses it.
func claimed(message string) claim {
	var c claim
	lines := strings.Split(strings.TrimRight(message, "\n"), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		id, isRevision := strings.CutPrefix(lines[i], claimRevision)
		ids, isParents := strings.CutPrefix(lines[i], claimParents)
		if !isRevision && !isParents {
			c.words = strings.TrimSpace(strings.Join(lines[:i+1], "\n"))
			break
		}
		if isRevision {
			c.id, _ = handbook.ParseRevisionID(id)
			continue
		}
		for _, s := range strings.Fields(ids) {
			if p, err := handbook.ParseRevisionID(s); err == nil {
				c.parents = append(c.parents, p)
			}
		}
	}
	return c
}

// reason gives the words of a commit as those that say why. What we put where nobody said why is nobody's reason.
func (c claim) reason() string {
	if c.id != "" {
		if _, n, ok := strings.Cut(c.words, " "); ok && !strings.ContainsAny(c.words, "\n") && handbook.ValidSlug(strings.TrimSuffix(c.words, " "+n)) {
			if _, err := strconv.Atoi(n); err == nil {
				return ""
			}
		}
	}
	return cutRunes(strings.TrimSpace(clean(c.words)), handbook.MaxReason)
}
