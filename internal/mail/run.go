package mail

import (
	"context"
	"errors"
	"sync"
	"time"

	"toadlane/coop"
	"toadlane/federation/queue"
	"toadlane/internal/limits"
)

// pollEvery is how often the worker looks for letters that another process queued.
const pollEvery = time.Second

// digestsEvery is how late a digest may be, and how late a choice to have one counts.
const digestsEvery = 15 * time.Minute

// Run works until ctx ends, and returns when what was in flight has ended.
func (m *Mail) Run(ctx context.Context) {
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	var complained time.Time
	for ctx.Err() == nil {
		n, err := m.Work(ctx)
		if err != nil && ctx.Err() == nil && time.Since(complained) > time.Minute {
			complained = time.Now()
			m.Log.Error("worker", "work", "mail", "error", err)
		}
		if err == nil && n > 0 {
			continue
		}
		timer.Reset(pollEvery)
		select {
		case <-ctx.Done():
		case <-m.wake:
		case <-timer.C:
		}
	}
}

// Work does what is due and tells how many letters it dealt with.
func (m *Mail) Work(ctx context.Context) (int, error) {
	if now := m.Now(); !now.Before(m.look) {
		if _, err := m.Digests(ctx); err != nil && coop.ClassOf(err) != coop.NotFound { // no co-op yet
			return 0, err
		}
		m.look = now.Add(digestsEvery)
	}
	next, err := m.Store.NextLetter(ctx)
	if err != nil || next.IsZero() || next.After(m.Now()) {
		return 0, err
	}
	now := m.Now().UTC()
	letters, err := m.Store.ClaimLetters(ctx, now, now.Add(limits.LetterLease), limits.LettersAtOnce)
	if err != nil {
		return 0, err
	}
	errs := make([]error, len(letters))
	var all sync.WaitGroup
	for i, l := range letters {
		all.Go(func() { errs[i] = m.deal(ctx, l) })
	}
	all.Wait()
	return len(letters), errors.Join(errs...)
}

// deal writes and sends one letter and records what became of it. The error is of recording it: then its lease runs out.
func (m *Mail) deal(ctx context.Context, l queue.Letter) error {
	w, err := m.compose(ctx, l)
	if err == nil {
		err = m.send(ctx, w)
	}
	if ctx.Err() != nil && err != nil {
		return nil // told to stop: its lease runs out
	}
	now := m.Now().UTC()
	var later postponed
	var no needless
	var never refused
	state, due, why := queue.Done, now, ""
	switch {
	case err == nil:
	case errors.As(err, &later):
		return m.Store.PostponeLetter(ctx, l.Row.ID, later.until.UTC())
	case errors.As(err, &no):
		why = no.Error()
	default:
		why = err.Error()
		if w != nil {
			why = withoutAddress(why, w.to)
		}
		state = queue.Failed
		if !errors.As(err, &never) && l.Attempt < limits.LetterTries {
			waits := limits.LetterSchedule()
			state, due = queue.Waiting, now.Add(waits[min(l.Attempt, len(waits))-1])
		}
	}
	err = m.Store.SettleLetter(ctx, l.Row.ID, state, due, why)
	if err != nil && coop.ClassOf(err) == coop.Conflict {
		return nil // a steward or another process was quicker
	}
	if err == nil && no == "" {
		m.Sent(l.Letter.Kind, state)
	}
	return err
}
