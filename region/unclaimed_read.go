package region

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"toadlane/coop"
)

// Brought is what reading entries in came to.
type Brought struct {
	Added  int
	Known  int // left out: listed or hidden already, or their co-op takes part
	Faults []LineFault
}

// LineFault is what is wrong with a line of a table.
type LineFault struct {
	Line  int
	Error *coop.Error
}

// maxFaults is how many faults are told of at once.
const maxFaults = 30

// UnclaimedColumns are the names of a table's columns; docs/murmurations.md describes them. The name is needed, and source and licence where there are no
// defaults.
var UnclaimedColumns = []string{"name", "url", "summary", "place", "latitude", "longitude", "source", "licence", "language"}

// ImportUnclaimed reads entries from a table as comma-separated values, or with semicolons, in UTF-8. The first line names the columns; others than ours are
// passed over. source and licence stand for lines that say none. Nothing is kept when a line is wrong. Stewards may. Errors: Conflict, key unclaimed.not_in,
// for a region that we take no part in; Invalid about "csv", key unclaimed.faults with Brought.Faults, unclaimed.unreadable, unclaimed.columns,
// unclaimed.lines; TooMany, key unclaimed.many.
func (s *Service) ImportUnclaimed(ctx context.Context, by coop.Actor, slug string, table []byte, source, licence string) (Brought, error) {
	r, err := s.unclaimedIn(ctx, by, slug)
	if err != nil {
		return Brought{}, err
	}
	list, faults, err := readTable(table, source, licence)
	if err == nil && len(faults) > 0 {
		err = coop.FieldError("csv", "unclaimed.faults", map[string]any{"Count": len(faults)})
	}
	if err != nil {
		return Brought{Faults: faults}, fmt.Errorf("import unclaimed into region %s: %w", slug, err)
	}
	return s.bring(ctx, &r, list)
}

func readTable(table []byte, source, licence string) (list []Unclaimed, faults []LineFault, err error) {
	table = bytes.TrimPrefix(table, []byte("\ufeff"))
	head, _, _ := bytes.Cut(table, []byte("\n"))
	in := csv.NewReader(bytes.NewReader(table))
	if bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		in.Comma = ';'
	}
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	unreadable := func(err error) error {
		line := 0
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			line = parse.Line
		}
		return coop.FieldError("csv", "unclaimed.unreadable", map[string]any{"Line": line})
	}
	names, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, coop.FieldError("csv", "field.required", nil)
	}
	if err != nil {
		return nil, nil, unreadable(err)
	}
	column := map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := column[name]; !twice {
			column[name] = i
		}
	}
	if _, ok := column["name"]; !ok {
		return nil, nil, coop.FieldError("csv", "unclaimed.columns", map[string]any{"Names": strings.Join(UnclaimedColumns, ", ")})
	}
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, faults, nil
		}
		if err != nil {
			return nil, nil, unreadable(err)
		}
		if len(list) == MaxUnclaimedLines {
			return nil, nil, coop.FieldError("csv", "unclaimed.lines", map[string]any{"Max": MaxUnclaimedLines})
		}
		line, _ := in.FieldPos(0)
		get := func(name string) string {
			if i, ok := column[name]; ok && i < len(fields) {
				return strings.TrimSpace(fields[i])
			}
			return ""
		}
		if strings.TrimSpace(strings.Join(fields, "")) == "" {
			continue
		}
		u := Unclaimed{Name: get("name"), Link: get("url"), Place: get("place"), Summary: get("summary"), Source: get("source"), Licence: get("licence"),
			Language: strings.ToLower(get("language"))}
		if u.Source == "" {
			u.Source = strings.TrimSpace(source)
		}
		if u.Licence == "" {
			u.Licence = strings.TrimSpace(licence)
		}
		point, wrong := readPoint(get("latitude"), get("longitude"))
		u.Point = point
		for _, e := range coop.Fields(errors.Join(u.Validate(), wrong)) {
			if len(faults) < maxFaults {
				faults = append(faults, LineFault{line, e})
			}
		}
		list = append(list, u)
	}
}

// readPoint reads degrees, with a comma or a point before the fraction. Both are there or neither.
func readPoint(lat, lon string) (*coop.Point, error) {
	if lat == "" && lon == "" {
		return nil, nil
	}
	la, err := strconv.ParseFloat(strings.Replace(lat, ",", ".", 1), 64)
	lo, err2 := strconv.ParseFloat(strings.Replace(lon, ",", ".", 1), 64)
	if p, ok := coop.NewPoint(la, lo); err == nil && err2 == nil && ok && !math.IsNaN(la+lo) {
		return &p, nil
	}
	return nil, coop.FieldError("latitude", "unclaimed.point", nil)
}

