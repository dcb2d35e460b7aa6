package sig

import (
	"bufio"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toadlane/coop"
)

// The attacks of the class "who signed this?". Each begins or ends with the same request done right, so that none passes
// against a verifier that refuses everything.

var schemes = []Scheme{Cavage, RFC9421}

func eachScheme(t *testing.T, f func(t *testing.T, r rig, scheme Scheme)) {
	t.Helper()
	t.Parallel()
	for _, scheme := range schemes {
		t.Run(string(scheme), func(t *testing.T) {
			t.Parallel()
			f(t, setup(t, testRSA()), scheme)
		})
	}
}

func TestSIG01Unsigned(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		r.ring.asked = nil
		req := r.signed(t, scheme, "POST", inbox, message1)
		req.Header.Del("Signature")
		r.reject(t, req, message1, "sig.missing")
		if len(r.ring.asked) != 0 {
			t.Error("an unsigned request made us look for a key")
		}
	})
}

func TestSIG02BodyChanged(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox, message1)
		r.accept(t, req, message1)
		r.reject(t, req, strings.Replace(message1, "hi", "ho", 1), "sig.digest")
		r.reject(t, req, message1+" ", "sig.digest")
		r.reject(t, req, "", "sig.digest")
		// A GET without a body covers no digest; a body added to it is not signed.
		get := r.signed(t, scheme, "GET", "https://coop.test/x", "")
		r.accept(t, get, "")
		r.reject(t, get, message1, "sig.cover")
	})
}

// dropping signs by hand with one name taken out of the cover.
func dropping(t *testing.T, r rig, scheme Scheme, method, body, name string) *http.Request {
	t.Helper()
	req := r.signed(t, scheme, method, inbox, body)
	m := must(received(req, "https", []byte(body)))
	if scheme == Cavage {
		h := must(parseCavage(req.Header.Get("Signature")))
		var left []string
		for _, n := range h.headers {
			if n != name {
				left = append(left, n)
			}
		}
		h.headers = left
		base := must(cavageBase(m, h, m.target))
		signature := must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, sum(crypto.SHA256, base)))
		req.Header.Set("Signature", `keyId="`+string(eveKey)+`",algorithm="rsa-sha256",headers="`+strings.Join(left, " ")+
			`",signature="`+base64.StdEncoding.EncodeToString(signature)+`"`)
		return req
	}
	line := strings.TrimPrefix(req.Header.Get("Signature-Input"), "sig1=")
	line = strings.Replace(strings.Replace(line, `"`+name+`"`, "", 1), "  ", " ", 1)
	line = strings.Replace(strings.Replace(line, "( ", "(", 1), " )", ")", 1)
	if name == "created" {
		line = strings.Replace(line, ";created="+decimal(noon.Unix()), "", 1)
	}
	return label(t, r, req, "sig1", line, m)
}

// label signs the RFC 9421 input raw by hand.
func label(t testing.TB, r rig, req *http.Request, name, raw string, m message) *http.Request {
	t.Helper()
	inputs, err := parseSignatureInput(name + "=" + raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	base, err := inputs[0].base(m)
	if err != nil { // a component we cannot give a value: sign anything
		base = raw
	}
	signature := must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, sum(crypto.SHA256, base)))
	req.Header.Set("Signature-Input", name+"="+raw)
	req.Header.Set("Signature", name+"=:"+base64.StdEncoding.EncodeToString(signature)+":")
	return req
}

func TestSIG03CoverMissing(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		names := map[Scheme][]string{
			Cavage:  {"(request-target)", "host", "date", "digest"},
			RFC9421: {"@method", "@target-uri", "content-digest", "created"},
		}[scheme]
		for _, name := range names {
			r.reject(t, dropping(t, r, scheme, "POST", message1, name), message1, "sig.cover")
		}
		r.accept(t, dropping(t, r, scheme, "POST", message1, "nothing"), message1)
		// A GET needs all of it but the digest.
		for _, name := range names {
			if !strings.Contains(name, "digest") {
				r.reject(t, dropping(t, r, scheme, "GET", "", name), "", "sig.cover")
			}
		}
		r.accept(t, dropping(t, r, scheme, "GET", "", "nothing"), "")
	})
}

