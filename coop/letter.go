package coop

import "time"

// Letter is a mail to be written: who it is for and what it is about. Its words are made when it is sent.
type Letter struct {
	ID       ID
	Kind     LetterKind
	Person   ID                // one of us, or ""
	Email    string            // somebody without an account, or ""; forgotten once the letter is sent
	Language string            // for Email
	Subject  string            // id of the thread, listing or search it is about
	Args     map[string]string // plain data for its words; forgotten once the letter is sent
	Due      time.Time         // zero: now. A letter of the same Kind, receiver and Subject that still waits is not queued twice
	Created  time.Time
}

// LetterKind says what a letter is about.
type LetterKind string

// The kinds of letters.
const (
	LetterMessage  LetterKind = "message"  // somebody wrote to a member; Subject: the thread
	LetterAnswer   LetterKind = "answer"   // a member wrote to somebody known by an e-mail address alone; Subject: the thread
	LetterReminder LetterKind = "reminder" // a listing ends soon; Subject: the listing
	LetterDigest   LetterKind = "digest"   // what is new; Subject: the day it is made for
	LetterAlert    LetterKind = "alert"    // a saved search found something; Subject: the search
	LetterInvite   LetterKind = "invite"   // a way in; Subject: the invite
	LetterTest     LetterKind = "test"     // a steward tries whether mail arrives
	LetterReview   LetterKind = "review"   // a protocol is to be looked at again; Subject: the protocol, Args: its Name and Slug
)
