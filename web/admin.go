package web

import (
	"context"
	"net/http"

	"toadlane/coop"
	"toadlane/federation/queue"
)

func init() {
	addPages(map[string]any{
		"admin": AdminPage{}, "admin_peers": AdminPeersPage{}, "admin_queue": AdminQueuePage{}, "admin_blocks": AdminBlocksPage{},
		"admin_reports": AdminReportsPage{}, "admin_people": AdminPeoplePage{}, "admin_coop": AdminCoopPage{},
	})
}

func (s *Site) adminRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/admin", who: seeHealth, do: s.adminShow},

		{method: get, pattern: "/admin/peers", who: keepPeers, do: s.adminPeers},
		{method: post, pattern: "/admin/peers", who: keepPeers, do: s.adminPeerFollow},
		{method: post, pattern: "/admin/peers/unfollow", who: keepPeers, do: s.adminPeerUnfollow},
		{method: post, pattern: "/admin/peers/refresh", who: keepPeers, do: s.adminPeerRefresh},
		{method: post, pattern: "/admin/peers/retry", who: keepPeers, do: s.adminPeerRetry},
		{method: post, pattern: "/admin/followers/answer", who: keepPeers, do: s.adminFollowerAnswer},

		{method: get, pattern: "/admin/queue", who: keepQueue, do: s.adminQueue},
		{method: post, pattern: "/admin/queue/retry", who: keepQueue, do: s.adminQueueRetry},
		{method: post, pattern: "/admin/queue/hold", who: keepQueue, do: s.adminQueueHold},

		{method: get, pattern: "/admin/blocks", who: keepOut, do: s.adminBlocks},
		{method: post, pattern: "/admin/blocks", who: keepOut, do: s.adminBlock},
		{method: post, pattern: "/admin/blocks/remove", who: keepOut, do: s.adminUnblock},

		{method: get, pattern: "/admin/reports", who: answerReports, do: s.adminReports},
		{method: post, pattern: "/admin/reports/{id}/close", who: answerReports, do: s.adminReportClose},

		{method: get, pattern: "/admin/people", who: keepPeople, do: s.adminPeople},
		{method: http.MethodGet, pattern: "/admin/welcome", who: keepPeople, do: s.adminWelcome},
		{method: http.MethodGet, pattern: "/admin/sheet", who: keepPeople, do: s.adminSheet},
		{method: http.MethodPost, pattern: "/admin/people/invites/{id}/revoke", who: keepPeople, do: s.adminRevoke},
		{method: post, pattern: "/admin/people/invite", who: keepPeople, do: s.adminInvite},
		{method: post, pattern: "/admin/people/{id}/role", who: keepPeople, do: s.adminRole},
		{method: post, pattern: "/admin/people/{id}/remove", who: keepPeople, do: s.adminRemove},

		{method: get, pattern: "/admin/coop", who: keepCoop, do: s.adminCoop},
		{method: post, pattern: "/admin/coop", who: keepCoop, body: uploadBody, do: s.adminCoopSave},
	}
}

// stewardRows is how many rows a steward's page shows at once.
const stewardRows = 50

// AdminPage is the node's health in one page.
type AdminPage struct {
	Frame
	Address   string
	Peers     int // that we follow
	Followers int
	Asking    int // followers that wait for an answer
	Reports   int // open ones
	Regions   regionCalls
	Stuck     []queue.Host
	Failed    int  // deliveries that were given up, up to stewardRows
	FailedAll bool // there are more
	Held      int
	Poison    int
}

// adminShow sums up what needs a steward.
func (s *Site) adminShow(v *visit) error {
	ctx, st := v.r.Context(), s.cfg.Steward
	p := AdminPage{Frame: v.frame("admin.title")}
	p.Address = "@" + p.Coop.Handle + "@" + p.Host
	peers, err := st.PeerNames(ctx)
	if err != nil {
		return err
	}
	p.Peers = len(peers)
	if p.Followers, err = st.CountFollowers(ctx, s.cfg.ActorIRI); err != nil {
		return err
	}
	asking, _, err := st.Followers(ctx, s.cfg.ActorIRI, queue.Requested, "", stewardRows)
	if err != nil {
		return err
	}
	p.Asking = len(asking)
	known, err := s.regions(ctx)
	if err != nil {
		return err
	}
	p.Regions = known.calls
	reports, err := st.Reports(ctx)
	if err != nil {
		return err
	}
	for _, r := range reports {
		if r.Closed.IsZero() {
			p.Reports++
		}
	}
	if p.Stuck, err = s.stuck(ctx); err != nil {
		return err
	}
	failed, next, err := st.Deliveries(ctx, queue.Failed, "", "", stewardRows)
	if err != nil {
		return err
	}
	p.Failed, p.FailedAll = len(failed), next != ""
	held, _, err := st.Deliveries(ctx, queue.Held, "", "", stewardRows)
	if err != nil {
		return err
	}
	p.Held = len(held)
	poison, _, err := st.Inbounds(ctx, queue.Poison, "", stewardRows)
	if err != nil {
		return err
	}
	p.Poison = len(poison)
	return v.page(http.StatusOK, "admin", p)
}

// stuck lists hosts that do not answer.
func (s *Site) stuck(ctx context.Context) ([]queue.Host, error) {
	hosts, err := s.cfg.Steward.Hosts(ctx)
	if err != nil {
		return nil, err
	}
	var out []queue.Host
	for _, h := range hosts {
		if h.Fails > 0 {
			out = append(out, h)
		}
	}
	return out, nil
}

// postedIRI reads an address from a form's field. Class Invalid when it is none.
func postedIRI(f Form, field string) (coop.IRI, error) { return coop.ParseIRI(f.Get(field)) }
