package web

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"toadlane/coop"
	"toadlane/region"
)

func init() {
	addPages(map[string]any{"region_council": CouncilPage{}, "region_propose": ProposePage{}})
}

func (s *Site) councilRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/regions/{slug}/council", who: anyone, do: s.councilShow, kept: true},
		{method: get, pattern: "/regions/{slug}/council/propose", who: keepRegions, do: s.councilPropose},
		{method: post, pattern: "/regions/{slug}/council/propose", who: keepRegions, do: s.councilProposeDo, body: textBody},
		{method: post, pattern: "/regions/{slug}/council/sign", who: keepRegions, do: s.councilSign},
		{method: post, pattern: "/regions/{slug}/council/host", who: keepRegions, do: s.councilHost},
		{method: post, pattern: "/regions/{slug}/council/choose", who: keepRegions, do: s.councilChoose},
	}
}

// CouncilPage is who makes the rules of a region, and what they have before them.
type CouncilPage struct {
	Frame
	Region    RegionLine
	Nav       RegionNav
	Seats     []SeatLine
	Need      int
	Version   int
	Turned    time.Time
	HostName  string
	Absence   int
	Joined    bool
	Sits      bool // our co-op is in the council
	Keeps     bool // the reader may sign and propose
	Inside    bool // the reader is a member, who sees what waits
	Proposals []ProposalLine
	Rival     *ProposalLine
	Twice     []string
	Gone      bool // the host has not answered for longer than the charter says
	Quiet     bool // it has not for some days
	Heard     time.Time
	CanHost   bool // we could host it
	Form      Form
}

// SeatLine is a co-op of a council.
type SeatLine struct {
	Name, Host, Path string
	Own, Hosts       bool
	Out              bool // it takes part no more
}

// ProposalLine is a charter that is not in force.
type ProposalLine struct {
	ID      region.ID
	Version int
	Attempt int
	Changes []ChangeLine
	Outline string // address of the map with the outline that it proposes, "" when that is as it is
	Signed  []string
	Lacks   int // signatures that are missing
	Ours    bool
	Barred  bool // we signed another in its attempt
}

// ChangeLine is one thing that a charter says otherwise than the one in force. What is not said is "".
type ChangeLine struct{ What, Now, Then string }

// hostQuiet is after how long without an answer of a region's host the council is told, before it counts as gone.
const hostQuiet = 3 * 24 * time.Hour

func (s *Site) councilShow(v *visit) error { return s.councilPage(v, http.StatusOK, Form{}) }

func (s *Site) councilPage(v *visit, status int, f Form) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	line, err := s.regionLine(v, &r, false)
	if err != nil {
		return err
	}
	c := &r.Charter
	now := s.cfg.Now()
	x := CouncilPage{Frame: v.frameTitled(v.t("council.title", "Name", line.Words)), Region: line, Nav: v.regionNav(&r, "council"), Need: c.Need, Version: c.Version, Turned: r.Turned,
		HostName: c.Host.Host(), Absence: c.Absence, Joined: r.State == region.Joined, Keeps: can(v.by, keepRegions), Inside: v.me != nil, Heard: r.Heard, Form: f}
	names := s.coopNames(v, &r)
	for _, seat := range c.Council {
		x.Seats = append(x.Seats, names.seat(seat.Coop, c.Host))
	}
	if !x.Inside {
		x.Robots = true
		return v.page(status, "region_council", x)
	}
	council, err := s.cfg.Region.Council(v.r.Context(), v.by, r.Slug)
	if err != nil {
		return err
	}
	x.Sits, x.Gone = council.Sits, council.HostGone
	x.Quiet = !x.Gone && x.Joined && !r.Hosted && now.Sub(r.Heard) > hostQuiet
	x.CanHost = x.Sits && x.Joined && !r.Hosted
	for _, who := range council.Twice {
		x.Twice = append(x.Twice, names.of(who))
	}
	for i := range council.Proposals {
		p := &council.Proposals[i]
		out := ProposalLine{ID: p.Charter.ID, Version: p.Charter.Version, Attempt: p.Charter.Attempt, Ours: p.Ours, Lacks: max(0, c.Need-len(p.Signed))}
		for _, who := range p.Signed {
			out.Signed = append(out.Signed, names.of(who))
		}
		out.Barred = !p.Ours && slices.ContainsFunc(council.Proposals, func(o region.Proposal) bool { return o.Ours && o.Charter.Attempt == p.Charter.Attempt })
		if out.Changes, err = s.charterChanges(v, names, c, &p.Charter); err != nil {
			return err
		}
		if id := s.areaProposed(v, &r, p.Charter.Area); id != "" && x.Joined {
			if a, err := s.area(v, r.ID, id); err != nil {
				return err
			} else if len(a.Outline) > 0 {
				out.Outline = regionPath(&r) + "/map?area=" + string(id) + "#map"
			}
		}
		x.CanHost = x.CanHost && p.Charter.Host != s.cfg.Region.Papers.Account(r.Slug)
		x.Proposals = append(x.Proposals, out)
	}
	slices.SortStableFunc(x.Proposals, func(a, b ProposalLine) int { return cmp.Compare(a.Attempt, b.Attempt) })
	if council.Rival != nil {
		rival := ProposalLine{ID: council.Rival.ID, Version: council.Rival.Version}
		if rival.Changes, err = s.charterChanges(v, names, c, council.Rival); err != nil {
			return err
		}
		x.Rival = &rival
	}
	return v.page(status, "region_council", x)
}

