package federation

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"toadlane/coop"
	"toadlane/federation/vocab"
	"toadlane/internal/limits"
	"toadlane/region"
)

// servePapers answers a collection of a region's documents, whoever hosts the region.
func (n *Node) servePapers(w http.ResponseWriter, r *http.Request, build func(ctx context.Context, g *region.Region, wr vocab.Writer, id, owner coop.IRI, page bool, cursor string) ([]byte, error)) {
	q := r.URL.Query()
	cursor := q.Get("cursor")
	paged := q.Has("page") || cursor != ""
	id := n.Base + coop.IRI(r.URL.Path)
	key := "papers " + r.URL.Path
	if paged {
		key += "?" + cursor
	}
	body, tag, err := n.docs.get(r.Context(), key, func(ctx context.Context) ([]byte, error) {
		g, wr, err := n.regionServed(ctx, r)
		if err != nil {
			return nil, err
		}
		owner := n.addr.Coop()
		if g.Hosted {
			owner = g.Charter.Host
		}
		return build(ctx, &g, wr, id, owner, paged, cursor)
	})
	if err != nil {
		n.refuse(w, r, err)
		return
	}
	n.document(w, r, vocab.ActivityType, body, tag)
}

// getCharters lists the charters of a region and all the signatures under them, as they were received.
func (n *Node) getCharters(w http.ResponseWriter, r *http.Request) {
	n.servePapers(w, r, func(ctx context.Context, g *region.Region, wr vocab.Writer, id, owner coop.IRI, paged bool, cursor string) ([]byte, error) {
		read := n.Region.Store.At(ctx)
		charters, err := read.Charters(g.ID)
		if err != nil {
			return nil, err
		}
		marks, err := read.Marks(g.ID)
		if err != nil {
			return nil, err
		}
		var items []vocab.Raw
		for _, c := range charters {
			items = append(items, c.Bytes)
		}
		for _, m := range marks {
			items = append(items, m.Bytes)
		}
		from, err := strconv.Atoi(cursor)
		if cursor != "" && (err != nil || from < 0 || from > len(items)) {
			return nil, coop.Errorf(coop.Invalid, "cursor.invalid", "cursor %.20q", cursor)
		}
		to := fits(items, from)
		if !paged && to == len(items) {
			return wr.List(id, owner, true, items)
		}
		if !paged {
			return wr.Collection(id, owner, len(items), time.Time{}, pageIRI(id, ""))
		}
		next := ""
		if to < len(items) {
			next = strconv.Itoa(to)
		}
		return wr.Page(pageIRI(id, cursor), id, len(items), items[from:to], following(id, next), "")
	})
}

// fits tells how far one document may go that begins with an item: there is always one in it.
func fits(items []vocab.Raw, from int) int {
	size := 0
	for i := from; i < len(items); i++ {
		size += len(items[i])
		if i > from && (size > int(limits.DocumentBytes)/2 || i-from == limits.JSONArray/2) {
			return i
		}
	}
	return len(items)
}

// getWords lists what was said of who takes part in a region, what moved last first: of each co-op its latest word and the host's that counts, as
// they were received. One that takes part no more is told of for a while.
func (n *Node) getWords(w http.ResponseWriter, r *http.Request) {
	n.servePapers(w, r, func(ctx context.Context, g *region.Region, wr vocab.Writer, id, owner coop.IRI, paged bool, cursor string) ([]byte, error) {
		read := n.Region.Store.At(ctx)
		total, err := read.CountParts(g.ID, region.In)
		if err != nil {
			return nil, err
		}
		list, next, err := n.spoken(ctx, g.ID, limits.RegionPart, cursor)
		if err != nil {
			return nil, err
		}
		items := said(list, &g.Charter)
		for len(list) > 1 && len(items) > fits(items, 0) { // a council's votes make words long
			if list, next, err = n.spoken(ctx, g.ID, len(list)/2, cursor); err != nil {
				return nil, err
			}
			items = said(list, &g.Charter)
		}
		if !paged {
			var updated time.Time
			if len(list) > 0 {
				updated = list[0].Moved
			}
			return wr.RegionWords(id, owner, total, updated, pageIRI(id, ""))
		}
		return wr.Page(pageIRI(id, cursor), id, total, items, following(id, next), "")
	})
}

