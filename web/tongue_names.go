package web

import "strings"

// tongueNames gives the languages that listings are most often written in their names in themselves, for choosers. Any other
// may be typed as its tag.
var tongueNames = []Option{
	{"ar", "العربية"}, {"eu", "Euskara"}, {"bn", "বাংলা"}, {"bg", "Български"}, {"ca", "Català"}, {"zh", "中文"}, {"hr", "Hrvatski"},
	{"cs", "Čeština"}, {"da", "Dansk"}, {"nl", "Nederlands"}, {"en", "English"}, {"et", "Eesti"}, {"fi", "Suomi"}, {"fr", "Français"},
	{"gl", "Galego"}, {"de", "Deutsch"}, {"el", "Ελληνικά"}, {"he", "עברית"}, {"hi", "हिन्दी"}, {"hu", "Magyar"}, {"id", "Bahasa Indonesia"},
	{"ga", "Gaeilge"}, {"it", "Italiano"}, {"ja", "日本語"}, {"ko", "한국어"}, {"ku", "Kurdî"}, {"lv", "Latviešu"}, {"lt", "Lietuvių"},
	{"mi", "Māori"}, {"nb", "Norsk bokmål"}, {"oc", "Occitan"}, {"fa", "فارسی"}, {"pl", "Polski"}, {"pt", "Português"},
	{"pt-br", "Português (Brasil)"}, {"qu", "Runa Simi"}, {"ro", "Română"}, {"ru", "Русский"}, {"gd", "Gàidhlig"}, {"sr", "Српски"},
	{"sk", "Slovenčina"}, {"sl", "Slovenščina"}, {"es", "Español"}, {"sw", "Kiswahili"}, {"sv", "Svenska"}, {"tr", "Türkçe"},
	{"uk", "Українська"}, {"ur", "اردو"}, {"vi", "Tiếng Việt"}, {"cy", "Cymraeg"}, {"yo", "Yorùbá"},
}

// languageName is a language's name in itself, the tag when it is not one of tongueNames.
func languageName(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	name := tag
	for _, o := range tongueNames {
		if o.Value == tag {
			return o.Label
		}
		if o.Value == primary {
			name = o.Label + " (" + tag + ")"
		}
	}
	return name
}