// regionNames names the co-ops of one region: by what they call themselves there, else by their host.
type regionNames struct {
	v    *visit
	r    *region.Region
	site *Site
	said map[coop.IRI]string
	part map[coop.IRI]region.Part
}

func (s *Site) coopNames(v *visit, r *region.Region) *regionNames {
	return &regionNames{v: v, r: r, site: s, said: map[coop.IRI]string{}, part: map[coop.IRI]region.Part{}}
}

func (n *regionNames) of(who coop.IRI) string {
	if name := n.said[who]; name != "" {
		return name
	}
	name := ""
	p, err := n.site.cfg.Region.Store.At(n.v.r.Context()).Part(n.r.ID, who)
	if err == nil {
		name = plainLine(p.Entry.Name)
		n.part[who] = p
	}
	if name == "" {
		name = who.Host()
	}
	n.said[who] = name
	return name
}

func (n *regionNames) seat(who, host coop.IRI) SeatLine {
	x := SeatLine{Name: n.of(who), Host: who.Host(), Path: who.Origin() + "/", Own: who == n.site.cfg.ActorIRI, Hosts: who.Host() == host.Host()}
	if x.Own {
		x.Path = "/"
	}
	p, known := n.part[who]
	x.Out = known && p.State == region.Out
	return x
}

// charterChanges says what one charter says otherwise than another.
func (s *Site) charterChanges(v *visit, names *regionNames, was, now *region.Charter) (out []ChangeLine, err error) {
	add := func(what, before, then string) { out = append(out, ChangeLine{what, before, then}) }
	if was.Host != now.Host {
		add(v.t("council.hosted"), was.Host.Host(), now.Host.Host())
	}
	for _, seat := range now.Council {
		if _, sat := was.Seat(seat.Coop); !sat {
			add(v.t("council.joins"), "", names.of(seat.Coop))
		}
	}
	for _, seat := range was.Council {
		if _, sits := now.Seat(seat.Coop); !sits {
			add(v.t("council.goes"), names.of(seat.Coop), "")
		}
	}
	if was.Need != now.Need || len(was.Council) != len(now.Council) {
		add(v.t("council.must_sign"), v.t("council.of", "Need", was.Need, "Count", len(was.Council)), v.t("council.of", "Need", now.Need, "Count", len(now.Council)))
	}
	if was.Joining != now.Joining {
		add(v.t("region.joining_title"), v.joining(was.Joining), v.joining(now.Joining))
	}
	if was.Absence != now.Absence {
		add(v.t("region.absence"), v.t("council.days", "Count", was.Absence), v.t("council.days", "Count", now.Absence))
	}
	if was.Area != now.Area {
		before, err := s.areaWords(v, names.r.ID, was.Area)
		if err != nil {
			return nil, err
		}
		then, err := s.areaWords(v, names.r.ID, now.Area)
		if err != nil {
			return nil, err
		}
		add(v.t("region.area"), before, then)
	}
	if !slices.Equal(was.Expects, now.Expects) {
		for _, list := range []struct {
			key         string
			here, there []coop.IRI
		}{{"council.expects_more", now.Expects, was.Expects}, {"council.expects_less", was.Expects, now.Expects}} {
			lines, err := s.expectLines(v, list.here)
			if err != nil {
				return nil, err
			}
			for i, page := range list.here {
				switch {
				case slices.Contains(list.there, page):
				case list.key == "council.expects_more":
					add(v.t(list.key), "", lines[i].Words)
				default:
					add(v.t(list.key), lines[i].Words, "")
				}
			}
		}
	}
	for i, texts := range [][2]coop.Text{{was.Name, now.Name}, {was.Story, now.Story}} {
		what := v.t("region.name")
		if i == 1 {
			what = v.t("region.story")
		}
		for _, tag := range tagsOf(texts[0], texts[1]) {
			if texts[0][tag] != texts[1][tag] {
				add(v.t("region.in_label", "What", what, "Language", languageName(tag)), texts[0][tag], texts[1][tag])
			}
		}
	}
	return out, nil
}

