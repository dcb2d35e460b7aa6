//go:build !failpoint

package failpoint

// Here is a place where a process may die.
func Here(string) {}
