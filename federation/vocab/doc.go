// Package vocab owns the spelling of what leaves and enters the node: ActivityStreams 2.0 with the marketplace terms of
// FEP-0837 and our own, WebFinger, NodeInfo and host-meta. Writers turn domain values into bytes; decoders turn strangers'
// documents into domain values, liberal in shapes and strict in bounds.
//
// It refuses to know who sends what to whom, what is stored, and how anything is signed. It is the only importer of
// go-fed/activity, whose types build what ActivityStreams itself can say; what that library loses (language maps, exact
// numbers, terms it does not know, the order of members) is added here, with our own fixed contexts.
package vocab
