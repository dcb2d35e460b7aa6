// Package federation is ActivityPub in and out: it serves our actors and their collections, takes what verified peers send,
// tells them what happened here, and follows other co-ops. It refuses to know how anything is stored, and what a page looks
// like.
package federation
