package sig

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
	"time"

	"toadlane/coop"
	"toadlane/internal/limits"
)

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
		"a number without quotes":     {good + `,opaque=5`, "sig.malformed"},
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
		"created twice":        {`(` + cover + `);created=1` + rest, "sig.malformed"},
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

	req.Header["Signature"] = []string{signature, signature}
	r.reject(t, req, message1, "sig.malformed")

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

// Every bound, at its last value and one past it.
func TestGrammarLimits(t *testing.T) {
	t.Parallel()
	r := setup(t, testRSA())
	names := func(n int, format string) string { // n different names
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%", string(rune('a'+i/26))+string(rune('a'+i%26))))
		}
		return b.String()
	}
	cavage := func(change func(string) string) error {
		req := r.signed(t, Cavage, "POST", inbox, message1)
		req.Header.Set("Signature", change(req.Header.Get("Signature")))
		_, err := r.verify(req, message1)
		return err
	}
	rfc := func(input, signature func(string) string) error {
		req := r.signed(t, RFC9421, "POST", inbox, message1)
		req.Header.Set("Signature-Input", input(req.Header.Get("Signature-Input")))
		req.Header.Set("Signature", signature(req.Header.Get("Signature")))
		_, err := r.verify(req, message1)
		return err
	}
	same := func(s string) string { return s }
	to := func(size int, head, tail string) func(string) string { // pads a header to size with what is passed over
		return func(s string) string { return s + head + strings.Repeat("x", size-len(s)-len(head)-len(tail)) + tail }
	}
	for name, c := range map[string]struct {
		got  error
		want string
	}{
		"parameters":     {cavage(func(s string) string { return s + names(limits.SignatureParams-4, `,%="x"`) }), ""},
		"parameters + 1": {cavage(func(s string) string { return s + names(limits.SignatureParams-3, `,%="x"`) }), "sig.malformed"},
		"headers": {cavage(func(s string) string {
			return strings.Replace(s, " digest", " digest"+names(limits.SignatureComponents-4, " x-%"), 1)
		}), "sig.cover"},
		"headers + 1": {cavage(func(s string) string {
			return strings.Replace(s, " digest", " digest"+names(limits.SignatureComponents-3, " x-%"), 1)
		}), "sig.malformed"},
		"signature bytes":      {cavage(to(limits.SignatureHeaderBytes, `,opaque="`, `"`)), ""},
		"signature bytes + 1":  {cavage(to(limits.SignatureHeaderBytes+1, `,opaque="`, `"`)), "sig.malformed"},
		"input parameters":     {rfc(func(s string) string { return s + names(limits.SignatureParams-3, ";x%") }, same), "sig.mismatch"},
		"input parameters + 1": {rfc(func(s string) string { return s + names(limits.SignatureParams-2, ";x%") }, same), "sig.malformed"},
		"components": {rfc(func(s string) string {
			return strings.Replace(s, `")`, `"`+names(limits.SignatureComponents-3, ` "x-%"`)+`)`, 1)
		}, same), "sig.cover"},
		"components + 1": {rfc(func(s string) string {
			return strings.Replace(s, `")`, `"`+names(limits.SignatureComponents-2, ` "x-%"`)+`)`, 1)
		}, same), "sig.malformed"},
		"labels":                {rfc(func(s string) string { return s + names(limits.SignatureLabels-1, ",%=1") }, same), ""},
		"labels + 1":            {rfc(func(s string) string { return s + names(limits.SignatureLabels, ",%=1") }, same), "sig.malformed"},
		"input bytes":           {rfc(to(limits.SignatureHeaderBytes, `, b="`, `"`), same), ""},
		"input bytes + 1":       {rfc(to(limits.SignatureHeaderBytes+1, `, b="`, `"`), same), "sig.malformed"},
		"RFC signature bytes":   {rfc(same, to(limits.SignatureHeaderBytes, `, b="`, `"`)), ""},
		"RFC signature bytes+1": {rfc(same, to(limits.SignatureHeaderBytes+1, `, b="`, `"`)), "sig.malformed"},
	} {
		if c.want == "" && c.got != nil || c.want != "" && coop.KeyOf(c.got) != c.want {
			t.Errorf("%s: %v, want %q", name, c.got, c.want)
		}
	}
	for extra, want := range map[int]string{0: "", 1: "sig.malformed"} {
		for _, scheme := range schemes {
			address := "https://coop.test/" + strings.Repeat("x", limits.IRIBytes-1+extra)
			_, err := r.verify(r.signed(t, scheme, "POST", address, message1), message1)
			if want == "" && err != nil || want != "" && coop.KeyOf(err) != want {
				t.Errorf("target of the limit + %d, %s: %v", extra, scheme, err)
			}
		}
	}
}
