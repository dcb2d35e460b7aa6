package coop

// Role is what a person may do on this node beyond what every member may.
type Role string

// The roles, from least to most.
const (
	RoleMember  Role = "member"
	RoleSteward Role = "steward" // looks after the node: peers, people, moderation
)

// Valid tells whether r is a known role.
func (r Role) Valid() bool { return r == RoleMember || r == RoleSteward }

// Actor is who acts. It is an argument of every use case, never a context value: an actor in a context outlives the check
// that put it there.
type Actor struct {
	kind   actorKind
	person ID
	role   Role
	iri    IRI
	name   string
}

type actorKind uint8

const (
	anonymous actorKind = iota
	member
	remote
	system
	guest
)

// Anonymous is somebody who is not signed in: the zero Actor.
func Anonymous() Actor { return Actor{} }

// Member is a signed-in person of this co-op.
func Member(person ID, role Role) Actor { return Actor{kind: member, person: person, role: role} }

// Remote is an actor of another server whose signature was verified.
func Remote(iri IRI) Actor { return Actor{kind: remote, iri: iri} }

// Guested is somebody without an account who holds the link of the conversation with this id, and may do nothing but talk in it.
func Guested(thread ID) Actor { return Actor{kind: guest, name: string(thread)} }

// System is the node itself, acting for a reason such as "expiry" or "command line".
func System(reason string) Actor { return Actor{kind: system, name: reason} }

// Person is the acting member's id, or "" when no member acts.
func (a Actor) Person() ID { return a.person }

// IRI is the acting remote actor's address, or "" when none acts.
func (a Actor) IRI() IRI { return a.iri }

// Guest is the conversation that the acting guest holds the link of, or "" when none acts.
func (a Actor) Guest() ID {
	if a.kind != guest {
		return ""
	}
	return ID(a.name)
}

// SignedIn tells whether a member of this co-op acts.
func (a Actor) SignedIn() bool { return a.kind == member }

// IsSystem tells whether the node itself acts.
func (a Actor) IsSystem() bool { return a.kind == system }

// CanSteward tells whether a may look after the node: a steward, or the node itself from its command line.
func (a Actor) CanSteward() bool {
	return a.kind == system || a.kind == member && a.role == RoleSteward
}

// CanPost tells whether a may post and answer in the co-op's name.
func (a Actor) CanPost() bool { return a.kind == system || a.kind == member }

// String names the actor for the audit trail: "member:<id>", "remote:<iri>", "system:<reason>", "guest:<thread>" or "anonymous".
func (a Actor) String() string {
	switch a.kind {
	case member:
		return "member:" + string(a.person)
	case remote:
		return "remote:" + string(a.iri)
	case system:
		return "system:" + a.name
	case guest:
		return "guest:" + a.name
	default:
		return "anonymous"
	}
}
