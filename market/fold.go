package market

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The search folds its words in package store, with tables that the domain does without. What is needed to compare two titles
// is here: the letters of Latin, Greek and Cyrillic that stand for a plain one. A test of the store holds the two together.

// plain maps letters with marks to what people type who leave the marks out.
var plain = func() map[rune]string {
	out := map[rune]string{}
	for to, all := range foldings {
		for _, r := range all {
			out[r] = to
		}
	}
	return out
}()

var foldings = map[string]string{
	"a":  "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
	"ae": "æǣǽ",
	"aʾ": "ẚ",
	"b":  "ḃḅḇ",
	"c":  "çćĉċčḉ",
	"d":  "ðďđḋḍḏḑḓ",
	"dz": "ǆǳ",
	"e":  "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
	"f":  "ḟ",
	"g":  "ĝğġģǧǵḡ",
	"h":  "ĥȟḣḥḧḩḫẖ",
	"i":  "ìíîïĩīĭįıǐȉȋḭḯỉị",
	"ij": "ĳ",
	"j":  "ĵǰ",
	"k":  "ķǩḱḳḵ",
	"l":  "ĺļľłḷḹḻḽ",
	"lj": "ǉ",
	"l·": "ŀ",
	"m":  "ḿṁṃ",
	"n":  "ñńņňǹṅṇṉṋ",
	"nj": "ǌ",
	"o":  "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
	"oe": "œ",
	"p":  "ṕṗ",
	"r":  "ŕŗřȑȓṙṛṝṟ",
	"s":  "śŝşšſșṡṣṥṧṩẛ",
	"ss": "ß",
	"t":  "ţťțṫṭṯṱẗ",
	"th": "þ",
	"u":  "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
	"v":  "ṽṿ",
	"w":  "ŵẁẃẅẇẉẘ",
	"x":  "ẋẍ",
	"y":  "ýÿŷȳẏẙỳỵỷỹ",
	"z":  "źżžẑẓẕ",
	"ʒ":  "ǯ",
	"ʼn": "ŉ",
	"α":  "ά",
	"ε":  "έ",
	"η":  "ή",
	"ι":  "ΐίϊ",
	"ο":  "ό",
	"σ":  "ς",
	"υ":  "ΰϋύ",
	"ω":  "ώ",
	"г":  "ѓ",
	"е":  "ѐё",
	"и":  "йѝ",
	"к":  "ќ",
	"у":  "ў",
	"і":  "ї",
}

// Fold lower-cases s and takes its diacritics away, as the search does: "Brød" becomes "brod".
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r >= utf8.RuneSelf {
			if r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x64b && r <= 0x65f || r == 0x670 {
				continue
			}
			r = unicode.ToLower(r)
			if to, ok := plain[r]; ok {
				b.WriteString(to)
				continue
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// smallWords say nothing about what is offered: of the languages that listings here are mostly written in. Words of less than
// MatchLetters letters count for nothing in any language.
var smallWords = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
		about after also any are away back been before both can come does down each ever every for from get give given good have here
		into just keep like made make many more most much must need needs new not now off once one only other our out over per same
		some than that the their them then there these they thing things this those too two under until upon use very want wanted we
		week what when where which who will with without within you your free offer looking
		algo algun alguna aqui cada como con cual cuando dar del desde donde dos ella ellas ellos entre esta estas este estos hacer
		hasta hay las los mas mis mucho muy nos nuestra nuestro nueva nuevo para pero poco por porque que quien ser sin sobre solo son
		sus tambien tan tengo tener tiene todo todos una unas uno unos busco ofrezco necesito gratis
		aux avec chez dans des elle elles est leur leurs les mais meme nos notre nous ont par pas plus pour quand qui sans ses son sont
		sur tous tout tres une vos votre vous
		aos cada com das dos ela ele eles entre essa esse isso mais mas meu muito nao nas nos nossa nosso ou para pela pelo por que sem
		ser seu sua tem todo todos uma umas
		aber alle als also auch auf aus bei bin bis das dass dein dem den der des die dir doch durch ein eine einem einen einer eines
		etwas fur hat hier ich ihr ihre im ist kann kein keine man mehr mein mit nach nicht noch nur oder ohne sehr sein sich sie sind
		uber und uns unser unsere viel von vor war was wenn wer wie wir zum zur`) {
		out[w] = true
	}
	return out
}()

// MatchLetters is how many letters a word has at least that two listings can have in common.
const MatchLetters = 3

// terms are the folded words of a title and its tags by which it can match.
func terms(title string, tags []string) map[string]bool {
	out := map[string]bool{}
	add := func(s string) {
		for _, w := range strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
			if utf8.RuneCountInString(w) >= MatchLetters && !smallWords[w] {
				out[w] = true
			}
		}
	}
	add(title)
	for _, t := range tags {
		add(t)
	}
	return out
}
