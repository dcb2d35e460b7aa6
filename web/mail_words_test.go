package web

import (
	"toadlane/coop"
	"toadlane/internal/mail"
)

func init() {
	kinds := said([]coop.LetterKind{coop.LetterMessage, coop.LetterAnswer, coop.LetterReminder, coop.LetterDigest, coop.LetterAlert, coop.LetterInvite, coop.LetterTest, coop.LetterReview})
	var ended []string
	for kind := range wishes {
		ended = append(ended, kind)
	}
	for prefix, all := range map[string][]string{
		"mail_admin.kind.": kinds, "mail_admin.security.": mail.Securities, "mail.leave.": append(ended, string(coop.LetterAlert)),
		"mail.digest.why.": {"daily", "weekly"}, "notify.messages.": said(coop.MessageFrequencies), "notify.digest.": said(coop.DigestFrequencies),
		"unsubscribe.ask.": ended, "unsubscribe.no.": ended,
	} {
		composed[prefix] = all
	}
}
