package main

import (
	"context"
	"encoding/gob"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gorilla/sessions"
)

const gorillaCookie = "session"

var gorillaSettings = map[string]func(*sessions.Options) int{
	"default": func(options *sessions.Options) int { return options.MaxAge },
	"short-lifetime": func(*sessions.Options) int {
		return 4
	},
}

type changed struct{}

// gorilla/sessions, in the cookie or in files. It has no middleware: whoever changes a session saves it.
func gorillaFramework(engine, settings, key, folder string) (Contract, func(http.Handler) http.Handler) {
	gob.Register(map[string]any{}) // as securecookie asks for types that it does not know
	var store sessions.Store
	var options *sessions.Options
	storage := "client"
	if engine == "files" {
		files := sessions.NewFilesystemStore(folder, []byte(key))
		files.MaxAge(choose(gorillaSettings, settings)(files.Options))
		store, options, storage = files, files.Options, "server"
	} else {
		cookie := sessions.NewCookieStore([]byte(key))
		cookie.MaxAge(choose(gorillaSettings, settings)(cookie.Options))
		store, options = cookie, cookie.Options
	}
	session := func(r *http.Request) *sessions.Session {
		found, _ := store.Get(r, gorillaCookie) // an unreadable cookie gives a new session, as the documentation says
		return found
	}
	operations := gorillaOperations(session)
	if engine == "files" {
		records(operations, session, folder)
	}
	return Contract{
		About: map[string]any{
			"framework": "gorilla/sessions", "session_cookies": []string{gorillaCookie},
			"facts": map[string]any{
				"dialect": "gorilla", "engine": engine, "storage": storage, "rotate": "none", "clear_is_flush": false,
				"lazy": true, "save_on_error": true, "save": "at_end", "expiry": "sliding_on_write",
				"concurrency": "last_write", "logout_cookie": "deleted", "default_lifetime": options.MaxAge,
				"browser_close": false, "workers": 1,
			},
		},
		Operations: operations,
		Save: func(w http.ResponseWriter, r *http.Request) error {
			if touched, _ := r.Context().Value(changed{}).(*bool); touched == nil || !*touched {
				return nil
			}
			return session(r).Save(r, w)
		},
	}, noteChanges
}

// Remembers for each request whether its session was changed.
func noteChanges(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), changed{}, new(bool))))
	})
}

func gorillaOperations(session func(*http.Request) *sessions.Session) map[string]Operation {
	changing := func(change func(*sessions.Session, With) any) func(http.ResponseWriter, *http.Request, With) (any, error) {
		return func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			if touched, noted := r.Context().Value(changed{}).(*bool); noted {
				*touched = true
			}
			return change(session(r), with), nil
		}
	}
	reading := func(read func(*sessions.Session, With) any) func(http.ResponseWriter, *http.Request, With) (any, error) {
		return func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			return read(session(r), with), nil
		}
	}
	end := changing(func(session *sessions.Session, _ With) any {
		clear(session.Values)
		session.Options.MaxAge = -1
		return nil
	})
	key := []string{"key"}
	return map[string]Operation{
		"session.get": {Must: key, May: []string{"default"}, Do: reading(func(session *sessions.Session, with With) any {
			if value, there := session.Values[with.Text("key")]; there {
				return value
			}
			return with["default"]
		})},
		"session.put": {Must: []string{"key", "value"}, Do: changing(func(session *sessions.Session, with With) any {
			session.Values[with.Text("key")] = with["value"]
			return nil
		})},
		"session.delete": {Must: key, Do: changing(func(session *sessions.Session, with With) any {
			delete(session.Values, with.Text("key"))
			return nil
		})},
		"session.has": {Must: key, Do: reading(func(session *sessions.Session, with With) any {
			_, there := session.Values[with.Text("key")]
			return there
		})},
		"session.keys": {Do: reading(func(session *sessions.Session, _ With) any {
			keys := []any{}
			for key := range session.Values {
				keys = append(keys, key)
			}
			return keys
		})},
		"session.clear": {Do: changing(func(session *sessions.Session, _ With) any {
			clear(session.Values)
			return nil
		})},
		"session.flush": {Do: end},
		"auth.login": {Must: []string{"user"}, Do: changing(func(session *sessions.Session, with With) any {
			session.Values["user"] = with.Text("user")
			return with.Text("user")
		})},
		"auth.logout": {Do: end},
		"auth.whoami": {Do: reading(func(session *sessions.Session, _ With) any {
			return session.Values["user"]
		})},
	}
}

// records adds what looks into the files of NewFilesystemStore.
func records(operations map[string]Operation, session func(*http.Request) *sessions.Session, folder string) {
	file := func(with With) string { return filepath.Join(folder, "session_"+filepath.Base(with.Text("key"))) }
	exists := func(with With) bool {
		_, err := os.Stat(file(with))
		return !errors.Is(err, fs.ErrNotExist)
	}
	key := []string{"key"}
	operations["session.key"] = Operation{Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
		if found := session(r); found.ID != "" {
			return found.ID, nil
		}
		return nil, nil
	}}
	operations["store.count"] = Operation{Do: func(http.ResponseWriter, *http.Request, With) (any, error) {
		files, err := filepath.Glob(filepath.Join(folder, "session_*"))
		return len(files), err
	}}
	operations["store.exists"] = Operation{Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
		return exists(with), nil
	}}
	operations["store.delete"] = Operation{Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
		if !exists(with) {
			return false, nil
		}
		return true, os.Remove(file(with))
	}}
	operations["store.corrupt"] = Operation{Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
		if !exists(with) {
			return nil, &Refusal{"missing", "no such record"}
		}
		return nil, os.WriteFile(file(with), []byte("damaged"), 0o600)
	}}
}
