// Package market owns offers and wants: listings with their price lines and quantities, their life from draft to done, the
// conversations they lead to, and what was agreed over them. It refuses to know how any of it is stored, sent or shown.
package market
