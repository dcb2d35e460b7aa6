//go:build !linux

package store

// localDisk takes every folder: other systems have no common way to ask what a folder is on.
func localDisk(string) error { return nil }
