package vocab

import (
	"net/url"
	"strings"

	"toadlane/coop"
	"toadlane/market"
)

// wikidata names the currencies that co-ops are likely to use by their Wikidata items, as FEP-0837's examples do. A code that
// is not here is named by its urn. Both are names, not places: nothing is fetched from them.
var wikidata = map[string]string{
	"EUR": "Q4916", "USD": "Q4917", "GBP": "Q25224", "CHF": "Q25344", "SEK": "Q122922", "NOK": "Q132643", "DKK": "Q25417",
	"PLN": "Q123213", "CZK": "Q131016", "HUF": "Q47190", "RON": "Q131645", "ISK": "Q131473", "UAH": "Q81893",
	"RUB": "Q41044", "TRY": "Q172872", "JPY": "Q8146", "CNY": "Q39099", "INR": "Q80524", "KRW": "Q202040", "AUD": "Q259502",
	"NZD": "Q1472704", "CAD": "Q1104069", "MXN": "Q4730", "BRL": "Q173117", "CLP": "Q200050", "COP": "Q244819",
	"ZAR": "Q181907",
}

const (
	wikidataPage = "https://www.wikidata.org/wiki/"
	currencyURN  = "urn:iso:std:iso:4217:"
)

// currencyName is the address or urn of an ISO 4217 code.
func currencyName(code string) string {
	if q := wikidata[code]; q != "" {
		return wikidataPage + q
	}
	return currencyURN + code
}

// currencyCode finds the code that a name stands for, "" when it is none we know. Entity and page addresses of Wikidata are
// the same item; http is what their RDF has.
func currencyCode(name string) string {
	if code, ok := strings.CutPrefix(name, currencyURN); ok && coop.ValidCurrency(code) {
		return code
	}
	for _, prefix := range []string{wikidataPage, "https://www.wikidata.org/entity/", "http://www.wikidata.org/entity/", "http://www.wikidata.org/wiki/"} {
		if q, ok := strings.CutPrefix(name, prefix); ok {
			for code, item := range wikidata {
				if item == q {
					return code
				}
			}
		}
	}
	return ""
}

// mediumName is what resourceConformsTo of the thing given in return says: the currency's own document when its issuer has
// one, else a name.
func mediumName(m market.Medium) string {
	switch {
	case m.IRI != "":
		return string(m.IRI)
	case m.Kind == market.Money:
		return currencyName(m.Code)
	case m.Kind == market.Hours && m.Code == "":
		return Own + "hours"
	}
	return Own + string(m.Kind) + "/" + url.PathEscape(m.Code)
}
