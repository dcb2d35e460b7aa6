package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"toadlane/coop"
	"toadlane/internal/limits"
)

// justSignedIn tells whether the sign-in is fresh enough to add a key or delete the account: a browser left open must not be
// enough.
func (v *visit) justSignedIn() bool {
	if v.me == nil {
		return false
	}
	born := time.Unix(v.site.sessions.GetInt64(v.r.Context(), inBorn), 0)
	return v.site.cfg.Now().Sub(born) <= limits.FreshLogin
}

func (v *visit) mustBeFresh() error {
	if v.justSignedIn() {
		return nil
	}
	return coop.Errorf(coop.Forbidden, "login.again", "sign-in of %s is old", v.me.Person)
}

// passkeyAddBegin hands out what a device needs to make a passkey for whoever is signed in.
func (s *Site) passkeyAddBegin(v *visit) error {
	if err := v.mustBeFresh(); err != nil {
		return err
	}
	if len(v.me.Passkeys) >= limits.PasskeysPerUser {
		return coop.Errorf(coop.Conflict, "passkey.many", "%s has %d", v.me.Person, len(v.me.Passkeys))
	}
	h := keyHolder{*v.me, v.person, s.cfg.Base.Host()}
	creation, session, err := s.passkeys.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return err
	}
	if err := v.keepCeremony(session); err != nil {
		return err
	}
	return v.json(http.StatusOK, creation)
}

// passkeyAddEnd keeps the passkey that the device made.
func (s *Site) passkeyAddEnd(v *visit) error {
	if err := v.mustBeFresh(); err != nil {
		return err
	}
	session, err := v.ceremony()
	if err != nil {
		return err
	}
	credential, err := s.passkeys.FinishRegistration(keyHolder{*v.me, v.person, s.cfg.Base.Host()}, session, v.r)
	if err != nil {
		return coop.Errorf(coop.Invalid, "passkey.failed", "add passkey: %w", err)
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	name := strings.TrimSpace(v.r.URL.Query().Get("name"))
	if name == "" || coop.Line("name", name, 1, 60) != nil {
		name = v.t("passkey.unnamed")
	}
	k := coop.Passkey{ID: credential.ID, Name: name, Data: data, Created: s.cfg.Now().UTC()}
	err = s.cfg.Coop.ChangeAccount(v.r.Context(), v.by, v.me.Person, v.keep(), "passkey.added", func(a *coop.Account) error {
		if len(a.Passkeys) >= limits.PasskeysPerUser {
			return coop.Errorf(coop.Conflict, "passkey.many", "%d passkeys", len(a.Passkeys))
		}
		a.Passkeys = append(a.Passkeys, k)
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.renew(); err != nil {
		return err
	}
	return v.json(http.StatusOK, nextStep{"/me/security?done=done.passkey_added"})
}

// passkeyRemove takes a passkey away, but not the last way in.
func (s *Site) passkeyRemove(v *visit) error {
	id, err := base64.RawURLEncoding.DecodeString(v.param("key"))
	if err != nil {
		return coop.Errorf(coop.NotFound, "error.not_found", "passkey: %w", err)
	}
	err = s.cfg.Coop.ChangeAccount(v.r.Context(), v.by, v.me.Person, v.keep(), "passkey.removed", func(a *coop.Account) error {
		left := make([]coop.Passkey, 0, len(a.Passkeys))
		for _, k := range a.Passkeys {
			if !bytes.Equal(k.ID, id) {
				left = append(left, k)
			}
		}
		switch {
		case len(left) == len(a.Passkeys):
			return coop.Errorf(coop.NotFound, "error.not_found", "passkey of %s", a.Person)
		case len(left) == 0 && a.PasswordHash == "":
			return coop.Errorf(coop.Conflict, "passkey.last", "%s has no password", a.Person)
		}
		a.Passkeys = left
		return nil
	})
	if err != nil {
		return err
	}
	if err := v.renew(); err != nil {
		return err
	}
	return v.done("/me/security#keys", "done.passkey_removed")
}
