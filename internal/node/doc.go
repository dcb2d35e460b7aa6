// Package node owns the wiring of one whole node: its folder and secrets, the store, the use cases, the federation, the pages
// and the server with its bounds. The program, the demonstration and the tests all run what is wired here. It refuses to
// decide anything that is not wiring.
package node
