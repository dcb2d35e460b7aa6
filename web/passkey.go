package web

import (
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// newPasskeys sets up WebAuthn for this node: the relying party is the host, without its port (WebAuthn level 3 §5.1.2), and the
// person is always verified by their device.
func newPasskeys(cfg *Config) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID:          cfg.Base.Hostname(),
		RPDisplayName: cfg.Base.Host(),
		RPOrigins:     []string{cfg.Base.Origin()},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
		AttestationPreference: protocol.PreferNoAttestation,
	})
}
