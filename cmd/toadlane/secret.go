package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strings"

	"toadlane/internal/password"
)

// passwordFlag is how a password is given: in a file or on standard input, never in an argument that every process on the
// machine can read.
type passwordFlag struct {
	PasswordFile string `help:"File whose first line is the password, - for standard input. Without it a password is made and printed once." placeholder:"FILE" env:"-"`
}

// take reads the password or makes one; made tells which. about are words that must not be the password.
func (p *passwordFlag) take(w *world, about ...string) (pw string, made bool, err error) {
	if p.PasswordFile == "" {
		b := make([]byte, 15)
		_, _ = rand.Read(b) // it never fails (crypto/rand)
		return base64.RawURLEncoding.EncodeToString(b), true, nil
	}
	var r io.Reader = w.in
	if p.PasswordFile != "-" {
		f, err := os.Open(p.PasswordFile)
		if err != nil {
			return "", false, usage("The password file cannot be read: " + err.Error() + ".")
		}
		defer f.Close()
		r = f
	}
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", false, fmt.Errorf("read password: %w", err)
	}
	pw = strings.TrimRight(line, "\r\n")
	return pw, false, password.Check("password", pw, about...)
}
