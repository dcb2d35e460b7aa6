package mail

import (
	"regexp"
	"strings"
)

var (
	// wroteLine introduces what is quoted: "On Friday, Ada wrote:", and the same in other languages. It ends with a colon, and an
	// address, a time or a date is in it.
	wroteLine = regexp.MustCompile(`(?i)(\d{1,2}[:.h]\d{2}|\d{4}|@|<.*>).*[:：]\s*$`)
	// original begins what Outlook and others put under an answer.
	original = regexp.MustCompile(`(?i)^\s*(-{2,}|_{2,})\s*(original|forwarded|mensaje|message|ursprüngliche|weitergeleitete|mensagem|رسالة)?.*(-{2,}|_{2,})\s*$`)
	// headerLine is one of the lines that stand in for the quoted mail's header.
	headerLine = regexp.MustCompile(`(?i)^\s*\*?(from|von|de|da|van|sent|gesendet|enviado|envoyé|to|an|para|à|subject|betreff|asunto|objet|assunto|date|datum|fecha|data)\*?\s*:\*?\s+\S`)
)

// cutQuoted gives what was written in an answer: without what stands under it, quoted, and without a signature.
func cutQuoted(s string) string {
	all := strings.Split(s, "\n")
	end := len(all)
	for i, line := range all {
		bare := strings.TrimSpace(strings.TrimLeft(line, "> \t"))
		switch {
		case strings.HasPrefix(bare, scissors), line == "-- ", line == "--", original.MatchString(line):
			end = i
		case headerLine.MatchString(line) && i+1 < len(all) && headerLine.MatchString(all[i+1]):
			end = i
		}
		if end == i {
			break
		}
	}
	var out []string
	for i := 0; i < end; i++ {
		if strings.HasPrefix(all[i], ">") {
			continue
		}
		out = append(out, strings.TrimRight(all[i], " \t"))
	}
	quoted := end < len(all) || len(out) < end
	out = strings.Split(strings.TrimSpace(strings.Join(out, "\n")), "\n")
	if quoted {
		out = withoutAttribution(out)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// withoutAttribution drops the line that introduced a quote, which some programs break in two.
func withoutAttribution(out []string) []string {
	last := len(out) - 1
	above := ""
	if last > 0 {
		above = strings.TrimSpace(out[last-1])
	}
	switch {
	case wroteLine.MatchString(out[last]) && (strings.HasSuffix(above, "<") || strings.HasSuffix(above, ",")):
		return out[:last-1]
	case wroteLine.MatchString(out[last]):
		return out[:last]
	case above != "" && !strings.HasSuffix(above, ".") && wroteLine.MatchString(above+" "+out[last]):
		return out[:last-1]
	}
	return out
}
