// Package kit owns what benchmarks and the load program share: processor time by getrusage, the limits of this machine measured
// in the same process, a client that costs as little as one can, and peers that sign. It refuses to leave the loopback
// interface, and to know what is measured.
package kit
