// Package outbound owns every connection this program opens to an address that somebody else chose: one client, one
// place that decides where it may go, one function that fetches ActivityPub documents. Nothing else in the program dials
// or makes an HTTP client; internal/archtest sees to that.
//
// It knows neither signatures (the caller passes a Sign function) nor what the documents mean, and it keeps nothing
// but connections.
package outbound
