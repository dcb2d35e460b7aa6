package web

import (
	"testing"

	"toadlane/handbook"
)

// handbookWords are the words of the handbook's values, by the prefix of their keys.
var handbookWords = map[string][]string{
	"handbook.kind.":    said(handbook.Kinds),
	"handbook.status.":  said(handbook.Statuses),
	"handbook.turn.":    said(handbook.Turns),
	"handbook.method.":  said(handbook.Methods),
	"handbook.motion.":  said([]handbook.MotionState{handbook.MotionOpen, handbook.MotionPassed, handbook.MotionRejected, handbook.MotionWithdrawn, handbook.MotionClashing}),
	"handbook.answer.":  append(said(handbook.Consent.Answers()), said(handbook.Vote.Answers())...),
	"handbook.outcome.": said(handbook.Outcomes),
	"handbook.manner.":  said(handbook.Manners),
	"handbook.offer.":   said([]handbook.OfferState{handbook.OfferReceived, handbook.OfferForwarded, handbook.OfferMerged, handbook.OfferRejected, handbook.OfferSuperseded}),
	"handbook.take.":    said(handbook.Takes),
	"handbook.empty.":   said(handbook.EmptyShares),
	"handbook.sort.":    said(handbook.Sorts),
	"handbook.change.":  said([]handbook.Change{handbook.Removed, handbook.Added}), // what was kept needs no word
}

func init() {
	composed["handbook.decided_"] = said(handbook.Methods)
	composed["handbook.use_"] = said(handbook.Manners)
	composed["handbook.method_hint."] = said(handbook.Methods)
	composed["handbook.turn_hint."] = said(handbook.Turns)
	composed["handbook.passed_"] = []string{"", "yes", "no"}
	composed["handbook.held_"] = said(handbook.Manners)
	composed["handbook.manner_hint."] = said(handbook.Manners)
	composed["handbook.part_"] = []string{"gone", "new", "renamed", "changed"}
	composed["handbook.whose_"] = []string{"", "ours", "theirs"}
	for prefix, values := range handbookWords {
		composed[prefix] = values
	}
}

// Every value of the handbook has words in every language, also before a page shows it.
func TestHandbookValuesHaveWords(t *testing.T) {
	t.Parallel()
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	for prefix, values := range handbookWords {
		for _, v := range values {
			for tag, tongue := range tongues {
				if !tongue.has(prefix + v) {
					t.Errorf("%s has no words for %s%s", tag, prefix, v)
				}
			}
		}
	}
	// Those that the store and the domain put into a Key or a scan, which no search for calls finds.
	for _, key := range []string{"protocol.unknown", "revision.unknown", "motion.unknown", "adoption.unknown", "offer.unknown", "draft.unknown", "merge.open", "motion.many", "slug.taken"} {
		for tag, tongue := range tongues {
			if !tongue.has(key) {
				t.Errorf("%s has no words for %s", tag, key)
			}
		}
	}
}
