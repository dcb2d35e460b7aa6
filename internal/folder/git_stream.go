package folder

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// commit is one commit as git's fast-export tells it: what changed against the first of those it comes from.
type commit struct {
	mark    string
	id      string
	author  string
	at      time.Time
	message string
	from    []string // marks
	changes []change
}

// change is what a commit does to a file.
type change struct {
	do   byte   // 'M' write, 'D' delete, 'R' rename, 'C' copy, 'd' delete all
	path string // the file
	to   string // where it goes, of R and C
	blob string // what it holds, of M
	file bool   // it is an ordinary file, of M
}

// stream reads the output of fast-export --no-data --show-original-ids (git-fast-import(1), "Input format").
type stream struct {
	in   *bufio.Reader
	held string // a line that was read too far
	have bool
}

func newStream(in io.Reader) *stream { return &stream{in: bufio.NewReaderSize(in, 1<<16)} }

func (s *stream) line() (string, error) {
	if s.have {
		s.have = false
		return s.held, nil
	}
	l, err := s.in.ReadString('\n')
	if err == io.EOF && l != "" {
		err = nil
	}
	return strings.TrimSuffix(l, "\n"), err
}

func (s *stream) back(l string) { s.held, s.have = l, true }

// next gives the next commit, io.EOF after the last.
func (s *stream) next() (*commit, error) {
	for {
		l, err := s.line()
		if err != nil {
			return nil, err
		}
		switch {
		case strings.HasPrefix(l, "commit "):
			return s.commit()
		case strings.HasPrefix(l, "data "):
			if _, err := s.data(l); err != nil {
				return nil, err
			}
		}
	}
}

func (s *stream) data(l string) ([]byte, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(l, "data "))
	if err != nil || n < 0 || n > 64<<20 {
		return nil, fmt.Errorf("fast-export: %.60q", l)
	}
	b := make([]byte, n)
	_, err = io.ReadFull(s.in, b)
	return b, err
}

func (s *stream) commit() (*commit, error) {
	c := &commit{}
	for {
		l, err := s.line()
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return nil, err
		}
		word, rest, _ := strings.Cut(l, " ")
		switch word {
		case "mark":
			c.mark = rest
		case "original-oid":
			c.id = rest
		case "author":
			c.author, c.at = person(rest)
		case "committer":
			if c.author == "" {
				c.author, c.at = person(rest)
			}
		case "data":
			b, err := s.data(l)
			if err != nil {
				return nil, err
			}
			c.message = string(b)
		case "from", "merge":
			c.from = append(c.from, rest)
		case "M", "D", "R", "C", "deleteall":
			ch, err := parseChange(word, rest)
			if err != nil {
				return nil, err
			}
			c.changes = append(c.changes, ch)
		case "commit", "reset", "tag", "blob", "done":
			s.back(l)
			return c, nil
		}
	}
}

// person reads "Name <mail> seconds zone".
func person(s string) (string, time.Time) {
	name, rest, _ := strings.Cut(s, "<")
	_, when, _ := strings.Cut(rest, "> ")
	seconds, _, _ := strings.Cut(when, " ")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n <= 0 {
		return strings.TrimSpace(name), time.Time{}
	}
	return strings.TrimSpace(name), time.Unix(n, 0).UTC()
}

func parseChange(word, rest string) (ch change, err error) {
	ch.do = word[0]
	switch word {
	case "deleteall":
		ch.do = 'd'
	case "M":
		mode, r, _ := strings.Cut(rest, " ")
		blob, p, ok := strings.Cut(r, " ")
		if !ok {
			return ch, fmt.Errorf("fast-export: %.80q", rest)
		}
		ch.blob, ch.file = blob, mode == "100644" || mode == "100755"
		ch.path, _, err = unquote(p, true)
	case "D":
		ch.path, _, err = unquote(rest, true)
	case "R", "C":
		var left string
		if ch.path, left, err = unquote(rest, false); err == nil {
			ch.to, _, err = unquote(left, true)
		}
	}
	return ch, err
}

// unquote reads a path, which is quoted as in C where it holds what would mislead; without quotes it ends at a space, the last one of a line
// with the line.
func unquote(s string, last bool) (name, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		if last {
			return s, "", nil
		}
		name, rest, _ = strings.Cut(s, " ")
		return name, rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return b.String(), strings.TrimPrefix(s[i+1:], " "), nil
		case '\\':
			i++
			if i >= len(s) {
				return "", "", fmt.Errorf("fast-export: %.80q", s)
			}
			if s[i] >= '0' && s[i] <= '3' && i+2 < len(s) {
				n, err := strconv.ParseUint(s[i:i+3], 8, 8)
				if err != nil {
					return "", "", err
				}
				b.WriteByte(byte(n))
				i += 2
				continue
			}
			at := strings.IndexByte(`abtnvfr"\`, s[i])
			if at < 0 {
				return "", "", fmt.Errorf("fast-export: %.80q", s)
			}
			b.WriteByte("\a\b\t\n\v\f\r\"\\"[at])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", fmt.Errorf("fast-export: %.80q", s)
}
