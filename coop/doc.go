// Package coop owns the co-op itself, its people and memberships, its places, and the small kernel that every other
// package shares: IRI, ID, Actor (who acts), Event (a frozen fact to tell others) and the error classes.
//
// It imports the standard library only. It knows no JSON tags, no SQL, no HTTP and no clock: time and ids come in.
package coop
