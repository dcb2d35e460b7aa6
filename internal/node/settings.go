package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"toadlane/coop"
)

// Settings are what a node must know before its database is open. They stand in node.json in its folder.
type Settings struct {
	Base    coop.IRI `json:"base"`             // origin, fixed for good: every address the node ever gave out begins with it
	Listen  string   `json:"listen,omitempty"` // host:port
	DB      string   `json:"db,omitempty"`     // postgres://…; "" is SQLite in the folder
	Trusted []string `json:"trusted_proxies,omitempty"`
	// Restored says that the data was made of a backup and the node was not opened since.
	Restored bool `json:"restored,omitempty"`
	TLS      bool `json:"tls,omitempty"`
}

const settingsFile = "node.json"

// ReadSettings reads node.json of a folder. Class NotFound, key node.none, when there is none; Invalid, key node.settings, when
// it makes no sense.
func ReadSettings(dir string) (Settings, error) {
	var s Settings
	b, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, coop.Errorf(coop.NotFound, "node.none", "no %s in %s", settingsFile, dir)
	}
	if err != nil {
		return s, coop.Errorf(coop.Unavailable, "node.folder", "settings: %w", err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, coop.Errorf(coop.Invalid, "node.settings", "%s: %w", settingsFile, err)
	}
	if s.Base != "" {
		if _, err := ParseBase(string(s.Base)); err != nil {
			return s, fmt.Errorf("%s: %w", settingsFile, err)
		}
	}
	return s, nil
}

// WriteSettings replaces node.json whole: a crash leaves the old or the new one.
func WriteSettings(dir string, s Settings) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "settings: %w", err)
	}
	if err := replaceFile(filepath.Join(dir, settingsFile), append(b, '\n'), 0o600); err != nil {
		return coop.Errorf(coop.Unavailable, "node.folder", "settings: %w", err)
	}
	return nil
}

func replaceFile(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// ParseBase reads the address of a node: https://host, or http://host:port when the host is on this machine alone. Class
// Invalid, keys base.invalid and base.plain.
func ParseBase(s string) (coop.IRI, error) {
	i, err := coop.ParseIRI(strings.TrimSuffix(s, "/"))
	if err != nil || string(i) != i.Origin() {
		return "", coop.Errorf(coop.Invalid, "base.invalid", "address %q is no origin", s)
	}
	if IsLocal(i) {
		return i, nil
	}
	if !strings.HasPrefix(string(i), "https://") {
		return "", coop.Errorf(coop.Invalid, "base.plain", "address %q is not https", s)
	}
	if i.Host() != i.Hostname() {
		return "", coop.Errorf(coop.Invalid, "base.port", "address %q has a port", s)
	}
	if _, err := netip.ParseAddr(strings.Trim(i.Hostname(), "[]")); err == nil || !strings.Contains(i.Hostname(), ".") {
		return "", coop.Errorf(coop.Invalid, "base.name", "address %q has no domain name", s)
	}
	return i, nil
}

// IsLocal tells whether a node at this address speaks to this machine alone, over http: localhost, a name below it, or a
// loopback address (RFC 6761 §6.3).
func IsLocal(base coop.IRI) bool {
	h := strings.Trim(base.Hostname(), "[]")
	if h == "localhost" || strings.HasSuffix(h, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(h)
	return err == nil && a.IsLoopback()
}

// DefaultListen is where a node listens unless told otherwise: on the port of a local address, else on loopback for a proxy.
func DefaultListen(base coop.IRI) string {
	if IsLocal(base) {
		if _, port, err := net.SplitHostPort(base.Host()); err == nil {
			return "127.0.0.1:" + port
		}
		return "127.0.0.1:80"
	}
	return "127.0.0.1:8440"
}
