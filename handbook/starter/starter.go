// Package starter owns the pages that a handbook can begin with: questions for a co-op to answer in its own way, and the co-operative principles.
// It refuses to know how they are started, stored or shown: handbook.Service does that. The texts lie beside it, one file a page and language.
package starter

import (
	"embed"
	"strings"

	"toadlane/handbook"
)

//go:embed en/*.md es/*.md
var files embed.FS

// Principles is the slug of the one page that is no list of questions about the co-op's own ways.
const Principles = "co-operative-principles"

// plan lists the pages in the order of the handbook that they make. Slugs are the same in every language: a co-op that changes its first
// language gets no page twice, and the page of words has to be called glossary for others to link to it.
var plan = []struct {
	slug   string
	kind   handbook.Kind
	months int // until it is to be looked at again
}{
	{"who-we-are", handbook.Prompt, 24},
	{"joining-and-leaving", handbook.Prompt, 12},
	{"constituencies-and-votes", handbook.Prompt, 24},
	{"circles-and-roles", handbook.Prompt, 12},
	{"how-we-decide", handbook.Prompt, 12},
	{"money-shares-pay", handbook.Prompt, 12},
	{"care-love-livelihood", handbook.Prompt, 12},
	{"standards-of-service", handbook.Prompt, 12},
	{"offers-and-wants", handbook.Prompt, 12},
	{"price-guide", handbook.Prompt, 6},
	{"conflict-and-repair", handbook.Prompt, 12},
	{"privacy-and-data", handbook.Prompt, 12},
	{"safety-and-moderation", handbook.Prompt, 12},
	{"tools-and-access", handbook.Prompt, 6},
	{"splitting-and-merging", handbook.Prompt, 24},
	{"working-with-other-co-ops", handbook.Prompt, 12},
	{"glossary", handbook.Prompt, 12},
	{Principles, handbook.Pledge, 36},
}

// said is what each page says about itself beside its text.
type said struct{ story, principles, reason, adopted string }

// words holds it by language. Where there are none there are no pages.
var words = map[string]said{
	"en": {
		story: "One of the pages of questions that come with Toad Lane, the program this handbook runs on. They were written for it, after what co-ops asked of it. " +
			"Write each answer below its question and tick it. Change the questions, strike out what does not concern you, and say here how you came to your answers.",
		principles: "The seven principles are those of the Statement on the Cooperative Identity of the International Cooperative Alliance, 1995 (https://ica.coop). " +
			"Here they are told in other words, with a question to each; the Alliance’s own wording is what counts.",
		reason:  "Questions to begin with",
		adopted: "The principles to begin with",
	},
	"es": {
		story: "Una de las páginas de preguntas que vienen con Toad Lane, el programa en el que funciona este manual. Se escribieron para él a partir de lo que las cooperativas le pedían. " +
			"Cada respuesta se escribe debajo de su pregunta, y la pregunta se marca. Se pueden cambiar, tachar las que no vengan al caso y contar aquí cómo se llegó a las respuestas.",
		principles: "Los siete principios son los de la Declaración sobre la Identidad Cooperativa de la Alianza Cooperativa Internacional, de 1995 (https://ica.coop). " +
			"Aquí se cuentan con otras palabras, con una pregunta para cada uno; lo que vale es el texto de la propia Alianza.",
		reason:  "Preguntas para empezar",
		adopted: "Los principios para empezar",
	},
}

// sets holds the pages of each language. A file that is missing is our own mistake and stops the program at its start.
var sets = read()

func read() map[string][]handbook.Beginning {
	out := map[string][]handbook.Beginning{}
	for language, w := range words {
		for _, x := range plan {
			b, err := files.ReadFile(language + "/" + x.slug + ".md")
			if err != nil {
				panic(err)
			}
			title, text, _ := strings.Cut(string(b), "\n")
			page := handbook.Beginning{Source: strings.TrimLeft(text, "\n"), Reason: w.reason, Months: x.months,
				Start: handbook.Start{Name: strings.TrimPrefix(title, "# "), Slug: x.slug, Kind: x.kind, Language: language, Story: w.story}}
			if x.slug == Principles {
				page.Story, page.Reason = w.principles, w.adopted
			}
			out[language] = append(out[language], page)
		}
	}
	return out
}

// Pages gives the pages in the first of the languages, given as BCP 47, in which there are any, else in English. The licence is left to
// the co-op's own.
func Pages(languages ...string) []handbook.Beginning {
	set := sets["en"]
	for _, tag := range languages {
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if own, ok := sets[base]; ok {
			set = own
			break
		}
	}
	return append([]handbook.Beginning(nil), set...)
}

// Chosen gives those of the pages whose slugs are among some, in the order of the pages.
func Chosen(pages []handbook.Beginning, slugs []string) (out []handbook.Beginning) {
	wanted := map[string]bool{}
	for _, s := range slugs {
		wanted[s] = true
	}
	for _, p := range pages {
		if wanted[p.Slug] {
			out = append(out, p)
		}
	}
	return out
}
