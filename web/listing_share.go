package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"toadlane/coop"
	"toadlane/internal/qrcode"
	"toadlane/market"
)

// Share is what a listing is handed on with. Nothing of it asks another server until somebody presses a link.
type Share struct {
	Any     bool
	Listing coop.ID
	Address string // that leads others to it, for good
	Title   string
	Text    string // with the address, for messages
	QR      qrcode.Code
	Poster  bool   // there is something to print
	Few     string // key of who alone can open the address, "" when everybody can
}

// shareOf gives what hands a listing on: of a neighbour's the address at its home, where it counts. A draft is handed to nobody.
func (s *Site) shareOf(v *visit, l *market.Listing, title string) (Share, error) {
	x := Share{Listing: l.ID, Address: string(s.cfg.Base) + "/listings/" + string(l.ID), Poster: !l.State.Ended()}
	if !l.Local() {
		if x.Address = webAddress(l.URL, string(l.IRI)); x.Address == "" {
			return x, nil
		}
	}
	if l.State == market.Draft || l.State == market.Archived || l.Visibility == coop.OnlyMe {
		return x, nil
	}
	if l.Local() && l.Visibility < coop.Everyone {
		x.Few = "share.few." + l.Visibility.String()
	}
	x.Any = true
	x.Title = v.t("purpose."+string(l.Purpose)) + ": " + title
	x.Text = x.Title + "\n" + x.Address
	var err error
	x.QR, err = s.codeOf(v, l, x.Address)
	return x, err
}

// codeOf draws the shortest address that leads to a listing: the fewer modules, the further it can be read from.
func (s *Site) codeOf(v *visit, l *market.Listing, address string) (qrcode.Code, error) {
	if l.Local() {
		code, err := s.cfg.Market.Short(v.r.Context(), l)
		if err != nil {
			return qrcode.Code{}, err
		}
		if code != "" {
			address = string(s.cfg.Base) + "/l/" + code
		}
	}
	if len(address) > qrcode.MaxText {
		return qrcode.Code{}, nil
	}
	return qrcode.Of(address)
}

// listingShort leads from the address on a poster to the listing. Whoever may not see it learns as little as at its own address.
func (s *Site) listingShort(v *visit) error {
	l, err := s.cfg.Market.ListingByShort(v.r.Context(), v.by, v.param("code"))
	if coop.ClassOf(err) == coop.Gone && err != nil {
		return s.listingGone(v)
	}
	if err != nil {
		return err
	}
	return v.redirect("/listings/" + string(l.ID))
}

// ListingSendPage leads on to the reader's own server. It is a page and not a redirect: browsers let no form lead elsewhere
// (form-action), and whoever leaves should see where to.
type ListingSendPage struct {
	Frame
	L    market.Listing
	Form Form
	Host string // "" while it is asked for
	To   string
}

// listingSend makes the address at which servers of the fediverse take what is to be shared.
func (s *Site) listingSend(v *visit) error {
	l, err := s.listing(v)
	if err != nil {
		return err
	}
	f, err := v.form()
	if err != nil {
		return err
	}
	share, err := s.shareOf(v, l, s.text(v.tongue, l.Title).Words)
	if err != nil {
		return err
	}
	if !share.Any {
		return coop.Errorf(coop.NotFound, "listing.unknown", "listing %s is handed to nobody", l.ID)
	}
	p := ListingSendPage{Frame: v.frame("share.send_title"), L: *l, Form: f}
	host, ok := hostOf(f.Get("server"))
	if !ok {
		p.Form.Fail("server", "server.invalid")
		return v.page(http.StatusUnprocessableEntity, "listing_send", p)
	}
	p.Host, p.To = host, "https://"+host+"/share?text="+strings.ReplaceAll(url.QueryEscape(share.Text), "+", "%20")
	return v.page(http.StatusOK, "listing_send", p)
}

// hostOf reads the name of a server however people write it: social.example, https://social.example/, @me@social.example.
func hostOf(typed string) (string, bool) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	typed = strings.TrimPrefix(typed, "https://")
	if i := strings.LastIndexByte(typed, '@'); i >= 0 {
		typed = typed[i+1:]
	}
	typed = strings.TrimSuffix(typed, "/")
	if len(typed) > 253 || strings.ContainsAny(typed, "/?#\\%") {
		return "", false
	}
	i, err := coop.ParseIRI("https://" + typed + "/")
	if err != nil || i.Host() != typed || !strings.Contains(typed, ".") {
		return "", false
	}
	return typed, true
}

// Preview is what messengers and other servers show of a link to a public listing (Open Graph).
type Preview struct {
	Title, About, Address, Image, ImageAlt, Locale, Site string
}

// previewLength is how much of the words messengers show before they cut.
const previewLength = 200

func (s *Site) previewOf(v *visit, l *market.Listing, title, body string) *Preview {
	c := v.card(l)
	facts := []string{v.t("purpose." + string(l.Purpose))}
	for _, m := range l.Modes {
		facts = append(facts, v.t("mode."+string(m)))
	}
	for _, w := range []string{c.Price, c.Place} {
		if w != "" {
			facts = append(facts, w)
		}
	}
	p := &Preview{Title: title, About: shorten(strings.Join(facts, " · ")+". "+body, previewLength), Locale: v.tongue.tag,
		Address: string(s.cfg.Base) + "/listings/" + string(l.ID)}
	if k, err := s.coop(v.r.Context()); err == nil {
		p.Site = k.coop.Name
	}
	if len(l.Photos) > 0 {
		p.Image, p.ImageAlt = string(s.cfg.Base)+s.photoPath(l, 0, "large"), l.Photos[0].Alt
	}
	return p
}

// shorten puts words on one line and cuts them after most letters, between two words where it can.
func shorten(words string, most int) string {
	words = strings.Join(strings.Fields(words), " ")
	r := []rune(words)
	if len(r) <= most {
		return words
	}
	cut := string(r[:most-1])
	if i := strings.LastIndexFunc(cut, unicode.IsSpace); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.·–-") + "…"
}
