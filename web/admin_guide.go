package web

import (
	"net/http"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

func init() { addPages(map[string]any{"admin_guide": AdminGuidePage{}}) }

func (s *Site) guideRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/admin/guide", who: keepCoop, do: s.adminGuide},
		{method: http.MethodPost, pattern: "/admin/guide", who: keepCoop, do: s.adminGuideSave},
	}
}

// maxPriceRule is the longest text of a co-op about prices in one category, in characters.
const maxPriceRule = 500

// AdminGuidePage is what the co-op says about prices, in each category.
type AdminGuidePage struct {
	Frame
	Form  Form
	Rules []GuideRule
	Max   int
}

// GuideRule is a category with the field of its text.
type GuideRule struct{ Code, Icon, Name, Label string }

// PriceRule is the name of the setting that holds what the co-op says about prices in a category, by its code.
func PriceRule(category string) string { return "price_rule." + category }

// priceRule is what the co-op says about prices in a category, "" for nothing. Stewards write it on /admin/guide; whoever posts in
// the category reads it beside the price.
func (s *Site) priceRule(v *visit, category string) (string, error) {
	if !market.KnownCategory(category) {
		return "", nil
	}
	return s.cfg.CoopStore.Setting(v.r.Context(), PriceRule(category))
}

func (s *Site) adminGuide(v *visit) error {
	var f Form
	for _, c := range market.Categories {
		rule, err := s.priceRule(v, c.Code)
		if err != nil {
			return err
		}
		f.Put("rule_"+c.Code, rule)
	}
	return s.adminGuidePage(v, http.StatusOK, f)
}

func (s *Site) adminGuidePage(v *visit, status int, f Form) error {
	p := AdminGuidePage{Frame: v.frame("posting.guide_title"), Form: f, Max: maxPriceRule}
	for _, c := range market.Categories {
		p.Rules = append(p.Rules, GuideRule{c.Code, c.Icon, "rule_" + c.Code, "category." + c.Code})
	}
	return v.page(status, "admin_guide", p)
}

func (s *Site) adminGuideSave(v *visit) error {
	f, err := v.form()
	if err != nil {
		return err
	}
	rules := map[string]string{}
	for _, c := range market.Categories {
		name := "rule_" + c.Code
		rules[c.Code] = strings.ReplaceAll(f.Get(name), "\r\n", "\n")
		f.Add(coop.Lines(name, rules[c.Code], 0, maxPriceRule))
	}
	if !f.OK() {
		return s.adminGuidePage(v, http.StatusUnprocessableEntity, f)
	}
	for code, rule := range rules {
		if was, err := s.priceRule(v, code); err != nil || was == rule {
			if err != nil {
				return err
			}
			continue
		}
		if err := s.cfg.CoopStore.SetSetting(v.r.Context(), PriceRule(code), rule); err != nil {
			return err
		}
	}
	return v.done("/admin/guide", "done.saved")
}
