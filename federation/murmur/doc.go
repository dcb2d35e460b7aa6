// Package murmur spells what a Murmurations index reads, profiles of a co-op with its listings and members, and reads what it answers. It knows
// neither store nor HTTP, and no place that is not published. The schemas are those of the Murmurations Library (testdata/library), the answers those of
// MurmurationsServices at c0f00d3 (2026-07-17).
package murmur
