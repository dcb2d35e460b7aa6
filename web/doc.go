// Package web owns what people see in a browser: pages, forms, sessions, feeds, static files and their translations. It
// refuses to know how anything is stored or sent: it calls the use cases of the domain packages and, for the steward's pages,
// reads the rows that the interfaces in site.go name.
package web
