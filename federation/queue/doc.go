// Package queue owns the rows between us and our peers: events to tell, activities told, deliveries, what came in, peers,
// followers and hosts; and the loop, the retry schedule and the circuit breaker that work on them. It refuses to know what an
// activity says.
package queue
