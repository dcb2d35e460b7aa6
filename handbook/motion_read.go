package handbook

import (
	"context"
	"fmt"

	"toadlane/coop"
)

// MotionView is a motion with what a member may see of the answers to it.
type MotionView struct {
	Motion    Motion
	Protocol  Protocol
	Proposed  Revision // with its text
	Current   Revision // the text in use now, or the latest of a draft; zero where there is none or it is the proposed one
	Sight     Sight
	Answered  int // when Sight says so
	Mine      *Response
	Responses []Response // those that may be seen
	Tally     *Tally     // of a vote, when the figures may be seen
	Remarks   []Remark
	Rivals    []Motion // other open motions on the page
	Numbers   map[coop.ID]int
}

// Motion shows a motion to a member. Errors: Unauthenticated, NotFound.
func (s *Service) Motion(ctx context.Context, by coop.Actor, id coop.ID) (MotionView, error) {
	var v MotionView
	if err := mustMember(by, "see a motion"); err != nil {
		return v, err
	}
	if err := s.view(s.read(ctx), by, id, &v); err != nil {
		return v, fmt.Errorf("motion %s: %w", id, err)
	}
	return v, nil
}

func (s *Service) view(r Reader, by coop.Actor, id coop.ID, v *MotionView) (err error) {
	if v.Motion, err = r.Motion(id); err != nil {
		return err
	}
	m := &v.Motion
	if v.Protocol, err = r.Protocol(m.Protocol); err != nil {
		return err
	}
	if v.Proposed, err = r.Revision(m.Protocol, m.Revision); err != nil {
		return err
	}
	now := v.Protocol.InUse
	if now == "" {
		now = v.Protocol.Latest
	}
	if now != "" && now != m.Revision {
		if v.Current, err = r.Revision(m.Protocol, now); err != nil {
			return err
		}
	}
	all, err := r.Responses(id)
	if err != nil {
		return err
	}
	v.Sight = m.Sight(by)
	if v.Sight.Turnout {
		v.Answered = len(all)
	}
	v.Responses = m.Shown(all, by)
	for i := range v.Responses {
		if v.Responses[i].Person == by.Person() && by.SignedIn() {
			v.Mine = &v.Responses[i]
		}
	}
	switch {
	case m.Result != nil:
		v.Tally = m.Result.Tally
	case v.Sight.Figures && m.Terms.Method == Vote:
		t := m.Count(all)
		v.Tally = &t
	}
	if v.Remarks, err = r.Remarks(id); err != nil {
		return err
	}
	others, err := r.MotionsOf(m.Protocol)
	v.Numbers = Numbered(others)
	for _, o := range others {
		if o.State == MotionOpen && o.ID != id {
			v.Rivals = append(v.Rivals, o)
		}
	}
	return err
}

// Motions lists open motions, those that end first before others, or the others, latest first. Members may. Errors: Unauthenticated; Invalid, key
// cursor.invalid.
func (s *Service) Motions(ctx context.Context, by coop.Actor, open bool, limit int, cursor string) (list []Motion, next string, err error) {
	if err := mustMember(by, "list motions"); err != nil {
		return nil, "", err
	}
	if list, next, err = s.read(ctx).Motions(open, pageSize(limit), cursor); err != nil {
		return nil, "", fmt.Errorf("motions: %w", err)
	}
	return list, next, nil
}

// Numbered tells which of a page's motions each is, the first that was opened being 1. list is all of them, latest first.
func Numbered(list []Motion) map[coop.ID]int {
	out := make(map[coop.ID]int, len(list))
	for i := range list {
		out[list[i].ID] = len(list) - i
	}
	return out
}

// MotionsOf lists the motions on a page of ours, latest first. Members may. Class Unauthenticated.
func (s *Service) MotionsOf(ctx context.Context, by coop.Actor, protocol coop.ID) ([]Motion, error) {
	if err := mustMember(by, "list motions"); err != nil {
		return nil, err
	}
	list, err := s.read(ctx).MotionsOf(protocol)
	if err != nil {
		return nil, fmt.Errorf("motions of protocol %s: %w", protocol, err)
	}
	return list, nil
}
