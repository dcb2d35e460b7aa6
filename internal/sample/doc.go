// Package sample owns four believable co-ops with people, listings and drawn photos, for the demonstration and for tests. It is
// plain content: it refuses to know how a node is started or anything kept.
package sample
