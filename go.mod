module toadlane

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0 // flags, environment and help of the command line from one struct
	github.com/alexedwards/scs/v2 v2.9.0 // browser sessions: tokens, renewal, expiry
	github.com/caddyserver/certmagic v0.25.6 // certificates by ACME for serve --tls
	github.com/chromedp/cdproto v0.159.0 // tests: what Chromium reports
	github.com/chromedp/chromedp v0.22.0 // tests: drive Chromium
	github.com/go-ap/httpsig v0.0.0-20221203064646-3647b4d88fdf // draft-cavage signing strings and algorithms
	github.com/go-chi/chi/v5 v5.5.0 // routes
	github.com/go-chi/httprate v0.16.1 // rate limits of pages
	github.com/go-fed/activity v1.0.0 // ActivityStreams types of what we send
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // JSON that refuses duplicate names and bad UTF-8
	github.com/go-webauthn/webauthn v0.18.2 // passkeys
	github.com/google/go-cmp v0.7.0 // tests: differences that can be read
	github.com/google/uuid v1.6.0 // UUID version 7
	github.com/gowebpki/jcs v1.0.2 // canonical JSON (RFC 8785) for proofs
	github.com/jackc/pgx/v5 v5.12.0 // PostgreSQL behind database/sql
	github.com/jba/templatecheck v0.7.1 // tests: templates against their structs
	github.com/microcosm-cc/bluemonday v1.0.27 // sanitising of others' HTML
	github.com/mr-tron/base58 v1.3.0 // multibase keys and proof values
	github.com/nicksnyder/go-i18n/v2 v2.7.0 // plural rules of translations
	github.com/piprate/json-gold v0.7.0 // tests: our contexts expand as meant
	github.com/pressly/goose/v3 v3.29.0 // migrations
	github.com/prometheus/client_golang v1.25.0 // metrics on the debug listener
	github.com/remitly-oss/httpsig-go v1.2.0 // tests: another reading of RFC 9421
	github.com/rogpeppe/go-internal v1.16.0 // tests: stories that run the binary
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.2 // tests: profiles against the schemas of Murmurations
	github.com/wneessen/go-mail v0.8.1 // MIME, SMTP with STARTTLS and its ways to sign in
	github.com/yuin/goldmark v1.8.7 // markdown of protocols (CommonMark, GFM tables)
	golang.org/x/crypto v0.58.0 // argon2id
	golang.org/x/image v0.47.0 // scaling and WebP
	golang.org/x/net v0.61.0 // HTML parsing, registrable domains, IDNA
	golang.org/x/sync v0.24.0 // one fetch for many who wait
	golang.org/x/text v0.43.0 // folding of words for the search
	modernc.org/sqlite v1.60.1 // SQLite without cgo
	pgregory.net/rapid v1.3.0 // tests: properties
	rsc.io/qr v0.2.0 // QR codes of invitations, posters and listings
)

require (
	github.com/aymerick/douceur v0.2.0 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/caddyserver/zerossl v0.1.6 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/dunglas/httpsfv v1.0.2 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/fxamacker/cbor/v2 v2.9.4 // indirect
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/go-webauthn/x v0.3.1 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/google/safehtml v0.0.2 // indirect
	github.com/gorilla/css v1.0.1 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/klauspost/cpuid/v2 v2.4.0 // indirect
	github.com/libdns/libdns v1.1.1 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mfridman/interpolate v0.0.2 // indirect
	github.com/mholt/acmez/v3 v3.1.7 // indirect
	github.com/miekg/dns v1.1.73 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/pquerna/cachecontrol v0.0.0-20180517163645-1555304b9b35 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/sethvargo/go-retry v0.5.0 // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	github.com/zeebo/blake3 v0.2.4 // indirect
	github.com/zeebo/xxh3 v1.0.2 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	go.uber.org/zap/exp v0.3.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/tools v0.51.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
	modernc.org/libc v1.78.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
