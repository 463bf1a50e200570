package main

import (
	"net/http"
	"strings"
	"time"
)

var scope = []string{"path", "domain", "same_site", "secure", "http_only", "partitioned"}

// Cookies of net/http, whatever keeps the sessions.
var cookies = map[string]Operation{
	"cookie.set":    {Must: []string{"name", "value"}, May: append([]string{"max_age", "expires"}, scope...), Do: setCookie},
	"cookie.delete": {Must: []string{"name"}, May: scope, Do: deleteCookie},
	"cookie.list":   {Do: listCookies},
}

func setCookie(w http.ResponseWriter, _ *http.Request, with With) (any, error) {
	cookie, err := scoped(with)
	if err != nil {
		return nil, err
	}
	cookie.Value = with.Text("value")
	switch age := with["max_age"].(type) {
	case int:
		cookie.MaxAge = age
	case time.Duration:
		cookie.MaxAge = int(age.Seconds())
	case string, time.Time:
		return nil, &Refusal{"unsupported", "MaxAge is an int of seconds"}
	}
	switch expires := with["expires"].(type) {
	case time.Time:
		cookie.Expires = expires
	case int, string, time.Duration:
		return nil, &Refusal{"unsupported", "Expires is a time.Time"}
	}
	http.SetCookie(w, cookie)
	return nil, nil
}

// net/http has no call that deletes; this is how its documentation does it.
func deleteCookie(w http.ResponseWriter, _ *http.Request, with With) (any, error) {
	cookie, err := scoped(with)
	if err != nil {
		return nil, err
	}
	cookie.MaxAge = -1
	http.SetCookie(w, cookie)
	return nil, nil
}

func listCookies(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
	pairs := []any{}
	for _, cookie := range r.Cookies() {
		pairs = append(pairs, []any{cookie.Name, cookie.Value})
	}
	return pairs, nil
}

func scoped(with With) (*http.Cookie, error) {
	modes := map[string]http.SameSite{
		"": 0, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode,
	}
	mode, known := modes[strings.ToLower(with.Text("same_site"))]
	if !known {
		return nil, &Refusal{"invalid", "net/http has no such SameSite mode"}
	}
	return &http.Cookie{
		Name: with.Text("name"), Path: with.Text("path"), Domain: with.Text("domain"), Secure: with.Flag("secure"),
		HttpOnly: with.Flag("http_only"), Partitioned: with.Flag("partitioned"), SameSite: mode,
	}, nil
}
