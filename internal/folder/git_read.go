package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"toadlane/handbook"
	"toadlane/internal/limits"
)

// Git reads a folder of markdown that git keeps, as it stands at HEAD, with the history of each of its pages: texts that a merge joined come
// from both, a page that was renamed goes on. Errors: Unavailable, key git.none, where git is not installed; Conflict, key git.failed, with
// what it says.
func (r *Reader) Git(ctx context.Context, dir string) (Found, error) {
	g := repository{ctx: ctx, dir: dir}
	blobs, err := g.blobs()
	if err != nil {
		return Found{}, err
	}
	w := &walk{blobs: blobs, states: map[string]files{}, zone: r.Zone}
	found, err := w.all(g)
	if err := errors.Join(err, blobs.close()); err != nil {
		return Found{}, fmt.Errorf("read the history of %s: %w", dir, err)
	}
	// What is no page is not in the walk, so it is listed on its own.
	names, err := g.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD")
	if err != nil {
		return Found{}, err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		if !isPage(name) && !hidden(name) {
			found.leave(name, NoMarkdown)
		}
	}
	slices.SortFunc(found.Left, func(a, b Left) int { return strings.Compare(a.Path, b.Path) })
	r.names(found.Pages)
	return found, nil
}

// walk goes through a history, what commits come from first.
type walk struct {
	blobs  *blobs
	states map[string]files // by mark
	last   files
	seen   int
	zone   *time.Location
}

func (w *walk) all(g repository) (Found, error) {
	// Only what touches pages: of a partial clone the rest may not even be there.
	cmd := g.git("fast-export", "--no-data", "--show-original-ids", "-M", "--signed-tags=strip", "--tag-of-filtered-object=drop", "--reencode=yes", "HEAD",
		"--", ":(icase)*.md", ":(icase)*.markdown")
	var faults bytes.Buffer
	cmd.Stderr = &faults
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Found{}, err
	}
	if err := cmd.Start(); err != nil {
		return Found{}, failed(err, "", "fast-export")
	}
	s := newStream(out)
	var broken error
	for broken == nil {
		c, err := s.next()
		if err == io.EOF {
			break
		}
		if broken = err; err == nil {
			broken = w.take(c)
		}
	}
	if broken != nil {
		_ = cmd.Process.Kill() // it is ours, and nobody reads on
		_ = cmd.Wait()
		return Found{}, broken
	}
	if err := cmd.Wait(); err != nil {
		return Found{}, failed(err, faults.String(), "fast-export")
	}
	return w.found(), nil
}

// take applies one commit.
func (w *walk) take(c *commit) error {
	if w.seen++; w.seen > limits.FolderCommits {
		return fmt.Errorf("more than %d commits", limits.FolderCommits)
	}
	now := w.start(c)
	for _, ch := range c.changes {
		if err := w.change(c, ch, now); err != nil {
			return err
		}
	}
	w.states[c.mark], w.last = now, now
	return nil
}

// start gives the pages that a commit begins with. Most commits of most histories touch no page: those share what was before them.
func (w *walk) start(c *commit) files {
	var was files
	if len(c.from) > 0 {
		was = w.states[c.from[0]]
	}
	touches := func(name string) bool {
		_, there := was[name]
		return there || isPage(name)
	}
	if !slices.ContainsFunc(c.changes, func(ch change) bool { return ch.do == 'd' || touches(ch.path) || isPage(ch.to) }) {
		return was
	}
	if was == nil {
		return files{}
	}
	return maps.Clone(was)
}

// isPage tells whether a file of a history is a page by its path.
func isPage(name string) bool { return isMarkdown(name) && !hidden(name) }

// change applies one change of a commit to the pages.
func (w *walk) change(c *commit, ch change, now files) error {
	st, there := now[ch.path]
	switch ch.do {
	case 'd':
		clear(now)
	case 'D':
		delete(now, ch.path)
	case 'R', 'C':
		if there && ch.do == 'R' {
			delete(now, ch.path)
		}
		if !isPage(ch.to) {
			return nil
		}
		if there && ch.do == 'R' {
			now[ch.to] = st
		}
		return w.write(c, ch.to, c.id+":"+ch.to, now)
	case 'M':
		if isPage(ch.path) && ch.file {
			return w.write(c, ch.path, ch.blob, now)
		}
		delete(now, ch.path) // a link to elsewhere now
	}
	return nil
}

// write makes the file at a path hold what git calls blob.
func (w *walk) write(c *commit, path, blob string, now files) error {
	data, err := w.blobs.read(blob, handbook.MaxSource+limits.FrontMatter+1)
	if err != nil {
		return err
	}
	f, text, why := textOf(path, data)
	st, here := now[path]
	others := w.others(c, path, st, here)
	if !here && len(others) > 0 {
		st, others, here = others[0], others[1:], true
	}
	if !here {
		st = state{page: &past{at: map[handbook.RevisionID]int{}}, text: -1}
	}
	st.why = why
	if why != "" {
		now[path] = st
		return nil
	}
	st.front = f
	st.text, err = w.settle(c, st, others, text)
	now[path] = st
	return err
}

// others gives what the other commits that a merge joins have of a page.
func (w *walk) others(c *commit, path string, st state, here bool) (out []state) {
	for _, mark := range c.from[min(1, len(c.from)):] {
		of := w.states[mark]
		o, ok := of[path]
		if here && (!ok || o.page != st.page) {
			ok = false
			for _, x := range of { // it may lie elsewhere there
				if x.page == st.page {
					o, ok = x, true
				}
			}
		}
		if ok && o.text >= 0 && (!here || o.page == st.page) {
			out = append(out, o)
		}
	}
	return out
}

// settle finds which text of a page a file holds: the one it held, the one that a joined side holds, or a new one.
func (w *walk) settle(c *commit, st state, others []state, text handbook.Past) (int, error) {
	p, from := st.page, st.text
	same := func(i int) bool { return i >= 0 && p.texts[i].Name == text.Name && p.texts[i].Source == text.Source }
	var joined []int
	if from >= 0 {
		joined = []int{from}
	}
	for _, o := range others {
		switch {
		case p.comes(o.text, from):
			continue // nothing that is not in ours
		case p.comes(from, o.text):
			if same(o.text) {
				return o.text, nil
			}
			joined = []int{o.text}
			from = o.text
		case len(joined) < handbook.MaxParents:
			joined = append(joined, o.text)
		}
	}
	if len(joined) < 2 && same(from) {
		return from, nil
	}
	said := claimed(c.message)
	text.Reason, text.Made = said.reason(), c.at
	p.by(c.author)
	return p.add(text, joined, said)
}

// found makes pages of what the last commit left.
func (w *walk) found() Found {
	var f Found
	for _, path := range slices.Sorted(maps.Keys(w.last)) {
		st := w.last[path]
		switch {
		case st.why != "" || st.text < 0:
			f.leave(path, st.why)
			continue
		case len(f.Pages) >= limits.FolderPages:
			f.leave(path, TooMany)
			continue
		}
		p := Page{File: path, Brought: handbook.Brought{Path: path, Texts: st.page.upTo(st.text)}, Authors: st.page.authors}
		st.front.settings(&p, w.zone)
		p.Start.Name = p.Texts[len(p.Texts)-1].Name
		f.Pages = append(f.Pages, p)
	}
	return f
}
