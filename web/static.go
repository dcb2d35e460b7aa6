package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

// static is what never changes while the program runs: each file under an address with its checksum, so that a browser keeps
// it for good.
type static struct {
	urls  map[string]string // name to address
	files map[string]staticFile
	parts map[string][]byte // each part as it is sent, since many files are made of it
	// Parts that not every page is sent.
	styled, scripted []areaPart
}

type staticFile struct {
	kind string
	body []byte
	gz   func() []byte // made when first asked for
}

var staticKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func loadStatic() (*static, error) {
	s := &static{urls: map[string]string{}, files: map[string]staticFile{}, parts: map[string][]byte{}}
	names, err := fs.Glob(staticFiles, "static/*.*")
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	for _, name := range names {
		if err := s.add(path.Base(name), name); err != nil {
			return nil, err
		}
	}
	// Styles and scripts are written in parts, an area each, that follow each other by name.
	styles, styled, err := styleParts()
	if err != nil {
		return nil, err
	}
	scripts, scripted, err := scriptParts()
	if err != nil {
		return nil, err
	}
	s.styled, s.scripted = styled, scripted
	if err := s.add("style.css", styles...); err != nil {
		return nil, err
	}
	if err := s.add("app.js", scripts...); err != nil {
		return nil, err
	}
	return s, nil
}

// add keeps the parts as one file.
func (s *static) add(base string, parts ...string) error {
	var body []byte
	ext := path.Ext(base)
	for _, name := range parts {
		if s.parts[name] == nil {
			b, err := staticFiles.ReadFile(name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if ext == ".css" {
				b = squeezeCSS(b)
			}
			s.parts[name] = b
		}
		body = append(body, s.parts[name]...)
	}
	kind := staticKinds[ext]
	if kind == "" {
		return fmt.Errorf("%s: no media type for %q", base, ext)
	}
	sum := sha256.Sum256(body)
	url := "/static/" + strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.urls[base] = url
	s.files[url] = staticFile{kind: kind, body: body, gz: sync.OnceValue(func() []byte { return squeeze(body) })}
	return nil
}

// url is the address of a file. A template that names an unknown one fails, which a test finds.
func (s *static) url(name string) (string, error) {
	if u := s.urls[name]; u != "" {
		return u, nil
	}
	return "", fmt.Errorf("static file %s is missing", name)
}

// handlers serves each file at its address.
func (s *static) handlers() map[string]http.HandlerFunc {
	out := make(map[string]http.HandlerFunc, len(s.files))
	for url, f := range s.files {
		out[url] = func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Type", f.kind)
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			h.Set("Vary", "Accept-Encoding")
			body := f.body
			if takesGzip(r) {
				h.Set("Content-Encoding", "gzip")
				body = f.gz()
			}
			_, _ = w.Write(body)
		}
	}
	return out
}

// squeezeCSS leaves out what a browser does not need: comments, and spaces where they mean nothing. It is for our own files, which
// have no comment or brace in a string.
func squeezeCSS(b []byte) []byte {
	b = styleComment.ReplaceAll(b, nil)
	b = styleSpace.ReplaceAll(b, []byte(" "))
	b = styleJoint.ReplaceAll(b, []byte("$1"))
	b = styleColon.ReplaceAll(b, []byte("$1:"))
	return bytes.ReplaceAll(bytes.TrimSpace(b), []byte(";}"), []byte("}"))
}

var (
	styleComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	styleSpace   = regexp.MustCompile(`\s+`)
	styleJoint   = regexp.MustCompile(` ?([{};,>]) ?`)
	styleColon   = regexp.MustCompile(`([a-z-]): `)
)
