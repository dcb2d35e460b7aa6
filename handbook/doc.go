// Package handbook owns the protocols of a co-op: texts with a history that nobody can rewrite, the motions by which they change, and what
// other co-ops do with them: adopt, adapt, give back. It refuses to know how any of it is stored, sent or shown, and what day it is.
// docs/handbook.md says how the parts fit.
package handbook
