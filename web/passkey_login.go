package web

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"toadlane/coop"
)

// keyHolder is a person as WebAuthn sees them.
type keyHolder struct {
	account coop.Account
	person  coop.Person
	host    string
}

func (h keyHolder) WebAuthnID() []byte          { return []byte(h.account.Person) }
func (h keyHolder) WebAuthnName() string        { return h.person.Handle + "@" + h.host }
func (h keyHolder) WebAuthnDisplayName() string { return h.person.DisplayName }

func (h keyHolder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(h.account.Passkeys))
	for _, k := range h.account.Passkeys {
		var c webauthn.Credential
		if json.Unmarshal(k.Data, &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

// json answers a script.
func (v *visit) json(status int, x any) error {
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	v.route.kept = false
	v.bytes(status, "application/json", b)
	return nil
}

// keepCeremony remembers the challenge in the session; ceremony takes it out, so that it serves once.
func (v *visit) keepCeremony(d *webauthn.SessionData) error {
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	v.site.sessions.Put(v.r.Context(), inKey, string(b))
	return nil
}

func (v *visit) ceremony() (d webauthn.SessionData, err error) {
	if !v.hasSession() {
		return d, coop.Errorf(coop.Invalid, "passkey.failed", "no ceremony")
	}
	s := v.site.sessions.PopString(v.r.Context(), inKey)
	if s == "" || json.Unmarshal([]byte(s), &d) != nil {
		return d, coop.Errorf(coop.Invalid, "passkey.failed", "no ceremony")
	}
	return d, nil
}

// nextStep tells the script where to go.
type nextStep struct {
	Next string `json:"next"`
}

// passkeyLoginBegin hands out a challenge that any passkey for this host may answer.
func (s *Site) passkeyLoginBegin(v *visit) error {
	options, session, err := s.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return err
	}
	if err := v.keepCeremony(session); err != nil {
		return err
	}
	return v.json(http.StatusOK, options)
}

// passkeyLoginEnd checks the answer and signs in. A counter that went back tells of a copied key and is refused.
func (s *Site) passkeyLoginEnd(v *visit) error {
	session, err := v.ceremony()
	if err != nil {
		return err
	}
	refuse := func(cause error) error {
		return coop.Errorf(coop.Forbidden, "passkey.failed", "passkey sign-in: %w", cause)
	}
	var holder keyHolder
	var storeErr error
	_, credential, err := s.passkeys.FinishPasskeyLogin(func(rawID, userHandle []byte) (webauthn.User, error) {
		a, err := s.cfg.CoopStore.AccountByPasskey(v.r.Context(), rawID)
		if err != nil {
			if coop.ClassOf(err) != coop.NotFound {
				storeErr = err
			}
			return nil, err
		}
		if a.Disabled || string(userHandle) != string(a.Person) {
			return nil, coop.Errorf(coop.Forbidden, "passkey.failed", "handle does not fit the key")
		}
		p, err := s.cfg.CoopStore.Person(v.r.Context(), a.Person)
		if err != nil {
			storeErr = err
			return nil, err
		}
		holder = keyHolder{a, p, s.cfg.Base.Host()}
		return holder, nil
	}, session, v.r)
	if storeErr != nil {
		return storeErr
	}
	if err != nil {
		return refuse(err)
	}
	if credential.Authenticator.CloneWarning {
		return refuse(coop.Errorf(coop.Forbidden, "passkey.failed", "counter went back"))
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	if err := s.refreshAccount(v.r.Context(), holder.account.Person, func(a *coop.Account) {
		for i := range a.Passkeys {
			if bytes.Equal(a.Passkeys[i].ID, credential.ID) {
				a.Passkeys[i].Data, a.Passkeys[i].LastUsed = data, s.cfg.Now().UTC()
			}
		}
	}); err != nil {
		return err
	}
	if err := v.begin(holder.account.Person); err != nil {
		return err
	}
	return v.json(http.StatusOK, nextStep{localPath(v.r.URL.Query().Get("next"))})
}
