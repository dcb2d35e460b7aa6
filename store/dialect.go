package store

// dialect holds the few fragments of SQL that differ. All other text is written once, with $1, and runs on both.
type dialect struct {
	name  string
	claim string // ends a SELECT whose rows this transaction takes, so that another worker takes others
	hold  string // ends a SELECT whose rows no other transaction may change until this one is over
}

var (
	sqlite   = dialect{name: "sqlite"} // one writer: whoever reads in a transaction holds everything
	postgres = dialect{name: "postgres", claim: " FOR UPDATE SKIP LOCKED", hold: " FOR UPDATE"}
)