func TestSIG04FalseDigestSigned(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		const other = `{"type":"Delete"}`
		req := r.signed(t, scheme, "POST", inbox, other) // signature and digest fit each other
		r.accept(t, req, other)
		r.reject(t, req, message1, "sig.digest")
	})
}

func TestSIG05PathReplay(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox, message1)
		r.accept(t, req, message1)
		for _, target := range []string{"/users/bea/inbox", "/users/alice/inbox/", "/users/%61lice/inbox", "//users/alice/inbox", "/users/alice/./inbox"} {
			req.RequestURI = target
			r.reject(t, req, message1, "sig.mismatch")
		}
		req.RequestURI = "https://coop.test/users/alice/inbox"
		r.reject(t, req, message1, "sig.malformed")
		req.RequestURI = "/users/alice/inbox"
		for _, method := range []string{"PUT", "PATCH"} {
			req.Method = method
			r.reject(t, req, message1, "sig.mismatch")
		}
		req.Method = "post" // draft-cavage signs the method in lower case
		r.reject(t, req, message1, "sig.malformed")
	})
}

// The query is protected by RFC 9421. Draft-cavage lets it be left out of the signature, as Fedify does; a query that was
// signed cannot be changed.
func TestSIG05QueryReplay(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox+"?a=1", message1)
		r.accept(t, req, message1)
		req.RequestURI = "/users/alice/inbox?a=2"
		r.reject(t, req, message1, "sig.mismatch")
		req.RequestURI = "/users/alice/inbox"
		r.reject(t, req, message1, "sig.mismatch")
		bare := r.signed(t, scheme, "POST", inbox, message1)
		bare.RequestURI += "?a=1"
		if scheme == Cavage {
			r.accept(t, bare, message1)
		} else {
			r.reject(t, bare, message1, "sig.mismatch")
		}
	})
}

func TestSIG06HostReplay(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		req := r.signed(t, scheme, "POST", "https://good.test/users/alice/inbox", message1)
		r.reject(t, req, message1, "sig.mismatch") // sent to us under the other name
		req.Host = "coop.test"
		r.reject(t, req, message1, "sig.mismatch") // made for good.test, sent under ours
		req = r.signed(t, scheme, "POST", inbox, message1)
		req.Host = "good.test"
		r.reject(t, req, message1, "sig.mismatch")
	})
}

// An exact replay verifies again: the inbox drops it by its activity id, in the transaction of the effect.
func TestSIG08ExactReplayIsLeftToTheInbox(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox, message1)
		r.accept(t, req, message1)
		r.accept(t, req, message1)
		r.verifier.Now = func() time.Time { return noon.Add(time.Hour + time.Second) }
		r.reject(t, req, message1, "sig.clock") // but not for ever
	})
}

func TestSIG09KeyConfusion(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	text := must(MarshalPublicPEM(&testRSA().PublicKey))
	der := must(x509.MarshalPKIXPublicKey(&testRSA().PublicKey))
	for _, secret := range [][]byte{[]byte(text), []byte(strings.TrimSpace(text)), der, []byte(base64.StdEncoding.EncodeToString(der)), nil} {
		mac := func(base string) []byte {
			h := hmac.New(sha256.New, secret)
			h.Write([]byte(base))
			return h.Sum(nil)
		}
		r.reject(t, signByHand(t, r, "hmac-sha256", mac), message1, "sig.algorithm")
		r.reject(t, signByHand(t, r, "hs2019", mac), message1, "sig.mismatch")
		r.reject(t, signByHand(t, r, "", mac), message1, "sig.mismatch")
		for _, alg := range []string{`;alg="hmac-sha256"`, ""} {
			req := r.signed(t, RFC9421, "POST", inbox, message1)
			m := must(received(req, "https", []byte(message1)))
			label(t, r, req, "sig1", `("@method" "@target-uri" "content-digest");created=`+decimal(noon.Unix())+`;keyid="`+string(eveKey)+`"`+alg, m)
			base := must(must(parseSignatureInput(req.Header.Get("Signature-Input")))[0].base(m))
			req.Header.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(mac(base))+":")
			r.reject(t, req, message1, map[bool]string{true: "sig.mismatch", false: "sig.algorithm"}[alg == ""])
		}
	}
	good := func(base string) []byte {
		return must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, sum(crypto.SHA256, base)))
	}
	r.accept(t, signByHand(t, r, "rsa-sha256", good), message1)
	r.reject(t, signByHand(t, r, "hmac-sha256", good), message1, "sig.algorithm")
}

