package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"toadlane/coop"
	"toadlane/web"
)

// sentences are for errors that only somebody at the command line meets: what is wrong, and what to do. {Name} is a value.
var sentences = map[string]string{
	"node.none":          "There is no node in {Dir}. Name its folder with --data, or make one: toadlane serve --data {Dir} --base https://your.domain, then open that address in a browser (toadlane setup does it from here).",
	"node.folder":        "The folder {Dir} cannot be used. See that it exists, is yours and is not full.",
	"node.settings":      "{Dir}/node.json is damaged. Put it right, or take it away and name the address once with --base.",
	"coop.none":          "The node in {Dir} has no co-op yet. Run toadlane setup, or serve it and open /setup in a browser.",
	"setup.done":         "The node in {Dir} is set up already. Change the co-op in the browser, or choose another folder with --data.",
	"base.invalid":       "That is no address of a node. Write it like https://bakery.example, without anything after the name.",
	"base.plain":         "A node that others can reach needs https. Write https://…; plain http is for names under .localhost.",
	"base.port":          "A node that others can reach has no port in its address. Let a proxy listen on 443, or use --tls.",
	"base.name":          "A node that others can reach needs a domain name, such as bakery.example.",
	"base.pinned":        "This node is {Pinned} and stays so, because everything it ever sent begins with that. Start it without --base, or make a new node in another folder.",
	"master.none":        "The master key is not where it should be ({Dir}/master.key or --master-key). Put it back from your recovery sheet: without it the node cannot sign.",
	"master.open":        "Others on this machine can read the master key. Run: chmod 0400 {Dir}/master.key",
	"master.invalid":     "The master key is not one line of 43 letters and digits. Write it again from your recovery sheet.",
	"key.sealed":         "This master key does not open the keys of this node. It belongs to another one; look for the right recovery sheet.",
	"listen.taken":       "Nothing can listen on {Address} ({Cause}). Stop what is there, or choose another with --listen.",
	"proxy.invalid":      "A trusted proxy is written as a network, such as 127.0.0.1/32 or 10.1.0.0/16.",
	"store.locked":       "Another toadlane serves the folder {Dir}. Stop that one first; every other command works beside it.",
	"store.newer":        "The data in {Dir} was written by a newer toadlane. Install that version, or a later one.",
	"store.unavailable":  "The database cannot be reached or written. See whether it runs and whether the disk is full; nothing was half-written.",
	"store.address":      "A database address begins with postgres://. Leave --db out for a file in the folder.",
	"store.folder":       "No folder was given. Name one with --data.",
	"restore.not_empty":  "The folder {Dir} is not empty. Restore into a new one: --data NEWDIR.",
	"backup.damaged":     "That backup is damaged or not one of ours. Use another one; toadlane verify --backup FILE tells whether one is good.",
	"backup.unwritten":   "The backup could not be written. See whether the disk is full and the folder is yours; nothing half-written is left.",
	"listing.unknown":    "There is no such listing in {Dir}. Give its address or its id: toadlane listing list --local --all --data {Dir} shows them.",
	"listing.foreign":    "That listing belongs to a neighbour, and only they can change it. To be without all of theirs, unfollow them in the browser, at /admin/peers.",
	"listing.state":      "That listing has ended, or cannot be changed like that as it stands: toadlane listing list --local --all --data {Dir} shows how.",
	"person.unknown":     "Nobody here has that name. See who there is: toadlane user list --data {Dir}",
	"folder.full":        "The folder {Dir} holds something else. Name a new one.",
	"folder.unusable":    "{Path} cannot be read or written ({Cause}). See that it is yours and the disk is not full.",
	"git.none":           "That needs git, which is not installed here: apt install git. Without --git, or with --no-history, it works without.",
	"git.dirty":          "Something in {Dir} was changed and not committed. Commit it or take it back, then try again.",
	"git.failed":         "git {What} did not work: {Said}",
	"handbook.refused":   "Pages that could not be taken: {Count}. What is said above tells why; the others are here.",
	"protocol.state":     "It is in use, and a change of it needs a motion: propose it in the browser, at /handbook.",
	"protocol.stale":     "It is not the page that is here under that name, or an older text of it. Rename the file, or write slug: another above its text.",
	"protocol.in_motion": "A motion on it is open. Decide on that first.",
	"photo.unreadable":   "That picture cannot be read. Use a JPEG, PNG, GIF or WebP file.",
	"photo.large":        "That picture file is larger than we take (toadlane limits, UploadBody). Make it smaller.",
	"photo.pixels":       "That picture has more pixels than we take (toadlane limits, ImagePixels). Make it smaller.",
}

// flags are the flags of fields that are called otherwise: a flag is given once for each of several.
var flags = map[string]string{"prices": "price", "modes": "mode", "photos": "photo", "tags": "tag", "body": "text"}

func flagOf(field string) string {
	if f, ok := flags[field]; ok {
		return f
	}
	return strings.ReplaceAll(field, "_", "-")
}

// spoken is the language of whoever typed the command (POSIX.1-2024, 8.2): the first of these that is set says it, such as
// pt_BR.UTF-8. "" is English.
func spoken(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if s := env(name); s != "" {
			s, _, _ = strings.Cut(s, ".")
			s, _, _ = strings.Cut(s, "@")
			return s
		}
	}
	return ""
}

// sentence tells what is wrong in words for whoever typed the command. What has no words of its own is told with its cause: at
// the command line there is nobody to hide it from.
// Positional are the command's arguments that are no flags, so that what is wrong with one is not said of a flag.
func sentence(err error, dir string, positional ...string) string {
	return sentenceIn(spoken(os.Getenv), err, dir, positional...)
}

func sentenceIn(lang string, err error, dir string, positional ...string) string {
	words, werr := web.Words()
	if werr != nil {
		words = func(_, key string, _ map[string]any) string { return key }
	}
	if fields := coop.Fields(err); len(fields) > 0 {
		lines := make([]string, len(fields))
		for i, f := range fields {
			name := flagOf(f.Field)
			if slices.Contains(positional, name) {
				name = "<" + name + ">"
			} else {
				name = "--" + name
			}
			lines[i] = name + ": " + words(lang, f.Key, f.Args)
		}
		return strings.Join(lines, "\n          ")
	}
	var e *coop.Error
	if !errors.As(err, &e) {
		return err.Error() + "."
	}
	if s, ok := sentences[e.Key]; ok {
		args := []string{"{Dir}", dir}
		for k, v := range e.Args {
			args = append(args, "{"+k+"}", fmt.Sprint(v))
		}
		return strings.NewReplacer(args...).Replace(s)
	}
	s := words(lang, e.Key, e.Args)
	if s == e.Key {
		return err.Error() + "."
	}
	if e.Class == coop.Internal || e.Class == coop.Unavailable {
		return s + " (" + err.Error() + ")"
	}
	return s
}
