// Package store keeps everything a node knows: SQLite in the node's folder by default, or PostgreSQL, with the same SQL
// text on both. It owns the schema, the transactions, the search and the media files, and it satisfies the Store
// interfaces that its consumers declare (coop, market, federation/queue, web). It knows no HTTP, no JSON of the fediverse
// and no rule of the domain beyond what keeps rows whole.
package store