// said are the words of co-ops and of their host, as they were received.
func said(list []region.Part, under *region.Charter) (items []vocab.Raw) {
	for i := range list {
		items = append(items, list[i].Entry.Bytes)
		if a := list[i].Admission(under); a != nil {
			items = append(items, a.Bytes)
		}
	}
	return items
}

// getList serves the list with which a charter begins, by co-op.
func (n *Node) getList(w http.ResponseWriter, r *http.Request) {
	n.servePapers(w, r, func(ctx context.Context, g *region.Region, wr vocab.Writer, id, owner coop.IRI, paged bool, cursor string) ([]byte, error) {
		root, err := region.ParseID(chi.URLParam(r, "root"))
		if err != nil {
			return nil, err
		}
		read := n.Region.Store.At(ctx)
		if here, err := read.ListHere(g.ID, root); err != nil || !here {
			if err == nil {
				err = coop.Errorf(coop.NotFound, "list.unknown", "no list %s", root)
			}
			return nil, err
		}
		if !paged {
			return wr.Collection(id, owner, 0, time.Time{}, pageIRI(id, ""))
		}
		lines, err := read.List(g.ID, root, coop.IRI(cursor), limits.RegionLines+1)
		if err != nil {
			return nil, err
		}
		next := ""
		if len(lines) > limits.RegionLines {
			lines = lines[:limits.RegionLines]
			next = string(lines[len(lines)-1].Coop)
		}
		items := make([]vocab.Raw, len(lines))
		for i, l := range lines {
			if items[i], err = vocab.RegionLine(l); err != nil {
				return nil, err
			}
		}
		return wr.Page(pageIRI(id, cursor), id, 0, items, following(id, next), "")
	})
}

// getArea serves an area that a charter names, as it was received.
func (n *Node) getArea(w http.ResponseWriter, r *http.Request) {
	n.servePapers(w, r, func(ctx context.Context, g *region.Region, _ vocab.Writer, _, _ coop.IRI, _ bool, _ string) ([]byte, error) {
		id, err := region.ParseID(chi.URLParam(r, "area"))
		if err != nil {
			return nil, err
		}
		a, err := n.Region.Store.At(ctx).Area(g.ID, id)
		return a.Bytes, err
	})
}

// spoken merges those who are in a region with those who left it lately, what moved last first. Its cursor is that of both lists.
func (n *Node) spoken(ctx context.Context, of region.ID, limit int, cursor string) (out []region.Part, next string, err error) {
	read, over := n.Region.Store.At(ctx), "-"
	in, gone, _ := strings.Cut(cursor, " ")
	part := func(state region.PartState, limit int, cursor string) ([]region.Part, string, error) {
		if cursor == over || limit == 0 {
			return nil, cursor, nil
		}
		list, next, err := read.Parts(of, state, limit, cursor)
		if next == "" {
			next = over
		}
		return list, next, err
	}
	there, nextIn, err := part(region.In, limit, in)
	if err != nil {
		return nil, "", err
	}
	left, nextGone, err := part(region.Out, limit, gone)
	if err != nil {
		return nil, "", err
	}
	old, took := n.Now().Add(-limits.WordsAfterLeft), [2]int{}
	for len(out) < limit && took[0]+took[1] < len(there)+len(left) {
		if took[0] == len(there) || took[1] < len(left) && left[took[1]].Moved.After(there[took[0]].Moved) {
			if p := left[took[1]]; p.Moved.After(old) && p.Entry.ID != "" {
				out = append(out, p)
			} else if !p.Moved.After(old) {
				left, nextGone = left[:took[1]], over
				continue
			}
			took[1]++
			continue
		}
		out = append(out, there[took[0]])
		took[0]++
	}
	if took[0] < len(there) {
		if _, nextIn, err = part(region.In, took[0], in); err != nil {
			return nil, "", err
		}
	}
	if took[1] < len(left) {
		if _, nextGone, err = part(region.Out, took[1], gone); err != nil {
			return nil, "", err
		}
	}
	if nextIn == over && nextGone == over {
		return out, "", nil
	}
	return out, nextIn + " " + nextGone, nil
}
