package sig

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

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
