package coop

import (
	"errors"
	"fmt"
)

// Class says what sort of failure an error is; the outer layers turn it into a status code.
type Class uint8

// The error classes.
const (
	Internal        Class = iota // a fault of ours; the cause is logged and never shown
	Invalid                      // what was asked for makes no sense; say which field
	NotFound                     // no such thing, or not for this reader
	Gone                         // it was here and has been deleted
	Forbidden                    // known, but not allowed
	Unauthenticated              // sign in first
	Conflict                     // somebody else was quicker, or the state does not allow it
	TooMany                      // a limit was passed; later is fine
	Unavailable                  // disk full, database away; later is fine and nothing was half-written
)

// Error is a failure with a class, a key of the sentence that tells a person about it, and a cause for the log.
type Error struct {
	Class Class
	Key   string         // e.g. "listing.expired"; a sentence in the translation files
	Field string         // form field it is about, or ""
	Args  map[string]any // values the sentence names
	cause error
}

// Error gives the key and the cause, for the log only.
func (e *Error) Error() string {
	s := e.Key
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Errorf makes an error of a class whose sentence is key. The rest is the cause, formatted as by fmt.Errorf; %w wraps.
func Errorf(class Class, key, format string, args ...any) error {
	return &Error{Class: class, Key: key, cause: fmt.Errorf(format, args...)}
}

// FieldError is an Invalid error about one field, with the values its sentence names.
func FieldError(field, key string, args map[string]any) error {
	return &Error{Class: Invalid, Key: key, Field: field, Args: args}
}

// ClassOf finds the class of err: that of the first *Error in its tree, Internal when there is none.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Internal
}

// KeyOf finds the sentence key of err, "error.internal" when there is none.
func KeyOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Key
	}
	return "error.internal"
}

// Fields lists the field errors in err's tree, in order, so that a form can show each beside its field.
func Fields(err error) []*Error {
	var out []*Error
	var walk func(error)
	walk = func(err error) {
		switch x := err.(type) {
		case nil:
		case *Error:
			if x.Field != "" {
				out = append(out, x)
				return
			}
			walk(x.cause)
		case interface{ Unwrap() []error }:
			for _, e := range x.Unwrap() {
				walk(e)
			}
		case interface{ Unwrap() error }:
			walk(x.Unwrap())
		}
	}
	walk(err)
	return out
}
