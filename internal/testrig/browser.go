package testrig

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Browser is one person's browser: it keeps cookies and follows redirects. Names under .localhost lead to 127.0.0.1, other
// names nowhere.
type Browser struct {
	Client *http.Client
}

// Page is what came back.
type Page struct {
	Status int
	URL    *url.URL // after redirects
	Header http.Header
	Body   string
}

// NewBrowser gives a browser without cookies.
func NewBrowser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it never fails without options
	}
	return &Browser{&http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			if host != "localhost" && !strings.HasSuffix(host, ".localhost") && host != "127.0.0.1" {
				return nil, fmt.Errorf("%s is not on this machine", host)
			}
			return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
	}}}
}

// Close drops its connections, so that a server that stops need not wait for them.
func (b *Browser) Close() { b.Client.CloseIdleConnections() }

// Get asks for a page; headers alternate names and values.
func (b *Browser) Get(address string, headers ...string) (Page, error) {
	return b.Do(http.MethodGet, address, nil, headers...)
}

// Post sends a form as a browser does from a page of the same site. A value of the form @FILE sends that file.
func (b *Browser) Post(address string, form url.Values) (Page, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Page{}, err
	}
	var body bytes.Buffer
	contentType := "application/x-www-form-urlencoded"
	if files(form) {
		m := multipart.NewWriter(&body)
		for name, values := range form {
			for _, v := range values {
				if err := part(m, name, v); err != nil {
					return Page{}, err
				}
			}
		}
		if err := m.Close(); err != nil {
			return Page{}, err
		}
		contentType = m.FormDataContentType()
	} else {
		body.WriteString(form.Encode())
	}
	return b.Do(http.MethodPost, address, &body, "Content-Type", contentType, "Origin", u.Scheme+"://"+u.Host, "Sec-Fetch-Site", "same-origin")
}

func files(form url.Values) bool {
	for _, values := range form {
		for _, v := range values {
			if strings.HasPrefix(v, "@") && strings.ContainsAny(v, "./") {
				if _, err := os.Stat(v[1:]); err == nil {
					return true
				}
			}
		}
	}
	return false
}

func part(m *multipart.Writer, name, v string) error {
	if !strings.HasPrefix(v, "@") {
		return m.WriteField(name, v)
	}
	b, err := os.ReadFile(v[1:])
	if err != nil {
		return err
	}
	w, err := m.CreateFormFile(name, filepath.Base(v))
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Do makes a request.
func (b *Browser) Do(method, address string, body io.Reader, headers ...string) (Page, error) {
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		return Page{}, err
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	req.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.Client.Do(req)
	if err != nil {
		return Page{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return Page{}, err
	}
	return Page{Status: resp.StatusCode, URL: resp.Request.URL, Header: resp.Header, Body: string(text)}, nil
}