// IndexQuery is what of a Murmurations index is read: what lies around a point, or has a tag, or both.
type IndexQuery struct {
	Index coop.IRI
	Near  *coop.Point
	Km    int
	Tag   string
}

// MaxIndexKm is as far as an index is read around a point.
const MaxIndexKm = 500

// ReadIndexUnclaimed reads organisations from a Murmurations index; each entry keeps its profile as the source. An index says nothing of licences, so whoever reads says under
// which the data may be shown. Stewards may. Errors: as of ImportUnclaimed about the region and how many; Invalid about "index", "near", "km", "tag" and "licence"; those of the
// index.
func (s *Service) ReadIndexUnclaimed(ctx context.Context, by coop.Actor, slug string, q IndexQuery, licence string) (Brought, error) {
	r, err := s.unclaimedIn(ctx, by, slug)
	if err != nil {
		return Brought{}, err
	}
	if err := q.validate(licence); err != nil {
		return Brought{}, err
	}
	if s.Index == nil {
		return Brought{}, coop.Errorf(coop.Unavailable, "error.unavailable", "nobody reads indexes")
	}
	found, err := s.Index(ctx, q)
	if err != nil {
		return Brought{}, fmt.Errorf("read index %s: %w", q.Index, err)
	}
	list := make([]Unclaimed, 0, len(found))
	for _, u := range found { // a stranger's words: what is too long is cut, what is wrong is left out
		u.Name, u.Place, u.Summary, u.Licence = coop.Cut(u.Name, MaxName), coop.Cut(u.Place, MaxPlace), coop.Cut(u.Summary, MaxSummary), strings.TrimSpace(licence)
		if u.Validate() == nil && len(list) < MaxUnclaimedLines {
			list = append(list, u)
		}
	}
	return s.bring(ctx, &r, list)
}

func (q *IndexQuery) validate(licence string) error {
	errs := []error{coop.Line("licence", licence, 1, MaxLicence), coop.Line("tag", q.Tag, 0, 100)}
	if _, err := coop.ParseIRI(string(q.Index)); err != nil {
		errs = append(errs, coop.FieldError("index", "address.invalid", nil))
	}
	switch {
	case q.Near == nil && q.Tag == "":
		errs = append(errs, coop.FieldError("near", "unclaimed.where", nil))
	case q.Near != nil && (q.Km < 1 || q.Km > MaxIndexKm):
		errs = append(errs, coop.FieldError("km", "unclaimed.km", map[string]any{"Max": MaxIndexKm}))
	}
	return errors.Join(errs...)
}

// bring keeps entries that are not there yet, all or none.
func (s *Service) bring(ctx context.Context, r *Region, list []Unclaimed) (b Brought, err error) {
	err = s.Store.Write(ctx, func(tx Tx) error {
		b = Brought{}
		keys, err := tx.UnclaimedKeys(r.ID)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for _, k := range keys {
			known[k] = true
		}
		hosts, err := memberHosts(tx, r.ID)
		if err != nil {
			return err
		}
		now := s.now()
		for _, u := range list {
			key := u.Key()
			host, _, _ := strings.Cut(key, "/")
			if known[key] || u.Link != "" && hosts[host] {
				b.Known++
				continue
			}
			known[key] = true
			u.ID, u.Region, u.State, u.Added, u.Claim = s.NewID(), r.ID, UnclaimedListed, now, nil
			if err := tx.PutUnclaimed(u); err != nil {
				return err
			}
			b.Added++
		}
		if len(known) > MaxUnclaimed {
			return coop.Errorf(coop.TooMany, "unclaimed.many", "%d unclaimed entries in region %s", len(known), r.ID)
		}
		return nil
	})
	if err != nil {
		return Brought{}, fmt.Errorf("bring unclaimed into region %s: %w", r.Slug, err)
	}
	return b, nil
}

// memberHosts are the hosts of the co-ops that take part, without www.
func memberHosts(r Reader, of ID) (map[string]bool, error) {
	hosts := map[string]bool{}
	for cursor := ""; ; {
		list, next, err := r.Parts(of, In, 200, cursor)
		if err != nil {
			return nil, err
		}
		for i := range list {
			hosts[strings.TrimPrefix(list[i].Coop.Host(), "www.")] = true
		}
		if cursor = next; cursor == "" {
			return hosts, nil
		}
	}
}
