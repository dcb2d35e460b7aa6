package node

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"toadlane/coop"
)

// masterFile holds the key that seals the private keys of the node's actors. It is in no backup.
const masterFile = "master.key"

// MasterPath is where the master key is looked for: the given file, else a credential that systemd passes in, else the folder.
func MasterPath(dir, given string) string {
	if given != "" {
		return given
	}
	if c := os.Getenv("CREDENTIALS_DIRECTORY"); c != "" {
		if p := filepath.Join(c, masterFile); exists(p) {
			return p
		}
	}
	return filepath.Join(dir, masterFile)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readMaster reads a master key. Errors: NotFound, key master.none; Forbidden, key master.open, when others than its owner may
// read it; Invalid, key master.invalid.
func readMaster(path string) (key [32]byte, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return key, coop.Errorf(coop.NotFound, "master.none", "no master key at %s", path)
	}
	if err != nil {
		return key, coop.Errorf(coop.Unavailable, "node.folder", "master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return key, coop.Errorf(coop.Forbidden, "master.open", "%s has mode %o", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return key, coop.Errorf(coop.Unavailable, "node.folder", "master key: %w", err)
	}
	return ParseMaster(string(b))
}

// ParseMaster reads a master key as it stands in its file and on the recovery sheet. Class Invalid, key master.invalid.
func ParseMaster(s string) (key [32]byte, err error) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil || len(b) != len(key) {
		return key, coop.Errorf(coop.Invalid, "master.invalid", "master key of %d bytes", len(b))
	}
	copy(key[:], b)
	return key, nil
}

// makeMaster writes a new master key; of two processes that both would, one does and both use it.
func makeMaster(path string) (key [32]byte, err error) {
	if _, err := rand.Read(key[:]); err != nil {
		return key, fmt.Errorf("master key: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return key, coop.Errorf(coop.Unavailable, "node.folder", "master key: %w", err)
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // its second name
	_, err = tmp.WriteString(base64.RawURLEncoding.EncodeToString(key[:]) + "\n")
	if err == nil {
		err = tmp.Chmod(0o400)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		// A link fails when the name is taken, so a key that is there is never replaced.
		if err = os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
			return readMaster(path)
		}
	}
	if err != nil {
		return key, coop.Errorf(coop.Unavailable, "node.folder", "master key: %w", err)
	}
	return key, nil
}

// fuzzSetting holds the secret behind public points. It lies in the database beside the exact points that it blurs, so that
// it is in the backup: with another one every listing would move on the map and give itself away.
const fuzzSetting = "fuzz"

func fuzzSecret(ctx context.Context, s coop.Store) ([]byte, error) {
	v, err := s.Setting(ctx, fuzzSetting)
	if err != nil {
		return nil, fmt.Errorf("fuzz secret: %w", err)
	}
	if v == "" {
		b := make([]byte, 32)
		if _, err := rand.Read(b); err != nil {
			return nil, fmt.Errorf("fuzz secret: %w", err)
		}
		v = hex.EncodeToString(b)
		if err := s.SetSetting(ctx, fuzzSetting, v); err != nil {
			return nil, fmt.Errorf("fuzz secret: %w", err)
		}
	}
	b, err := hex.DecodeString(v)
	if err != nil {
		return nil, fmt.Errorf("fuzz secret: %w", err)
	}
	return b, nil
}

// newCode makes a one-time code that is easy to read aloud: ten of 31 signs, which is 49 bits.
func newCode() string {
	const signs = "abcdefghjkmnpqrstuvwxyz23456789"
	b := make([]byte, 10)
	_, _ = rand.Read(b) // it never fails (crypto/rand)
	for i := range b {
		b[i] = signs[int(b[i])%len(signs)]
	}
	return string(b[:5]) + "-" + string(b[5:])
}