func TestSIG10AlgorithmGames(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	good := func(base string) []byte {
		return must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA256, sum(crypto.SHA256, base)))
	}
	overSHA1 := func(base string) []byte {
		h := sha1.Sum([]byte(base))
		return must(rsa.SignPKCS1v15(nil, testRSA(), crypto.SHA1, h[:]))
	}
	pss := func(base string) []byte {
		return must(rsa.SignPSS(rand.Reader, testRSA(), crypto.SHA512, sum(crypto.SHA512, base), nil))
	}
	r.accept(t, signByHand(t, r, "rsa-sha256", good), message1)
	for _, c := range []struct {
		algorithm string
		sign      func(string) []byte
		want      string
	}{
		{"none", good, "sig.algorithm"}, {"rsa-sha1", overSHA1, "sig.algorithm"}, {"rsa-sha1", good, "sig.algorithm"},
		{"hs2019", overSHA1, "sig.mismatch"}, {"", overSHA1, "sig.mismatch"}, {"ed25519", good, "sig.algorithm"},
		{"=", good, "sig.algorithm"}, {"RSA-SHA256", good, "sig.algorithm"}, {"rsa-v1_5-sha256", good, "sig.algorithm"},
		{"ecdsa-p256-sha256", good, "sig.algorithm"}, {"rsa-pss-sha512", pss, "sig.algorithm"}, {"hs2019", pss, "sig.mismatch"},
		{"none", func(string) []byte { return []byte{0} }, "sig.algorithm"},
	} {
		r.reject(t, signByHand(t, r, c.algorithm, c.sign), message1, c.want)
	}
	for _, alg := range []string{"none", "", "rsa-pss-sha512", "hmac-sha256", "ed25519", "rsa-sha256", "rsa-v1_5-sha1"} {
		req := r.signed(t, RFC9421, "POST", inbox, message1)
		m := must(received(req, "https", []byte(message1)))
		raw := `("@method" "@target-uri" "content-digest");created=` + decimal(noon.Unix()) + `;keyid="` + string(eveKey) + `";alg="`
		r.accept(t, label(t, r, req, "sig1", raw+`rsa-v1_5-sha256"`, m), message1)
		r.reject(t, label(t, r, req, "sig1", raw+alg+`"`, m), message1, "sig.algorithm")
	}
	// The same with an Ed25519 key under an RSA name.
	e := setup(t, testEd())
	req := e.signed(t, Cavage, "POST", inbox, message1)
	e.accept(t, req, message1)
	req.Header.Set("Signature", strings.Replace(req.Header.Get("Signature"), "hs2019", "rsa-sha256", 1))
	e.reject(t, req, message1, "sig.algorithm")
}

// Who sent it is the owner of the key, whatever the body says; comparing the two is the inbox's work.
func TestSIG11ActorIsTheKeysOwner(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		const forged = `{"type":"Create","actor":"https://victim.test/users/vic"}`
		r.accept(t, r.signed(t, scheme, "POST", inbox, forged), forged) // accept checks that the actor is eve
	})
}

func TestSIG13KeyDocumentLies(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		good := r.ring.cached[eveKey]
		short := mustRSA(1024)
		three := *otherRSA()
		three.E = 3
		for name, lie := range map[string]PublicKey{
			"owner on another server": {ID: eveKey, Owner: "https://victim.test/users/vic", Key: good.Key},
			"owner on another port":   {ID: eveKey, Owner: "https://evil.test:8443/users/eve", Key: good.Key},
			"owner by http":           {ID: eveKey, Owner: "http://evil.test/users/eve", Key: good.Key},
			"no owner":                {ID: eveKey, Key: good.Key},
			"another id":              {ID: eve + "/other-key", Owner: eve, Key: good.Key},
			"no key":                  {ID: eveKey, Owner: eve},
			"a nil RSA key":           {ID: eveKey, Owner: eve, Key: (*rsa.PublicKey)(nil)},
			"a secret":                {ID: eveKey, Owner: eve, Key: []byte("secret")},
			"a short key":             {ID: eveKey, Owner: eve, Key: &short.PublicKey},
			"exponent 3":              {ID: eveKey, Owner: eve, Key: &three.PublicKey},
			"a private key":           {ID: eveKey, Owner: eve, Key: testRSA()},
		} {
			r.ring.cached[eveKey] = lie
			v, err := r.verify(r.signed(t, scheme, "POST", inbox, message1), message1)
			if coop.KeyOf(err) != "sig.key" || coop.ClassOf(err) != coop.Unauthenticated || v.Valid() {
				t.Errorf("%s: %v", name, err)
			}
		}
		r.ring.cached[eveKey] = good
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
	})
}

