package folder

import (
	"fmt"
	"io"
	"io/fs"
	"time"

	"toadlane/handbook"
	"toadlane/internal/limits"
)

// Dir reads a folder of markdown, with all folders in it. Nothing is known of how its texts came about. Hidden files are not looked at,
// links are not followed. Errors are those of reading it.
func (r *Reader) Dir(dir fs.FS) (Found, error) {
	var f Found
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && hidden(name) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || hidden(name):
			return nil
		case !d.Type().IsRegular() || !isMarkdown(name):
			f.leave(name, NoMarkdown)
			return nil
		case len(f.Pages) >= limits.FolderPages:
			f.leave(name, TooMany)
			return nil
		}
		data, err := readFile(dir, name)
		if err != nil {
			return err
		}
		p, why := plainPage(name, data, r.Zone)
		if why != "" {
			f.leave(name, why)
			return nil
		}
		f.Pages = append(f.Pages, p)
		return nil
	})
	if err != nil {
		return Found{}, fmt.Errorf("read folder: %w", err)
	}
	r.names(f.Pages)
	return f, nil
}

func readFile(dir fs.FS, name string) ([]byte, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was read
	return io.ReadAll(io.LimitReader(file, int64(handbook.MaxSource+limits.FrontMatter+1)))
}

// plainPage makes a page of one file.
func plainPage(name string, data []byte, zone *time.Location) (Page, Reason) {
	p := Page{File: name, Brought: handbook.Brought{Path: name, Plain: true}}
	f, text, why := textOf(name, data)
	if why != "" {
		return p, why
	}
	text.Own = true
	p.Texts = []handbook.Past{text}
	f.settings(&p, zone)
	p.Start.Name = text.Name
	return p, ""
}

// textOf gives the text of a file with its settings, or why it is none.
func textOf(name string, data []byte) (front, handbook.Past, Reason) {
	f, source := cut(string(data))
	r, err := handbook.NewRevision(title(f, source, name), source)
	if err == nil {
		return f, handbook.Past{Name: r.Name, Source: r.Source}, ""
	}
	if len(source) > handbook.MaxSource {
		return nil, handbook.Past{}, TooLong
	}
	return nil, handbook.Past{}, NoText
}
