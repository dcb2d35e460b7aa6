package handbook

import (
	"context"
	"fmt"
	"time"

	"toadlane/coop"
)

// Answer gives by's answer to an open motion: r's Answer, Constituency and Words. It takes the place of the one they gave before. Whoever became
// a member after a vote opened has none in it, since the heads were counted then. Errors: Unauthenticated, NotFound; Conflict, key
// motion.state, when it is not open; Forbidden, key motion.no_vote; Invalid, naming the field.
func (s *Service) Answer(ctx context.Context, by coop.Actor, motion coop.ID, r Response) (Response, error) {
	if err := mustSignIn(by, "answer a motion"); err != nil {
		return r, err
	}
	err := s.Store.Write(ctx, func(tx Tx) error {
		m, err := tx.Motion(motion)
		if err != nil {
			return err
		}
		who, err := tx.Person(by.Person())
		if err != nil {
			return err
		}
		r.Motion, r.Person, r.At = m.ID, who.ID, s.now()
		var groups []string
		if who.Constituency != "" {
			groups = []string{who.Constituency}
		}
		if m.Terms.Method == Vote && who.Created.After(m.Opens) {
			return coop.Errorf(coop.Forbidden, "motion.no_vote", "%s joined after motion %s opened", by, m.ID)
		}
		if err := m.CheckResponse(&r, groups, r.At); err != nil {
			return err
		}
		return tx.PutResponse(r)
	})
	if err != nil {
		return r, fmt.Errorf("answer motion %s: %w", motion, err)
	}
	return r, nil
}

// Remark is what a member says about a motion. It stays with the members.
type Remark struct {
	ID     coop.ID
	Motion coop.ID
	Person coop.ID
	At     time.Time
	Words  string
}

// Talk says something about a motion that is open or clashing. Errors: Unauthenticated, NotFound, Invalid about "words"; Conflict, key
// motion.state.
func (s *Service) Talk(ctx context.Context, by coop.Actor, motion coop.ID, words string) (Remark, error) {
	r := Remark{Motion: motion, Person: by.Person(), Words: words}
	if err := mustSignIn(by, "talk about a motion"); err != nil {
		return r, err
	}
	if err := coop.Lines("words", words, 1, MaxWords); err != nil {
		return r, err
	}
	r.ID, r.At = s.NewID(), s.now()
	err := s.Store.Write(ctx, func(tx Tx) error {
		m, err := tx.Motion(motion)
		if err != nil {
			return err
		}
		if m.State != MotionOpen && m.State != MotionClashing {
			return coop.Errorf(coop.Conflict, "motion.state", "motion %s is %s", m.ID, m.State)
		}
		return tx.PutRemark(r)
	})
	if err != nil {
		return r, fmt.Errorf("talk about motion %s: %w", motion, err)
	}
	return r, nil
}