// joining says who may join. One that this version does not know is given as it is spelled.
func (v *visit) joining(j region.Joining) string {
	if slices.Contains(region.Joinings, j) {
		return v.t("region.joining." + string(j))
	}
	return string(j)
}

// tagsOf lists the languages of texts.
func tagsOf(texts ...coop.Text) (out []string) {
	for _, t := range texts {
		for tag := range t {
			if !slices.Contains(out, tag) {
				out = append(out, tag)
			}
		}
	}
	slices.Sort(out)
	return out
}

// postedCharter is the charter that a form names.
func postedCharter(f *Form) region.ID { return region.ID(f.Get("charter")) }

// councilSign puts our co-op's name under a proposal.
func (s *Site) councilSign(v *visit) error {
	return s.councilDo(v, "done.council_signed", func(r *region.Region, f *Form) error {
		return s.cfg.Region.Countersign(v.r.Context(), v.by, r.Slug, postedCharter(f))
	})
}

// councilHost proposes that our node hosts the region.
func (s *Site) councilHost(v *visit) error {
	return s.councilDo(v, "done.council_proposed", func(r *region.Region, f *Form) error {
		k, err := s.coop(v.r.Context())
		if err != nil {
			return err
		}
		if r.Slug == k.coop.Handle { // @slug@host is one account
			f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Conflict, Key: "council.name_taken", Args: map[string]any{"Slug": r.Slug}})
			return nil
		}
		var taken Form
		if err := s.slugIsFree(v, &taken, r.Slug); err != nil {
			return err
		}
		if !taken.OK() {
			f.Wrong = append(f.Wrong, &coop.Error{Class: coop.Conflict, Key: "council.name_taken", Args: map[string]any{"Slug": r.Slug}})
			return nil
		}
		_, err = s.cfg.Region.Propose(v.r.Context(), v.by, r.Slug, region.Change{Here: true})
		return err
	})
}

// councilChoose goes by another charter where two stand beside each other.
func (s *Site) councilChoose(v *visit) error {
	return s.councilDo(v, "done.council_chosen", func(r *region.Region, f *Form) error {
		return s.cfg.Region.Choose(v.r.Context(), v.by, r.Slug, postedCharter(f))
	})
}

// councilDo does something with the council of the region that the address names. What can't be done is said on its page; a charter that came into
// force by it is said after it.
func (s *Site) councilDo(v *visit, done string, do func(*region.Region, *Form) error) error {
	r, err := s.region(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	if err := do(&r, &f); err != nil && !f.addRules(err) {
		return err
	}
	if !f.OK() {
		return s.councilPage(v, http.StatusUnprocessableEntity, f)
	}
	s.cfg.Federation.Wake()
	return v.done(regionPath(&r)+"/council", s.ruledBy(v, &r, done))
}

// addRules is Add, with what goes by itself when the rules that came last are read.
func (f *Form) addRules(err error) bool {
	if coop.KeyOf(err) == "charter.stale" && coop.ClassOf(err) == coop.Unavailable { // who takes part is not settled by them yet
		f.Fail("", "council.settling")
		return true
	}
	return f.Add(err)
}

// ruledBy is the sentence after something was done with a council: that there are new rules, when there are.
func (s *Site) ruledBy(v *visit, was *region.Region, done string) string {
	if now, err := s.region(v); err == nil && now.Charter.ID != was.Charter.ID {
		return "done.council_ruled"
	}
	return done
}
