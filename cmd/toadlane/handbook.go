package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/handbook"
	"toadlane/internal/folder"
	"toadlane/internal/node"
	"toadlane/market"
	"toadlane/web"
)

// count is a number of things in words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

type handbookGroup struct {
	Export handbookExport `cmd:"" help:"Write the handbook as a folder of markdown, with its history for git if you like."`
	Import handbookImport `cmd:"" help:"Take pages in from a folder of markdown, with their history where git keeps it."`
}

// handbookExport writes the handbook.
type handbookExport struct {
	Dir string `arg:"" help:"The folder: a new one, or with --git one that was written before."`
	Git bool   `help:"One commit a text. What is new since the last time is put on top." env:"-"`
}

// Run writes it.
func (c *handbookExport) Run(w *world) error {
	n, own, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // nothing was written
	if !c.Git {
		pages, err := folder.WriteDir(w.ctx, n.Handbook, commandLine, n.Market.Zone(), c.Dir)
		if err != nil {
			return written(err)
		}
		w.say("%s in %s.", count(pages, "page", "pages"), c.Dir)
		return nil
	}
	as := folder.Signer{Name: own.Name, Mail: own.Handle + "@" + n.Base.Host(), Zone: n.Market.Zone()}
	texts, err := folder.WriteGit(w.ctx, n.Handbook, commandLine, as, c.Dir)
	if err != nil {
		return written(err)
	}
	w.say("%s committed in %s.", count(texts, "new text", "new texts"), c.Dir)
	return nil
}

// written gives a failure of the file system its sentence.
func written(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return &coop.Error{Class: coop.Unavailable, Key: "folder.unusable", Args: map[string]any{"Path": p.Path, "Cause": p.Err.Error()}}
	}
	return err
}

// handbookImport takes pages in.
type handbookImport struct {
	Dir       string `arg:"" help:"The folder. Where git keeps it, each page comes with its history." type:"existingdir"`
	InUse     bool   `help:"They were decided on before: bring them into use, and let others read what they were. Pages that say they are drafts or retired stay drafts." env:"-"`
	NoHistory bool   `help:"Leave the history out: only how the files are now." env:"-"`
	Authors   bool   `help:"Name who wrote a page, as git tells, in where it comes from. Name people only if they agree or the licence asks for it." env:"-"`
	Kind      string `help:"What pages are that do not say it: rule, practice, standard, prices, pledge, policy or prompt." default:"practice" enum:"rule,practice,standard,prices,pledge,policy,prompt" env:"-"`
	Language  string `help:"Their language, where they do not say it; the co-op's unless given." env:"-"`
	Licence   string `help:"Under what others may use them, where they do not say it; the co-op's unless given." env:"-"`
}

// Run takes them in, each page for itself: one that is refused keeps nothing of the others out.
func (c *handbookImport) Run(w *world) error {
	n, own, err := w.ready()
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // everything is committed
	found, err := c.read(w, n)
	if err != nil {
		return written(err)
	}
	texts, refused := 0, 0
	for i := range found.Pages {
		p := &found.Pages[i]
		if err := c.fill(p, &own); err != nil {
			return err
		}
		_, fresh, err := n.Handbook.BringIn(w.ctx, commandLine, p.Brought)
		if cl := coop.ClassOf(err); err != nil && cl != coop.Conflict && cl != coop.Invalid {
			return err
		}
		if err != nil {
			refused++
			w.say("Not taken: %s. %s", plainLine(p.File), sentence(err, w.data))
			continue
		}
		texts += fresh
	}
	for _, l := range found.Left {
		w.say("Left: %s (%s)", plainLine(l.Path), l.Why)
	}
	if found.More > 0 {
		w.say("Left: %d more.", found.More)
	}
	w.say("%s read, %s not here before.", count(len(found.Pages)-refused, "page", "pages"), count(texts, "text", "texts"))
	if refused > 0 {
		return &coop.Error{Class: coop.Conflict, Key: "handbook.refused", Args: map[string]any{"Count": refused}}
	}
	return nil
}

// read reads the folder, with its history where there is one.
func (c *handbookImport) read(w *world, n *node.Node) (folder.Found, error) {
	all, err := n.Handbook.Contents(w.ctx, commandLine)
	if err != nil {
		return folder.Found{}, err
	}
	r := folder.Reader{Fold: market.Fold, Zone: n.Market.Zone(), Known: func(path string) string {
		i := slices.IndexFunc(all, func(p handbook.Protocol) bool { return p.File() == path })
		if i < 0 {
			return ""
		}
		return all[i].Slug
	}}
	if !c.NoHistory && keptByGit(c.Dir) {
		return r.Git(w.ctx, c.Dir)
	}
	return r.Dir(os.DirFS(c.Dir))
}

// keptByGit tells whether a folder is a repository itself; one that lies within another's is a folder of files.
func keptByGit(dir string) bool {
	there := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
	return there(".git") || there("HEAD") && there("objects") && there("refs")
}

// fill gives a page what it does not say of itself.
func (c *handbookImport) fill(p *folder.Page, own *coop.Coop) error {
	s := &p.Start
	if s.Kind == "" {
		s.Kind = handbook.Kind(c.Kind)
	}
	if s.Language == "" {
		s.Language = c.Language
	}
	if s.Licence == "" {
		s.Licence = c.Licence
	}
	p.Used = c.InUse && p.Status != handbook.Draft && p.Status != handbook.Retired
	if !c.Authors || s.Story != "" || len(p.Authors) == 0 {
		return nil
	}
	words, err := web.Words()
	if err != nil {
		return err
	}
	lang := s.Language
	if lang == "" && len(own.Languages) > 0 {
		lang = own.Languages[0]
	}
	s.Story = words(lang, "handbook.written_by", map[string]any{"Names": strings.Join(p.Authors[:min(len(p.Authors), 40)], ", ")})
	return nil
}
