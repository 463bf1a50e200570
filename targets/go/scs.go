package main

import (
	"encoding/gob"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
)

var scsSettings = map[string]func(*scs.SessionManager){
	"default":        func(*scs.SessionManager) {},
	"browser-close":  func(manager *scs.SessionManager) { manager.Cookie.Persist = false },
	"short-lifetime": func(manager *scs.SessionManager) { manager.Lifetime = 4 * time.Second },
	"idle-timeout":   func(manager *scs.SessionManager) { manager.IdleTimeout = 4 * time.Second },
	"flags": func(manager *scs.SessionManager) {
		manager.Cookie.Name, manager.Cookie.Domain, manager.Cookie.Path = "sid", "app.localhost", "/_hardtack"
		manager.Cookie.SameSite = http.SameSiteStrictMode
	},
}

// scs with its memory store, behind its middleware LoadAndSave.
func scsFramework(settings string) (Contract, func(http.Handler) http.Handler) {
	gob.Register(map[string]any{}) // as scs asks for types that it does not know
	gob.Register([]any{})
	manager := scs.New()
	store := memstore.New()
	manager.Store = store
	choose(scsSettings, settings)(manager)
	expiry := "absolute"
	if manager.IdleTimeout > 0 {
		expiry = "sliding_on_read"
	}
	operations := scsOperations(manager, store)
	if manager.IdleTimeout > 0 {
		delete(operations, "session.set_expiry") // a deadline says little while the idle timeout is shorter
		delete(operations, "session.get_expiry")
	}
	return Contract{
		About: map[string]any{
			"framework": "scs", "session_cookies": []string{manager.Cookie.Name},
			"facts": map[string]any{
				"dialect": "scs", "engine": "memstore", "storage": "server", "rotate": "login", "clear_is_flush": false,
				"lazy": true, "save_on_error": true, "save": "at_end", "expiry": expiry, "concurrency": "last_write",
				"logout_cookie": "deleted", "default_lifetime": int(manager.Lifetime.Seconds()),
				"browser_close": !manager.Cookie.Persist, "workers": 1,
			},
		},
		Operations: operations,
	}, manager.LoadAndSave
}

func scsOperations(manager *scs.SessionManager, store *memstore.MemStore) map[string]Operation {
	key := []string{"key"}
	return map[string]Operation{
		"session.get": {Must: key, May: []string{"default"}, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			if value := manager.Get(r.Context(), with.Text("key")); value != nil {
				return value, nil
			}
			return with["default"], nil
		}},
		"session.put": {Must: []string{"key", "value"}, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			manager.Put(r.Context(), with.Text("key"), with["value"])
			return nil, nil
		}},
		"session.delete": {Must: key, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			manager.Remove(r.Context(), with.Text("key"))
			return nil, nil
		}},
		"session.has": {Must: key, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			return manager.Exists(r.Context(), with.Text("key")), nil
		}},
		"session.pop": {Must: key, Lacks: []string{"default"}, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			return manager.Pop(r.Context(), with.Text("key")), nil
		}},
		"session.keys": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			own := func(key string) bool { return strings.HasPrefix(key, "_") } // scs notes RememberMe among the values
			return slices.DeleteFunc(manager.Keys(r.Context()), own), nil
		}},
		"session.clear": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			return nil, manager.Clear(r.Context())
		}},
		"session.flush": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			return nil, manager.Destroy(r.Context())
		}},
		"session.cycle_key": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			return nil, manager.RenewToken(r.Context())
		}},
		"session.key": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			if token := manager.Token(r.Context()); token != "" {
				return token, nil
			}
			return nil, nil
		}},
		"session.set_expiry": {Must: []string{"to"}, Lacks: []string{"to.null"}, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			if with["to"] == 0 { // until the browser closes, as far as Cookie.Persist leaves that open
				manager.RememberMe(r.Context(), false)
				return nil, nil
			}
			switch to := with["to"].(type) {
			case time.Time:
				manager.SetDeadline(r.Context(), to)
			case time.Duration:
				manager.SetDeadline(r.Context(), time.Now().Add(to))
			case int:
				manager.SetDeadline(r.Context(), time.Now().Add(time.Duration(to)*time.Second))
			default:
				return nil, &Refusal{"unsupported", "a deadline is a time.Time"}
			}
			manager.RememberMe(r.Context(), true)
			return nil, nil
		}},
		"session.get_expiry": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			left := time.Until(manager.Deadline(r.Context()))
			// scs has no getter for what RememberMe notes.
			persistent := manager.Cookie.Persist || manager.GetBool(r.Context(), "__rememberMe")
			return map[string]any{"age": int(left.Seconds() + 0.5), "at_browser_close": !persistent}, nil
		}},
		"auth.login": {Must: []string{"user"}, Do: func(_ http.ResponseWriter, r *http.Request, with With) (any, error) {
			if err := manager.RenewToken(r.Context()); err != nil { // as scs documents for changes of privilege
				return nil, err
			}
			manager.Put(r.Context(), "user", with.Text("user"))
			return with.Text("user"), nil
		}},
		"auth.logout": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			return nil, manager.Destroy(r.Context())
		}},
		"auth.whoami": {Do: func(_ http.ResponseWriter, r *http.Request, _ With) (any, error) {
			return manager.Get(r.Context(), "user"), nil
		}},
		"store.count": {Do: func(http.ResponseWriter, *http.Request, With) (any, error) {
			all, err := store.All()
			return len(all), err
		}},
		"store.exists": {Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
			_, found, err := store.Find(with.Text("key"))
			return found, err
		}},
		"store.delete": {Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
			_, found, err := store.Find(with.Text("key"))
			if err != nil {
				return nil, err
			}
			return found, store.Delete(with.Text("key"))
		}},
		"store.corrupt": {Must: key, Do: func(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
			if _, found, err := store.Find(with.Text("key")); err != nil || !found {
				return nil, &Refusal{"missing", "no such record"}
			}
			return nil, store.Commit(with.Text("key"), []byte("damaged"), time.Now().Add(time.Hour))
		}},
	}
}
