package folder

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"toadlane/coop"
	"toadlane/handbook"
)

// Book is where a handbook is read from, as handbook.Service gives it.
type Book interface {
	Contents(ctx context.Context, by coop.Actor) ([]handbook.Protocol, error)
	History(ctx context.Context, by coop.Actor, slug string, below, limit int) (handbook.Protocol, []handbook.Revision, error)
	TextOf(ctx context.Context, by coop.Actor, page coop.ID, id handbook.RevisionID) (handbook.Protocol, handbook.Revision, error)
}

// file is a page and where it goes.
type file struct {
	page handbook.Protocol
	path string
}

// paths lists the pages of a handbook that by may read and that have a text, each at the path it came from or under its slug.
func paths(ctx context.Context, book Book, by coop.Actor) ([]file, error) {
	all, err := book.Contents(ctx, by)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for i := range all {
		taken[all[i].Slug+".md"] = true // an address is always free for its page
	}
	var out []file
	for i := range all {
		p := all[i]
		if p.Current() == "" {
			continue
		}
		name := p.File()
		if !fs.ValidPath(name) || name == "." || !isPage(name) || taken[name] && name != p.Slug+".md" {
			name = p.Slug + ".md"
		}
		taken[name] = true
		out = append(out, file{p, name})
	}
	return out, nil
}

// each gives every page, with its settings above it, to be kept.
func each(ctx context.Context, book Book, by coop.Actor, zone *time.Location, keep func(name string, changed time.Time, data []byte) error) (n int, err error) {
	all, err := paths(ctx, book, by)
	if err != nil {
		return 0, err
	}
	for _, f := range all {
		_, r, err := book.TextOf(ctx, by, f.page.ID, f.page.Current())
		if coop.ClassOf(err) == coop.NotFound {
			continue // it went just now, or is a draft that by may not read
		}
		if err != nil {
			return n, err
		}
		if err := keep(f.path, r.Made, put(&f.page, &r, f.path, zone)); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// WriteDir writes a handbook as by may read it into a folder, which is made, and tells how many pages. zone is where its days are meant. A folder that holds something is refused:
// class Conflict, key folder.full.
func WriteDir(ctx context.Context, book Book, by coop.Actor, zone *time.Location, dir string) (int, error) {
	if err := empty(dir); err != nil {
		return 0, err
	}
	return writeInto(ctx, book, by, zone, dir)
}

// writeInto writes pages over what stands in their place.
func writeInto(ctx context.Context, book Book, by coop.Actor, zone *time.Location, dir string) (n int, err error) {
	root, err := os.OpenRoot(dir) // no path leads out of it, whatever a page's says
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	n, err = each(ctx, book, by, zone, func(name string, _ time.Time, data []byte) error {
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		return root.WriteFile(name, data, 0o644)
	})
	if err != nil {
		return n, fmt.Errorf("write the handbook: %w", err)
	}
	return n, nil
}

// empty makes a folder, or sees that there is nothing in the one that is there.
func empty(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	there, err := os.ReadDir(dir)
	if err == nil && len(there) > 0 {
		return &coop.Error{Class: coop.Conflict, Key: "folder.full", Args: map[string]any{"Dir": dir}}
	}
	return err
}

// WriteZip writes a handbook as by may read it as one archive.
func WriteZip(ctx context.Context, book Book, by coop.Actor, zone *time.Location, to io.Writer) error {
	z := zip.NewWriter(to)
	_, err := each(ctx, book, by, zone, func(name string, changed time.Time, data []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: changed})
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("pack the handbook: %w", err)
	}
	return nil
}
