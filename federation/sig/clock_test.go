package sig

import (
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
)

func TestClockWindow(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox, message1)
		for after, want := range map[time.Duration]string{
			0: "", time.Hour: "", time.Hour + time.Second: "sig.clock", -5 * time.Minute: "", -5*time.Minute - time.Second: "sig.clock",
			24 * 365 * time.Hour: "sig.clock",
		} {
			r.verifier.Now = func() time.Time { return noon.Add(after) }
			if _, err := r.verify(req, message1); err == nil && want != "" || err != nil && coop.KeyOf(err) != want {
				t.Errorf("%s: %v, want %q", after, err, want)
			}
		}
	})
}

// (created) and (expires) of draft-cavage with hs2019, covered and not.
func TestCavageCreatedExpires(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	request := func(cover, params string, h cavageHeader) *http.Request {
		req := r.signed(t, Cavage, "POST", inbox, message1)
		m := must(received(req, "https", []byte(message1)))
		h.headers = strings.Split(cover, " ")
		base := must(cavageBase(m, h, m.target))
		signature := must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, sum(crypto.SHA256, base)))
		req.Header.Set("Signature", `keyId="`+string(eveKey)+`",algorithm="hs2019",`+params+`headers="`+cover+`",signature="`+
			base64.StdEncoding.EncodeToString(signature)+`"`)
		return req
	}
	now := noon.Unix()
	const all = "(request-target) host (created) (expires) digest"
	params := func(created, expires int64) string {
		return "created=" + decimal(created) + ",expires=" + decimal(expires) + ","
	}
	r.accept(t, request(all, params(now, now+60), cavageHeader{created: now, expires: now + 60}), message1)
	r.accept(t, request("(request-target) host (created) digest", "created="+decimal(now)+",", cavageHeader{created: now}), message1)
	r.accept(t, request("(request-target) host date digest", params(now, now+60), cavageHeader{}), message1)
	r.reject(t, request(all, params(now, now), cavageHeader{created: now, expires: now}), message1, "sig.clock")
	r.reject(t, request(all, params(now+60, now+30), cavageHeader{created: now + 60, expires: now + 30}), message1, "sig.clock")
	r.reject(t, request(all, params(now-3601, now+60), cavageHeader{created: now - 3601, expires: now + 60}), message1, "sig.clock")
	r.reject(t, request(all, params(now+301, now+600), cavageHeader{created: now + 301, expires: now + 600}), message1, "sig.clock")
	r.reject(t, request("(request-target) host date digest", params(now, now-1), cavageHeader{}), message1, "sig.clock") // not covered, still honoured
	r.reject(t, request(all, params(now, now+120), cavageHeader{created: now, expires: now + 60}), message1, "sig.mismatch")
}