func TestSIG15PoseAsLocal(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"https://coop.test/users/adm/main-key", "https://COOP.test/users/adm/main-key", "https://coop.test:443/users/adm/main-key",
		"https://coop.test:8443/users/adm/main-key", "http://coop.test/users/adm/main-key", "https://coop.test./users/adm/main-key",
		"https://eve@coop.test/users/adm/main-key", "/users/adm/main-key", "coop.test/users/adm", "adm", "acct:adm@coop.test",
		"https://evil.test\\@coop.test/x", "file:///etc/passwd",
	} {
		r := setup(t, testRSA())
		for _, scheme := range schemes {
			req := r.signed(t, scheme, "POST", inbox, message1)
			r.accept(t, req, message1)
			r.ring.asked = nil
			for _, name := range []string{"Signature", "Signature-Input"} {
				if old := req.Header.Get(name); old != "" {
					req.Header.Set(name, strings.Replace(old, string(eveKey), id, 1))
				}
			}
			_, err := r.verify(req, message1)
			if key := coop.KeyOf(err); key != "sig.key" && key != "sig.malformed" {
				t.Errorf("%s %s: %v", scheme, id, err)
			}
			if len(r.ring.asked) != 0 {
				t.Errorf("%s %s: a key was looked for", scheme, id)
			}
		}
	}
}

// A changed key costs one look; bad signatures cost one each, which the key source counts and limits.
func TestSIG17Rotation(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		old := r.signer
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		r.signer = must(NewSigner(eveKey, otherRSA()))
		r.ring.changed[eveKey] = PublicKey{ID: eveKey, Owner: eve, Key: &otherRSA().PublicKey}
		r.ring.asked = nil
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		if diff := cmp.Diff([]bool{false, true}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		r.ring.asked = nil
		r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		if diff := cmp.Diff([]bool{false}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		r.signer, r.ring.asked = old, nil
		r.reject(t, r.signed(t, scheme, "POST", inbox, message1), message1, "sig.mismatch")
		if diff := cmp.Diff([]bool{false, true}, r.ring.asked); diff != "" {
			t.Error(diff)
		}
		// From RSA to Ed25519 the algorithm excludes the cached key first.
		if scheme == RFC9421 {
			r.signer = must(NewSigner(eveKey, testEd()))
			r.ring.changed[eveKey] = PublicKey{ID: eveKey, Owner: eve, Key: testEd().Public()}
			r.accept(t, r.signed(t, scheme, "POST", inbox, message1), message1)
		}
	})
}

func TestSIG17RefreshFails(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	r.verifier.Keys = refreshFails{r.ring, coop.Errorf(coop.NotFound, "fetch.failed", "gone")}
	r.accept(t, r.signed(t, Cavage, "POST", inbox, message1), message1)
	req := r.signed(t, Cavage, "POST", inbox, message1)
	req.RequestURI = "/other"
	r.reject(t, req, message1, "sig.mismatch")
	r.verifier.Keys = refreshFails{r.ring, coop.Errorf(coop.TooMany, "fetch.limit", "later")}
	if _, err := r.verify(req, message1); coop.ClassOf(err) != coop.TooMany {
		t.Errorf("class %v of %v", coop.ClassOf(err), err)
	}
}

type refreshFails struct {
	ring *keyring
	err  error
}

func (f refreshFails) PublicKey(ctx context.Context, id coop.IRI, refresh bool) (PublicKey, error) {
	if refresh {
		return PublicKey{}, f.err
	}
	return f.ring.PublicKey(ctx, id, false)
}

