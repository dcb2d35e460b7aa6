// Command toadlane is a co-op's own node: it publishes offers and wants, and follows those of other co-ops. This package owns
// the command line: what can be asked, in which words the answer comes, and with which exit code. It refuses to decide
// anything else.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a container without zone files must still know when a day ends

	"toadlane/internal/node"
)

func main() { os.Exit(run()) }

// run is the program: 0 when it did what was asked, 1 when it could not, 2 when what was asked makes no sense.
func run() int {
	// Keys and private words lie in the files that we make: nobody else on this machine may read them.
	syscall.Umask(0o077)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return command(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, node.Version())
}
