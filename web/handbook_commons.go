package web

import (
	"net/http"
)

func (s *Site) commonsRoutes() []route {
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, pattern: "/handbook/commons", who: takePart, do: s.handbookCommons},
		{method: get, pattern: "/handbook/commons/{id}", who: takePart, do: s.handbookPeer},
		{method: post, pattern: "/handbook/commons/{id}/adopt", who: settle, do: s.handbookAdopt},
		{method: get, pattern: "/handbook/commons/{id}/compare", who: takePart, do: s.handbookCompare},
		{method: get, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/commons/{id}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMeet},
		{method: post, pattern: "/handbook/{slug}/meet", who: settle, do: s.handbookMet},
		{method: get, pattern: "/handbook/adoptions", who: takePart, do: s.handbookAdoptions},
		{method: get, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdate},
		{method: post, pattern: "/handbook/adoptions/{id}/update", who: takePart, do: s.handbookUpdateDo, body: textBody},
		{method: post, pattern: "/handbook/adoptions/{id}/withdraw", who: settle, do: s.handbookWithdraw},
		{method: get, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGive},
		{method: post, pattern: "/handbook/{slug}/give", who: settle, do: s.handbookGiveDo},
		{method: get, pattern: "/handbook/offers/{id}", who: takePart, do: s.handbookOffer},
		{method: post, pattern: "/handbook/offers/{id}/accept", who: settle, do: s.handbookAccept, body: textBody},
		{method: post, pattern: "/handbook/offers/{id}/reject", who: settle, do: s.handbookReject},
	}
}
