package mail

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"toadlane/coop"
)

// What the links in mails open: the purposes of their words, and what each is about.
const (
	ForRenewal     = "renew"
	ForUnsubscribe = "unsubscribe"
	forReply       = "reply"
)

// RenewalSubject is what the word of a renewal link is about: a listing until its end, so that it opens nothing once the listing
// has another.
func RenewalSubject(listing coop.ID, until time.Time) string {
	return string(listing) + " " + strconv.FormatInt(until.Unix(), 10)
}

// UnsubscribeSubject is what the word of an unsubscribe link is about.
func UnsubscribeSubject(person coop.ID, kind string) string { return string(person) + " " + kind }

// RenewPath is the page that renews a listing, or closes it, without signing in.
func RenewPath(listing coop.ID, until time.Time, token func(purpose, subject string) string) string {
	return "/renew/" + string(listing) + "/" + token(ForRenewal, RenewalSubject(listing, until))
}

// The word in an address for answers by mail is the conversation's id and a seal over it and who answers. Mail programs may change
// the case of letters, so it has one case (RFC 4648 §6).
var replyWords = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const (
	replySeal       = 10 // bytes: 80 bits
	replyWordLength = ((16+replySeal)*8 + 4) / 5
)

// replyWord stands in the address with which party answers in a thread.
func (m *Mail) replyWord(thread coop.ID, party string) string {
	id, err := hex.DecodeString(strings.ReplaceAll(string(thread), "-", ""))
	if err != nil || len(id) != 16 {
		return ""
	}
	seal, err := base64.RawURLEncoding.DecodeString(m.Token(forReply, string(thread)+" "+party))
	if err != nil || len(seal) < replySeal {
		return ""
	}
	return replyWords.EncodeToString(append(id, seal[:replySeal]...))
}

// replyAddress is where party answers by mail, "" when nothing is set up for it.
func (m *Mail) replyAddress(s Settings, thread coop.ID, party string) string {
	word := m.replyWord(thread, party)
	if s.Reply == "" || word == "" {
		return ""
	}
	return strings.Replace(s.Reply, "%s", word, 1)
}

// replyThread is the conversation that a word names; whether the word is good is for replyWord to say.
func replyThread(word string) (coop.ID, bool) {
	b, err := replyWords.DecodeString(strings.ToLower(word))
	if err != nil || len(b) != 16+replySeal {
		return "", false
	}
	h := hex.EncodeToString(b[:16])
	id, err := coop.ParseID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
	return id, err == nil
}
