package handbook

import (
	"strings"
	"unicode/utf8"
)

// MaxTasks is how many task items of one text count.
const MaxTasks = 500

// Task is a task item of a text: "- [ ] Wash hands" (GitHub Flavored Markdown 0.29 §5.3).
type Task struct {
	N      int    // its place among the tasks of this revision, from 1: its name, since a revision never changes
	Text   string // its words without marks
	Done   bool   // ticked
	Under  string // anchor of the heading above it, "" when there is none
	Line   int    // from 1
	Prompt bool   // it ends in a question mark: something to answer rather than to do
}

// Tasks lists the task items of a text outside code, at any depth, at most MaxTasks. The lines that go on with an item belong to it.
func Tasks(source string) []Task {
	var out []Task
	headings := Headings(source)
	under, next := "", 0
	open := -1           // the indentation of the item that goes on, -1 when none does
	var words [][]string // of each item, by line
	for _, l := range markdownLines(source) {
		for ; next < len(headings) && headings[next].Line <= l.n; next++ {
			under, open = headings[next].Anchor, -1
		}
		rest, item := listMarker(l.text)
		first, done, task := cutTask(rest)
		switch {
		case item && task:
			if len(out) == MaxTasks {
				return finished(out, words)
			}
			out = append(out, Task{N: len(out) + 1, Done: done, Under: under, Line: l.n})
			words = append(words, []string{first})
			open = indent(l.text)
		case item || strings.TrimSpace(l.text) == "" || indent(l.text) <= open:
			open = -1
		case open >= 0:
			words[len(words)-1] = append(words[len(words)-1], strings.TrimSpace(l.text))
		}
	}
	return finished(out, words)
}

// finished gives the items their words and tells prompts.
func finished(all []Task, words [][]string) []Task {
	for i := range all {
		all[i].Text = plain(strings.Join(words[i], " "))
		last, _ := utf8.DecodeLastRuneInString(all[i].Text)
		all[i].Prompt = last == '?' || last == '؟' || last == '？' || last == '\u037e' // Arabic, full width, Greek
	}
	return all
}

// cutTask reads the box of a task item.
func cutTask(s string) (words string, done, ok bool) {
	if len(s) < 4 || s[0] != '[' || s[2] != ']' || s[3] != ' ' && s[3] != '\t' {
		return "", false, false
	}
	switch s[1] {
	case ' ':
	case 'x', 'X':
		done = true
	default:
		return "", false, false
	}
	words = strings.TrimSpace(s[4:])
	return words, done, words != ""
}

// Checklist lists the tasks of a text that are no prompts: what a standard of service asks for.
func Checklist(source string) []Task { return tasksWhere(source, false) }

// Prompts lists the questions of a text; one that is ticked is answered.
func Prompts(source string) []Task { return tasksWhere(source, true) }

func tasksWhere(source string, prompt bool) (out []Task) {
	for _, t := range Tasks(source) {
		if t.Prompt == prompt {
			out = append(out, t)
		}
	}
	return out
}
