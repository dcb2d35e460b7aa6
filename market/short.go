package market

import (
	"context"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"

	"toadlane/coop"
)

// A listing's address is too long for paper. Its short form is the last five bytes of its id, which are random, in eight
// letters and digits that are hard to mistake for one another (Crockford's, in lower case).
const tailDigits = 10

var short = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

var mistaken = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1")

// ShortOf gives the short form of an id, with a dash in its middle, "" for an id that has none.
func ShortOf(id coop.ID) string {
	if len(id) < tailDigits {
		return ""
	}
	b, err := hex.DecodeString(string(id[len(id)-tailDigits:]))
	if err != nil {
		return ""
	}
	code := short.EncodeToString(b)
	return code[:4] + "-" + code[4:]
}

// TailOf gives the end of the id that a short form was made from, however it was typed. Class NotFound when it is none.
func TailOf(code string) (string, error) {
	plain := mistaken.Replace(strings.ToLower(code))
	b, err := short.DecodeString(plain)
	if err != nil || len(plain) != short.EncodedLen(tailDigits/2) {
		return "", coop.Errorf(coop.NotFound, "listing.unknown", "short address %.40q", code)
	}
	return hex.EncodeToString(b), nil
}

// ListingByShort gives the listing of ours that a short form stands for, as Listing does.
func (s *Service) ListingByShort(ctx context.Context, by coop.Actor, code string) (Listing, error) {
	tail, err := TailOf(code)
	if err != nil {
		return Listing{}, err
	}
	id, err := s.Store.ListingByTail(ctx, tail)
	if err != nil {
		return Listing{}, fmt.Errorf("short address %s: %w", code, err)
	}
	return s.Listing(ctx, by, id)
}

// Short gives the short form of one of our listings, "" when an older one has the same: what is printed leads to one for good.
func (s *Service) Short(ctx context.Context, l *Listing) (string, error) {
	code := ShortOf(l.ID)
	if code == "" || !l.Local() {
		return "", nil
	}
	tail, err := TailOf(code)
	if err != nil {
		return "", err
	}
	id, err := s.Store.ListingByTail(ctx, tail)
	if err != nil {
		return "", fmt.Errorf("short form of %s: %w", l.ID, err)
	}
	if id != l.ID {
		return "", nil
	}
	return code, nil
}
