package folder

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

const branch = "refs/heads/main"

// Signer is in whose name commits are made, and where days are meant.
type Signer struct {
	Name, Mail string
	Zone       *time.Location
}

// clean leaves what may stand in the line of a commit that says whose it is.
func (s Signer) clean() Signer {
	out := func(w string) string {
		return strings.TrimSpace(strings.Map(func(c rune) rune {
			if c < ' ' || c == '<' || c == '>' {
				return -1
			}
			return c
		}, w))
	}
	return Signer{out(s.Name), out(s.Mail), s.Zone}
}

// WriteGit writes a handbook into a folder that git keeps, one commit a text in the order in which they were made, on the branch main. Where it was
// written before, what is new since is put on top. It tells how many texts are new. Errors: Unavailable, key git.none; Conflict, keys folder.full for
// a folder of something else, git.dirty for one in which something was changed and not committed, git.failed.
func WriteGit(ctx context.Context, book Book, by coop.Actor, as Signer, dir string) (int, error) {
	as = as.clean()
	g := repository{ctx: ctx, dir: dir, env: []string{"GIT_AUTHOR_NAME=" + as.Name, "GIT_AUTHOR_EMAIL=" + as.Mail, "GIT_COMMITTER_NAME=" + as.Name, "GIT_COMMITTER_EMAIL=" + as.Mail}}
	there, err := g.begin()
	if err != nil {
		return 0, err
	}
	files, err := paths(ctx, book, by)
	if err != nil {
		return 0, err
	}
	texts, err := numbered(ctx, book, by, files, there)
	if err != nil {
		return 0, err
	}
	if len(texts) > 0 {
		if err := g.commit(book, by, as, texts, len(there) > 0); err != nil {
			return 0, err
		}
		if _, err := g.run("reset", "--quiet", "--hard", branch); err != nil {
			return 0, err
		}
	}
	if _, err := writeInto(ctx, book, by, as.Zone, dir); err != nil {
		return 0, err
	}
	return len(texts), g.settings(files)
}

// begin makes the repository, or sees that the one that is there is ours and clean. It gives the texts that are in it.
func (g repository) begin() (map[handbook.RevisionID]bool, error) {
	if _, err := os.Stat(filepath.Join(g.dir, ".git")); err != nil {
		if err := empty(g.dir); err != nil {
			return nil, err
		}
		_, err := g.run("init", "--quiet", "--initial-branch=main")
		return nil, err
	}
	dirty, err := g.run("status", "--porcelain")
	if err != nil {
		return nil, err
	}
	if dirty != "" {
		return nil, &coop.Error{Class: coop.Conflict, Key: "git.dirty", Args: map[string]any{"Dir": g.dir}}
	}
	heads, err := g.run("for-each-ref", "--format=%(refname)", branch)
	if err != nil || strings.TrimSpace(heads) == "" {
		return nil, err
	}
	if at, err := g.run("symbolic-ref", "--quiet", "HEAD"); err != nil || strings.TrimSpace(at) != branch {
		return nil, &coop.Error{Class: coop.Conflict, Key: "folder.full", Args: map[string]any{"Dir": g.dir}}
	}
	log, err := g.run("log", "--format=%(trailers:key=Handbook-Revision,valueonly)", branch)
	if err != nil {
		return nil, err
	}
	there := map[handbook.RevisionID]bool{}
	for id := range strings.FieldsSeq(log) {
		there[handbook.RevisionID(id)] = true
	}
	if len(there) == 0 {
		return nil, &coop.Error{Class: coop.Conflict, Key: "folder.full", Args: map[string]any{"Dir": g.dir}}
	}
	return there, nil
}

// dated is a text that is to be committed, still without its source.
type dated struct {
	file
	handbook.Revision
}

// numbered lists the texts of pages that are not there yet, in the order in which they were made; those of one page in the order of their numbers.
func numbered(ctx context.Context, book Book, by coop.Actor, files []file, there map[handbook.RevisionID]bool) (out []dated, err error) {
	for _, f := range files {
		var of []dated
		for below := 0; below != 1; {
			_, some, err := book.History(ctx, by, f.page.Slug, below, 0)
			if err != nil {
				return nil, err
			}
			for _, r := range some {
				of = append(of, dated{f, r})
			}
			if len(some) == 0 {
				break
			}
			below = some[len(some)-1].Number
		}
		slices.Reverse(of)
		for i := range of {
			if i > 0 && of[i].Made.Before(of[i-1].Made) {
				of[i].Made = of[i-1].Made
			}
			if !there[of[i].ID] {
				out = append(out, of[i])
			}
		}
	}
	slices.SortStableFunc(out, func(a, b dated) int { return a.Made.Compare(b.Made) })
	return out, nil
}

// commit puts texts on top of the branch, each as a commit.
func (g repository) commit(book Book, by coop.Actor, as Signer, texts []dated, onTop bool) error {
	cmd := g.git("fast-import", "--quiet", "--date-format=raw")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	var faults bytes.Buffer
	cmd.Stderr = &faults
	if err := cmd.Start(); err != nil {
		return failed(err, "", "fast-import")
	}
	w := bufio.NewWriterSize(in, 1<<16)
	said := func() error {
		for i := range texts {
			if err := g.say(w, book, by, as, &texts[i], onTop && i == 0); err != nil {
				return err
			}
		}
		return w.Flush()
	}()
	said = errors.Join(said, in.Close())
	if err := cmd.Wait(); err != nil {
		return failed(errors.Join(err, said), faults.String(), "fast-import")
	}
	return said
}

// say tells fast-import of one text (git-fast-import(1), "Input format").
func (g repository) say(w *bufio.Writer, book Book, by coop.Actor, as Signer, t *dated, onTop bool) error {
	_, r, err := book.TextOf(g.ctx, by, t.page.ID, t.ID)
	if err != nil {
		return err
	}
	at, words, page := t.Made.Unix(), message(&t.page, &r), put(&t.page, &r, t.path, as.Zone)
	fmt.Fprintf(w, "commit %s\nauthor %s <%s> %d +0000\ncommitter %s <%s> %d +0000\ndata %d\n%s\n", branch, as.Name, as.Mail, at, as.Name, as.Mail, at, len(words), words)
	if onTop {
		fmt.Fprintf(w, "from %s^0\n", branch)
	}
	fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n", quotePath(t.path), len(page))
	_, _ = w.Write(page) // Flush tells
	_, err = io.WriteString(w, "\n")
	return err
}

func quotePath(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// settings commits what the pages say of themselves now, where that is not what their last commit said.
func (g repository) settings(files []file) error {
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, ":(literal)"+f.path)
	}
	if len(names) == 0 {
		return nil
	}
	for some := range slices.Chunk(names, 500) {
		if _, err := g.run(append([]string{"add", "--force", "--"}, some...)...); err != nil {
			return err
		}
	}
	changed, err := g.run("diff", "--cached", "--name-only")
	if err != nil || changed == "" {
		return err
	}
	_, err = g.run("commit", "--quiet", "--no-verify", "--message", "The settings of pages")
	return err
}
