package folder

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"toadlane/coop"
)

// repository is a folder that git keeps. What it is asked is done by the program git: its formats are its own business.
type repository struct {
	ctx context.Context
	dir string
	env []string
}

// git prepares a run of git in a repository. Its hooks, and whatever helpers it names, stay out of it.
func (g repository) git(args ...string) *exec.Cmd {
	c := exec.CommandContext(g.ctx, "git", append([]string{"-C", g.dir, "-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false",
		"-c", "core.quotePath=true", "-c", "commit.gpgSign=false", "-c", "core.autocrlf=false", "-c", "protocol.allow=never"}, args...)...)
	c.Env = append(withoutGit(os.Environ()), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1")
	c.Env = append(c.Env, g.env...)
	return c
}

// withoutGit takes away what would send git to another repository than the one it is pointed at.
func withoutGit(env []string) (out []string) {
	for _, e := range env {
		if !strings.HasPrefix(e, "GIT_") {
			out = append(out, e)
		}
	}
	return out
}

// run runs git and gives what it says.
func (g repository) run(args ...string) (string, error) {
	c := g.git(args...)
	var out, faults bytes.Buffer
	c.Stdout, c.Stderr = &out, &faults
	if err := c.Run(); err != nil {
		return "", failed(err, faults.String(), args[0])
	}
	return out.String(), nil
}

// failed says what git could not do. Class Unavailable, key git.none where there is no git; Conflict, key git.failed, otherwise.
func failed(err error, said, what string) error {
	if errors.Is(err, exec.ErrNotFound) {
		return &coop.Error{Class: coop.Unavailable, Key: "git.none"}
	}
	e := &coop.Error{Class: coop.Conflict, Key: "git.failed", Args: map[string]any{"What": what, "Said": oneLine(said, 300)}}
	return fmt.Errorf("git %s: %w", what, errors.Join(e, err))
}

// blobs reads files of a repository by what git calls them.
type blobs struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (g repository) blobs() (*blobs, error) {
	b := &blobs{cmd: g.git("cat-file", "--batch")}
	in, err := b.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	b.in, b.out = in, bufio.NewReaderSize(out, 1<<16)
	if err := b.cmd.Start(); err != nil {
		return nil, failed(err, "", "cat-file")
	}
	return b, nil
}

// read gives the first bytes of a file, at most limit.
func (b *blobs) read(name string, limit int) ([]byte, error) {
	if strings.ContainsAny(name, "\n\r") {
		return nil, nil
	}
	if _, err := io.WriteString(b.in, name+"\n"); err != nil {
		return nil, err
	}
	head, err := b.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	words := strings.Fields(head)
	if len(words) != 3 || words[1] != "blob" { // missing, or no file
		if len(words) == 3 && words[1] != "missing" {
			if n, err := strconv.Atoi(words[2]); err == nil {
				_, err = b.out.Discard(n + 1)
				return nil, err
			}
		}
		return nil, nil
	}
	n, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(n, limit))
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, err
	}
	_, err = b.out.Discard(n - len(data) + 1)
	return data, err
}

func (b *blobs) close() error {
	err := b.in.Close()
	return errors.Join(err, b.cmd.Wait())
}
