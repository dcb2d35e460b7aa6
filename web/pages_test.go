package web

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/jba/templatecheck"
)

// bareSite has what rendering needs and nothing else.
func bareSite(t testing.TB) *Site {
	t.Helper()
	s := &Site{}
	var err error
	if s.fabric, err = allFabric(); err != nil {
		t.Fatal(err)
	}
	s.templates = s.speak()
	return s
}

func TestTemplatesFitTheirPages(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	for name, page := range pages {
		for tag, spoken := range s.templates[name] {
			tmpl, err := spoken()
			if err != nil {
				t.Fatal(err)
			}
			if err := templatecheck.CheckHTML(tmpl, page); err != nil {
				t.Errorf("%s in %s: %v", name, tag, err)
			}
		}
	}
}

func TestEveryPageRendersEmpty(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	for name, page := range pages {
		for tag, tongue := range s.tongues {
			body, err := s.render(tongue, name, page)
			if err != nil {
				t.Errorf("%s in %s: %v", name, tag, err)
			}
			if !bytes.Contains(body, []byte(`<html lang="`+tag+`" dir="`+tongue.dir()+`">`)) || !bytes.HasSuffix(bytes.TrimSpace(body), []byte("</html>")) {
				t.Errorf("%s in %s is not a whole page", name, tag)
			}
			if bytes.Contains(body, []byte("ZgotmplZ")) {
				t.Errorf("%s in %s: a value stands where it may not", name, tag)
			}
		}
	}
}

func TestRenderRefusesAnotherPagesStruct(t *testing.T) {
	t.Parallel()
	s := bareSite(t)
	if _, err := s.render(s.tongues["en"], "front", ErrorPage{}); err == nil {
		t.Error("front was made from an ErrorPage")
	}
	if reflect.TypeOf(pages["error"]) != reflect.TypeOf(ErrorPage{}) {
		t.Error("the control is broken")
	}
}
