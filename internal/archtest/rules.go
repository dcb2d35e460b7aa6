package archtest

// Rule is one thing that is kept.
type Rule struct {
	Name  string
	Check func([]*File) []Finding
}

// Rules lists them all.
func Rules() []Rule {
	return []Rule{
		{"own imports", ownImports},
		{"kept imports", keptImports},
		{"no cgo", noCgo},
		{"no dot imports", dotImports},
		{"only outbound dials", onlyOutboundDials},
		{"no insecure TLS", noInsecureTLS},
		{"strict JSON only", strictJSONOnly},
		{"one safe HTML", oneSafeHTML},
		{"no context values", noContextValues},
		{"no clock in the domain", noClockInDomain},
		{"honest tests", honestTests},
		{"no SELECT *", noSelectStar},
		{"one package comment", onePackageComment},
		{"house names", houseNames},
	}
}
