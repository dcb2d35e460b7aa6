package vocab

import (
	"strings"

	"toadlane/federation/sig"
	"toadlane/internal/strictjson"
)

// TakesEd25519 tells whether an actor's server verifies RFC 9421 signatures made with an Ed25519 key: its software says that it
// implements RFC 9421 (FEP-844e: implements of the actor's generator, or of a server's own actor), and it is Toad Lane, or the
// actor has such a key itself (FEP-521a: a Multikey in assertionMethod). Either alone is no sign: some servers have the key for
// proofs only, others know RFC 9421 for RSA only.
func TakesEd25519(actor strictjson.Object) bool {
	software := actor.Object("generator")
	if actor.Is("Application") && actor.Has("implements") {
		software = actor
	}
	if !implementsRFC9421(software) {
		return false
	}
	if software.Str("name") == softwareName {
		return true
	}
	id, ok := actor.ID()
	for _, k := range actor.Objects("assertionMethod") {
		controller, _ := k.IRI("controller")
		if _, err := sig.ParseMultikey(k.Str("publicKeyMultibase")); err == nil && ok && controller == id && k.Is("Multikey") {
			return true
		}
	}
	return false
}

// implementsRFC9421 reads the list of FEP-844e: objects with href or id, or bare addresses.
func implementsRFC9421(software strictjson.Object) bool {
	for _, v := range software.List("implements") {
		address := v.Str()
		if o, ok := v.Object(); ok {
			if address = o.Str("href"); address == "" {
				address = o.Str("id")
			}
		}
		// datatracker.ietf.org/doc/html/rfc9421, www.rfc-editor.org/rfc/rfc9421.html, urn:ietf:rfc:9421
		address = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".html"))
		if strings.HasPrefix(address, "https://") && strings.HasSuffix(address, "/rfc9421") || address == "urn:ietf:rfc:9421" {
			return true
		}
	}
	return false
}
