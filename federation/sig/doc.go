// Package sig owns everything that proves who sent something: HTTP signatures of both kinds (draft-cavage-12 and RFC 9421),
// body digests, FEP-8b32 object proofs, and the keys behind them. It is the only importer of signature libraries. It knows
// nothing of activities, storage or fetching: keys come through a KeySource, and what a verified request may do is decided
// by whoever takes the Verified.
//
// # Signing
//
// Draft-cavage signatures are made with github.com/go-ap/httpsig, by its parts BuildSignatureData and Algorithm.Sign. Its
// Signer.Sign is not used: it reads the wall clock, so a time cannot be handed in, and it adds an unsigned created and
// expires=+60s. Its request target is the decoded path, so it is given a copy of the request whose path is the raw target.
//
// RFC 9421 signatures are made and verified with the signature base in this package. github.com/remitly-oss/httpsig-go
// (v1.2.0) was looked at for both: it builds @target-uri from URL.RawPath, which is empty for most addresses, and leaves
// out the question mark; it signs the decoded path as @path; it gives empty text for @scheme and @request-target; and its
// clock cannot be set. The tests use it as an independent second opinion.
//
// # Verifying
//
// The Verifier is our own for both kinds, since go-ap's is not fit for strangers: it refuses hs2019 and a missing
// algorithm (all of GoToSocial), checks neither Digest nor Date, reads the decoded path, takes rsa-sha1, and can be talked
// into HMAC with the public key as the secret. Here the type of the key decides the algorithm; what the header says can
// only narrow it.
//
// # Replays
//
// A byte-for-byte replay inside the time window verifies again, on purpose: there is no table of seen signatures here. The
// inbox drops it by (peer actor, activity id) in the transaction that would have the effect.
package sig
