// Package regiontest tells stories of regions between several co-ops, each with a store of its own: what package region asks of a store is held there,
// and what its use cases promise is seen from all sides. Papers are strings here; how they look and are signed is the federation's.
package regiontest
