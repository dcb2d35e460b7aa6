package kit

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// Conn is a keep-alive connection that sends requests which are bytes already and reads no more of an answer than it must: what is
// measured is the server, and net/http's client would cost as much again.
type Conn struct {
	c net.Conn
	r *bufio.Reader
}

// Dial connects to 127.0.0.1:port or [::1]:port and to nothing else.
func Dial(address string) (*Conn, error) {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	if !ap.Addr().IsLoopback() {
		return nil, fmt.Errorf("dial %s: not on this machine", address)
	}
	c, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &Conn{c: c, r: bufio.NewReaderSize(c, 32<<10)}, nil
}

// Close hangs up.
func (c *Conn) Close() error { return c.c.Close() }

// Do sends a request and tells the status and the length of the answer's body.
func (c *Conn) Do(request []byte) (status, length int, err error) {
	if _, err := c.c.Write(request); err != nil {
		return 0, 0, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 {
		return 0, 0, fmt.Errorf("answer begins with %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("answer begins with %q", line)
	}
	length, chunked := -1, false
	for {
		if line, err = c.r.ReadSlice('\n'); err != nil {
			return status, 0, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return status, 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	switch {
	case status == 304 || status == 204:
		return status, 0, nil
	case chunked:
		length, err = c.chunks()
		return status, length, err
	case length < 0:
		return status, 0, fmt.Errorf("answer %d without a length", status)
	}
	_, err = c.r.Discard(length)
	return status, length, err
}

func (c *Conn) chunks() (total int, err error) {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return total, err
		}
		if _, err := io.CopyN(io.Discard, c.r, n+2); err != nil {
			return total, err
		}
		if n == 0 {
			return total, nil
		}
		total += int(n)
	}
}

// Get is a GET request as bytes. headers are "Name: value".
func Get(host, path string, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, host)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
