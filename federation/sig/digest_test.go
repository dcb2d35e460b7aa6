package sig

import (
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"toadlane/coop"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	body := []byte(message1)
	good := digestHeader(body)
	sum512 := sha512.Sum512(body)
	good512 := "SHA-512=" + base64.StdEncoding.EncodeToString(sum512[:])
	false256 := digestHeader([]byte("x"))
	for header, ok := range map[string]bool{
		good: true, strings.Replace(good, "SHA", "sha", 1): true, strings.Replace(good, "SHA", "ShA", 1): true, good512: true,
		good + "," + good512: true, good512 + " , " + good: true, "MD5=x," + good: true, "unixsum=30637," + good: true,
		"": false, "SHA-256": false, "SHA-256=": false, "SHA-1=AAAA": false, "MD5=x": false, "=" + good: false,
		false256: false, good + "," + false256: false, good + "," + good: false, false256 + "," + good512: false, good + ",SHA-512=AAAA": false,
		good512 + ",MD5=x": false, good + ",": false, strings.TrimRight(good, "="): false, good + "=": false,
		strings.Replace(good, "=", "= ", 1): false, "md5=a,md5=b," + good: false, "a=1,b=2,c=3,d=4," + good: false,
		good + "," + strings.Repeat("x", 600) + "=1": false, strings.Replace(good, "SHA-256", "SHA256", 1): false,
		good[:20] + "\n" + good[20:]: false,
	} {
		if err := checkDigest(header, body); (err == nil) != ok || !ok && coop.KeyOf(err) != "sig.digest" {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestContentDigest(t *testing.T) {
	t.Parallel()
	body := []byte(message1)
	good := contentDigestHeader(body)
	sum512 := sha512.Sum512(body)
	good512 := "sha-512=:" + base64.StdEncoding.EncodeToString(sum512[:]) + ":"
	false256 := contentDigestHeader([]byte("x"))
	for header, ok := range map[string]bool{
		good: true, good512: true, good + ", " + good512: true, good512 + "," + good: true, "unixsum=:AAAA:, " + good: true, good + ";x=1": true,
		"": false, "sha-256": false, "sha-256=?1": false, "sha-256=::": false, "md5=:AAAA:": false, false256: false, good + "," + good: false,
		good + ",sha-512=:AAAA:": false, false256 + "," + good512: false, strings.Replace(good, "sha", "SHA", 1): false, good + ",": false,
		strings.ReplaceAll(good, ":", `"`): false, "a=1,b=2,c=3,d=4," + good: false, good + strings.Repeat(" ", 600): false, "sha-256=(:AAAA:)": false,
		good[:20] + "\n" + good[20:]: false,
	} {
		if err := checkContentDigest(header, body); (err == nil) != ok || !ok && coop.KeyOf(err) != "sig.digest" {
			t.Errorf("%q: %v", header, err)
		}
	}
}

// A peer that sends SHA-512, or several digests in several lines, is understood.
func TestDigestLines(t *testing.T) {
	t.Parallel()
	m := message{host: "coop.test", header: http.Header{"Digest": {" SHA-256=a ", "MD5=b"}, "X-Bad": {"a\x00b"}, "X-Tab": {"\ta\tb\t"}}}
	for name, want := range map[string]string{"digest": "SHA-256=a, MD5=b", "host": "coop.test", "x-tab": "a\tb"} {
		if got, ok := m.field(name); !ok || got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{"x-none", "x-bad"} {
		if got, ok := m.field(name); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}
