package federation

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"toadlane/coop"
	"toadlane/federation/murmur"
	"toadlane/internal/limits"
	"toadlane/internal/outbound"
	"toadlane/region"
)

// SearchIndex reads organisations from a Murmurations index, a page at a time. Their profiles are not read: what an index lists is what there is. Errors are
// Invalid about "index", with a key that tells whether it did not answer or is none.
func (n *Node) SearchIndex(ctx context.Context, q region.IndexQuery) (list []region.Unclaimed, err error) {
	ask := url.Values{"schema": {murmur.OrganizationSchema}, "status": {string(murmur.Posted)}, "page_size": {strconv.Itoa(murmur.PerPage)}}
	if q.Near != nil {
		lat, lon := q.Near.Degrees()
		ask.Set("lat", strconv.FormatFloat(lat, 'f', -1, 64))
		ask.Set("lon", strconv.FormatFloat(lon, 'f', -1, 64))
		ask.Set("range", strconv.Itoa(q.Km)+"km")
	}
	if q.Tag != "" {
		ask.Set("tags", q.Tag)
		ask.Set("tags_exact", "true")
		ask.Set("tags_filter", "and")
	}
	ctx, cancel := context.WithTimeout(ctx, limits.IndexReadTime)
	defer cancel()
	budget := outbound.NewBudget(limits.IndexRead + limits.Redirects)
	for page, pages := 1, 1; page <= min(pages, limits.IndexRead); page++ {
		ask.Set("page", strconv.Itoa(page))
		resp, err := n.Out.Get(ctx, outbound.Request{Kind: outbound.KindIndex, URL: murmur.Path(q.Index, "/nodes?"+ask.Encode()), Budget: budget})
		if err != nil {
			n.Log.Info("read an index", "index", string(q.Index), "error", err)
			if len(list) > 0 {
				return list, nil // what was read is worth having, and the rest can be read another time
			}
			if outbound.Temporary(err) {
				return nil, coop.FieldError("index", "murmur.unreachable", nil)
			}
			return nil, coop.FieldError("index", "murmur.no_index", nil)
		}
		found, of, err := murmur.ReadFound(resp.Body)
		if err != nil {
			n.Log.Info("read an index", "index", string(q.Index), "error", err)
			return nil, coop.FieldError("index", "murmur.no_index", nil)
		}
		pages = of
		for _, f := range found {
			list = append(list, unclaimed(f))
		}
	}
	return list, nil
}

// unclaimed says what an index lists as a region does. An index keeps addresses without scheme; what is none is left out.
func unclaimed(f murmur.Found) region.Unclaimed {
	u := region.Unclaimed{Name: oneLine(f.Name), Point: f.Point, Source: string(f.Profile), Summary: oneLine(strings.Join(f.Tags, ", "))}
	var where []string
	for _, s := range []string{f.Locality, f.Region, f.Country} {
		if s = oneLine(s); s != "" && len(where) < 2 {
			where = append(where, s)
		}
	}
	u.Place = strings.Join(where, ", ")
	link := f.Link
	if _, rest, ok := strings.Cut(link, "://"); ok {
		link = rest
	}
	host, path, slash := strings.Cut(link, "/")
	link = "https://" + strings.ToLower(host)
	if slash {
		link += "/" + path
	}
	if _, err := coop.ParseIRI(link); err == nil && strings.Contains(host, ".") {
		u.Link = link
	}
	return u
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
