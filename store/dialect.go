package store

// dialect holds the few fragments of SQL that differ. All other text is written once, with $1, and runs on both.
type dialect struct {
	name  string
	claim string // ends a SELECT whose rows this transaction takes, so that another worker takes others
	blob string // name of the type of bytes
}

var (
	sqlite   = dialect{name: "sqlite", claim: "", blob: "BLOB"}
	postgres = dialect{name: "postgres", claim: " FOR UPDATE SKIP LOCKED", blob: "BYTEA"}
)