func TestKeySourceErrors(t *testing.T) {
	t.Parallel()
	plain := errors.New("no route to host")
	gone := coop.Errorf(coop.Gone, "actor.gone", "410")
	for _, c := range []struct {
		err   error
		class coop.Class
		key   string
	}{
		{plain, coop.Unauthenticated, "sig.key"}, {gone, coop.Unauthenticated, "sig.key"}, {context.Canceled, coop.Unauthenticated, "sig.key"},
		{coop.Errorf(coop.Unavailable, "store.unavailable", "disk"), coop.Unavailable, "store.unavailable"},
		{coop.Errorf(coop.TooMany, "fetch.limit", "later"), coop.TooMany, "fetch.limit"},
		{coop.Errorf(coop.Forbidden, "peer.blocked", "no"), coop.Forbidden, "peer.blocked"},
	} {
		r := setup(t, testRSA())
		req := r.signed(t, Cavage, "POST", inbox, message1)
		r.accept(t, req, message1)
		r.ring.fails = c.err
		_, err := r.verify(req, message1)
		if coop.ClassOf(err) != c.class || coop.KeyOf(err) != c.key || !errors.Is(err, c.err) {
			t.Errorf("%v became %v", c.err, err)
		}
	}
}

func TestSIG19HeaderGrammar(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	good := r.signed(t, Cavage, "POST", inbox, message1).Header.Get("Signature")
	try := func(header ...string) error {
		req := r.signed(t, Cavage, "POST", inbox, message1)
		req.Header["Signature"] = header
		_, err := r.verify(req, message1)
		return err
	}
	for name, header := range map[string]string{
		"as it is": good, "spaces around commas": strings.ReplaceAll(good, `",`, `" , `), "an unknown parameter": good + `,opaque="x"`,
		"created without quotes": good + `,created=1`, "expires in quotes": good + `,expires="` + decimal(noon.Unix()+60) + `"`,
	} {
		if err := try(header); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	list := `headers="(request-target) host date digest"`
	for name, c := range map[string]struct{ header, key string }{
		"no quotes":                   {strings.Replace(good, `algorithm="rsa-sha256"`, `algorithm=rsa-sha256`, 1), "sig.malformed"},
		"twice":                       {good + `,keyId="` + string(eveKey) + `"`, "sig.malformed"},
		"twice in another case":       {good + `,KEYID="` + string(eveKey) + `"`, "sig.malformed"},
		"two signatures":              {good + `,signature="AAAA"`, "sig.malformed"},
		"two in one line":             {good + `,` + good, "sig.malformed"},
		"date date":                   {strings.Replace(good, list, `headers="(request-target) host date digest date"`, 1), "sig.malformed"},
		"no headers":                  {strings.Replace(good, list, `headers=""`, 1), "sig.malformed"},
		"no list":                     {strings.Replace(good, list+",", ``, 1), "sig.cover"},
		"capitals":                    {strings.Replace(good, " host", " Host", 1), "sig.malformed"},
		"two spaces":                  {strings.Replace(good, " host", "  host", 1), "sig.malformed"},
		"folded":                      {strings.Replace(good, ",", ",\r\n ", 1), "sig.malformed"},
		"folded inside":               {strings.Replace(good, " host", "\r\n host", 1), "sig.malformed"},
		"tab":                         {strings.Replace(good, ",", ",\t", 1), "sig.malformed"},
		"typographic quotes":          {strings.ReplaceAll(good, `"`, "”"), "sig.malformed"},
		"a long parameter":            {good + `,opaque="` + strings.Repeat("x", 10_000) + `"`, "sig.malformed"},
		"a long list":                 {strings.Replace(good, list, `headers="(request-target) host date digest`+strings.Repeat(" x", 30)+`"`, 1), "sig.malformed"},
		"many parameters":             {good + strings.Repeat(`,x="y"`, 30), "sig.malformed"},
		"a backslash":                 {strings.Replace(good, "main-key", `main\-key`, 1), "sig.malformed"},
		"not ASCII":                   {strings.Replace(good, "main-key", "main-këy", 1), "sig.malformed"},
		"no end":                      {good[:len(good)-1], "sig.malformed"},
		"a comma at the end":          {good + ",", "sig.malformed"},
		"a comma at the start":        {"," + good, "sig.malformed"},
		"a semicolon":                 {strings.Replace(good, ",", ";", 1), "sig.malformed"},
		"a space before =":            {strings.Replace(good, "keyId=", "keyId =", 1), "sig.malformed"},
		"no padding":                  {strings.Replace(good, `="`+`"`, `"`, 1)[:len(good)-3] + `"`, "sig.malformed"},
		"empty":                       {"", "sig.malformed"},
		"the scheme of Authorization": {"Signature " + good, "sig.malformed"},
		"created is no number":        {good + `,created=12x`, "sig.malformed"},
		"created is negative":         {good + `,created=-1`, "sig.malformed"},
		"created is huge":             {good + `,created=9999999999999`, "sig.malformed"},
		"expires is a fraction":       {good + `,expires=1.5`, "sig.malformed"},
		"no keyId":                    {strings.Replace(good, "keyId", "keyIx", 1), "sig.malformed"},
		"a header that is absent":     {strings.Replace(good, list, `headers="(request-target) host date digest x-none"`, 1), "sig.cover"},
		"(created) not given":         {strings.Replace(strings.Replace(good, "rsa-sha256", "hs2019", 1), " date", " (created)", 1), "sig.malformed"},
		"(created) with rsa":          {strings.Replace(good, " date", " (created)", 1) + ",created=1", "sig.malformed"},
		"unknown pseudo-header":       {strings.Replace(good, " date", " (nonsense)", 1), "sig.malformed"},
	} {
		if err := try(c.header); coop.KeyOf(err) != c.key || coop.ClassOf(err) != coop.Unauthenticated {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if err := try(good, good); coop.KeyOf(err) != "sig.malformed" {
		t.Errorf("two headers: %v", err)
	}
	// Two dates, and a date in another form.
	for _, dates := range [][]string{
		{noon.Format(http.TimeFormat), noon.Format(http.TimeFormat)}, {noon.Format(time.RFC3339)}, {noon.Format(time.RFC850)}, {""}, nil,
	} {
		req := r.signed(t, Cavage, "POST", inbox, message1)
		req.Header["Date"] = dates
		r.reject(t, req, message1, "sig.malformed")
	}
}

// Go's server joins a folded line with one space before anybody sees it, as RFC 9112 §5.2 allows; what is left is not a
// fold any more.
func TestSIG19FoldOverTheWire(t *testing.T) {
	t.Parallel()
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET / HTTP/1.1\r\nHost: coop.test\r\nX-Folded: a,\r\n\t b\r\n\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got := req.Header.Get("X-Folded"); got != "a, b" {
		t.Errorf("a fold arrives as %q", got)
	}
}

func TestSIG21SignatureInput(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	const cover = `"@method" "@target-uri" "content-digest"`
	at := decimal(noon.Unix())
	rest := `;created=` + at + `;keyid="` + string(eveKey) + `"`
	request := func() (*http.Request, message) {
		req := r.signed(t, RFC9421, "POST", inbox, message1)
		return req, must(received(req, "https", []byte(message1)))
	}
	for name, raw := range map[string]string{
		"as we do it":      `(` + cover + `)` + rest,
		"authority, path":  `("@method" "@authority" "@path" "content-digest")` + rest,
		"request-target":   `("@method" "@authority" "@request-target" "content-digest")` + rest,
		"more than enough": `("date" ` + cover + ` "@scheme" "@query" "content-type" "host")` + rest + `;nonce="x";tag="y";expires=` + decimal(noon.Unix()+60),
	} {
		req, m := request()
		m.header.Set("Content-Type", "application/activity+json")
		if _, err := r.verify(label(t, r, req, "any-label", raw, m), message1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct{ raw, key string }{
		"expired":              {`(` + cover + `)` + rest + `;expires=` + decimal(noon.Unix()-1), "sig.clock"},
		"expires now":          {`(` + cover + `)` + rest + `;expires=` + at, "sig.clock"},
		"no created":           {`(` + cover + `);keyid="` + string(eveKey) + `"`, "sig.cover"},
		"created long ago":     {`(` + cover + `);created=` + decimal(noon.Unix()-3601) + `;keyid="` + string(eveKey) + `"`, "sig.clock"},
		"created ahead":        {`(` + cover + `);created=` + decimal(noon.Unix()+301) + `;keyid="` + string(eveKey) + `"`, "sig.clock"},
		"created is a string":  {`(` + cover + `);created="` + at + `";keyid="` + string(eveKey) + `"`, "sig.malformed"},
		"created is a decimal": {`(` + cover + `);created=` + at + `.5;keyid="` + string(eveKey) + `"`, "sig.malformed"},
		"no keyid":             {`(` + cover + `);created=` + at, "sig.key"},
		"keyid is a token":     {`(` + cover + `);created=` + at + `;keyid=eve`, "sig.malformed"},
		"unknown component":    {`(` + cover + ` "@nonsense")` + rest, "sig.cover"},
		"response component":   {`(` + cover + ` "@status")` + rest, "sig.cover"},
		"absent field":         {`(` + cover + ` "x-none")` + rest, "sig.cover"},
		"capital field":        {`(` + cover + ` "Date")` + rest, "sig.cover"},
		"sf":                   {`("@method" "@target-uri" "content-digest";sf)` + rest, "sig.malformed"},
		"key":                  {`("@method" "@target-uri" "content-digest";key="sha-256")` + rest, "sig.malformed"},
		"bs":                   {`(` + cover + ` "date";bs)` + rest, "sig.malformed"},
		"req":                  {`("@method";req "@target-uri" "content-digest")` + rest, "sig.malformed"},
		"query-param":          {`(` + cover + ` "@query-param";name="a")` + rest, "sig.malformed"},
		"twice":                {`(` + cover + ` "@method")` + rest, "sig.malformed"},
		"a token":              {`(` + cover + ` date)` + rest, "sig.malformed"},
		"authority alone":      {`("@method" "@authority" "content-digest")` + rest, "sig.cover"},
		"path alone":           {`("@method" "@path" "content-digest")` + rest, "sig.cover"},
		"nothing":              {`()` + rest, "sig.cover"},
	} {
		req, m := request()
		inputs, err := parseSignatureInput("sig1=" + c.raw)
		if err == nil && inputs[0].fault == nil {
			label(t, r, req, "sig1", c.raw, m)
		} else {
			req.Header.Set("Signature-Input", "sig1="+c.raw)
		}
		if _, err := r.verify(req, message1); coop.KeyOf(err) != c.key || coop.ClassOf(err) != coop.Unauthenticated {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	// A path without its query, when there is one.
	req := r.signed(t, RFC9421, "POST", inbox+"?a=1", message1)
	m := must(received(req, "https", []byte(message1)))
	r.reject(t, label(t, r, req, "sig1", `("@method" "@authority" "@path" "content-digest")`+rest, m), message1, "sig.cover")
	r.accept(t, label(t, r, req, "sig1", `("@method" "@authority" "@path" "@query" "content-digest")`+rest, m), message1)
}

func TestSIG21TwoLabels(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	req := r.signed(t, RFC9421, "POST", inbox, message1)
	m := must(received(req, "https", []byte(message1)))
	in, signature := req.Header.Get("Signature-Input"), req.Header.Get("Signature")
	weak := `("@method" "@target-uri");created=` + decimal(noon.Unix()) + `;keyid="https://good.test/key"`
	put := func(inputs, signatures string) {
		req.Header.Set("Signature-Input", inputs)
		req.Header.Set("Signature", signatures)
	}
	put("proxy="+weak+", "+in, "proxy=:AAAA:, "+signature)
	r.accept(t, req, message1)
	put(in+", proxy="+weak, "proxy=:AAAA:, "+signature)
	r.accept(t, req, message1)
	put(in+", proxy=weak", signature) // a label that is no list is another's
	r.accept(t, req, message1)
	// In two lines of the header it is the same.
	req.Header["Signature-Input"] = []string{in, "proxy=" + weak}
	req.Header["Signature"] = []string{signature, "proxy=:AAAA:"}
	r.accept(t, req, message1)

	put("sig1="+weak, signature) // the good signature under the weak cover
	r.reject(t, req, message1, "sig.cover")
	put(in, "other"+strings.TrimPrefix(signature, "sig1"))
	r.reject(t, req, message1, "sig.malformed")
	put(in+", "+in, signature)
	r.reject(t, req, message1, "sig.malformed")
	put(in, signature+", "+signature)
	r.reject(t, req, message1, "sig.malformed")
	put(in, "sig1=rsa")
	r.reject(t, req, message1, "sig.malformed")
	put(in+strings.Repeat(", x="+weak, 9), signature)
	r.reject(t, req, message1, "sig.malformed")
	put(in, strings.Replace(signature, ":", ":AAAA", 1))
	r.reject(t, req, message1, "sig.mismatch")
	put(in+", b=("+strings.Repeat("x", 5000)+")", signature)
	r.reject(t, req, message1, "sig.malformed")
	put(in, signature)
	r.accept(t, label(t, r, req, "sig1", strings.TrimPrefix(in, "sig1="), m), message1)
}

// With both kinds in one request the RFC 9421 one counts when it covers enough.
func TestBothKinds(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	oldReq := r.signed(t, Cavage, "POST", inbox, message1)
	req := r.signed(t, RFC9421, "POST", inbox, message1)
	req.Header["Digest"] = oldReq.Header["Digest"]
	in, signature, old := req.Header.Get("Signature-Input"), req.Header.Get("Signature"), oldReq.Header.Get("Signature")
	req.Header["Signature"] = []string{old, signature}
	if v := r.accept(t, req, message1); v.Scheme() != RFC9421 {
		t.Errorf("scheme %s", v.Scheme())
	}
	req.Header.Set("Signature-Input", strings.Replace(in, ` "content-digest"`, "", 1))
	if v := r.accept(t, req, message1); v.Scheme() != Cavage {
		t.Errorf("scheme %s", v.Scheme())
	}
	req.Header["Signature"] = []string{old}
	if v := r.accept(t, req, message1); v.Scheme() != Cavage {
		t.Errorf("scheme %s", v.Scheme())
	}
	req.Header["Signature"] = []string{old, old}
	r.reject(t, req, message1, "sig.malformed")
	// A covering label with a bad signature is not passed over for the other kind.
	req.Header.Set("Signature-Input", in)
	req.Header["Signature"] = []string{old, "sig1=:AAAA:"}
	r.reject(t, req, message1, "sig.mismatch")
}

// A proof in the body never stands for the signature of the request.
func TestSIG22ProofIsNoSignature(t *testing.T) {
	t.Parallel()
	r := setup(t, testEd())
	doc := string(must(SignProof([]byte(`{"@context":"https://www.w3.org/ns/activitystreams","actor":"`+string(eve)+`"}`), testEd(), eveKey, noon)))
	if _, ok := ProofMethod([]byte(doc)); !ok {
		t.Fatal("no proof")
	}
	r.reject(t, arrive(t, outgoing(t, "POST", inbox, doc)), doc, "sig.missing")
	r.accept(t, r.signed(t, Cavage, "POST", inbox, doc), doc)
}

func TestBlockedBeforeFetch(t *testing.T) {
	eachScheme(t, func(t *testing.T, r rig, scheme Scheme) {
		req := r.signed(t, scheme, "POST", inbox, message1)
		r.accept(t, req, message1)
		r.ring.asked = nil
		r.signer = must(NewSigner("https://blocked.test/key", testRSA()))
		_, err := r.verify(r.signed(t, scheme, "POST", inbox, message1), message1)
		if coop.ClassOf(err) != coop.Forbidden || coop.KeyOf(err) != "sig.blocked" || len(r.ring.asked) != 0 {
			t.Errorf("%v after %d questions", err, len(r.ring.asked))
		}
		// An owner that is blocked while its server is not.
		r.verifier.Blocked = func(id coop.IRI) bool { return id == eve }
		_, err = r.verify(req, message1)
		if coop.KeyOf(err) != "sig.blocked" {
			t.Error(err)
		}
		r.verifier.Blocked = nil
		r.accept(t, req, message1)
	})
}

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

func TestVerifierNeedsItsParts(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	req := r.signed(t, Cavage, "POST", inbox, message1)
	for _, v := range []Verifier{{}, {Keys: r.ring, Hosts: r.verifier.Hosts}, {Keys: r.ring, Self: r.verifier.Self}, {Hosts: r.verifier.Hosts, Self: r.verifier.Self}} {
		if got, err := v.Verify(context.Background(), req, []byte(message1)); coop.ClassOf(err) != coop.Internal || err == nil || got.Valid() {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if (Verified{}).Valid() || (Verified{}).Actor() != "" || (Verified{}).Origin() != "" {
		t.Error("the zero Verified speaks for somebody")
	}
	r.accept(t, req, message1)
}
