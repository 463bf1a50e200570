// Command go serves Go's sessions behind hardtack's contract on 127.0.0.1: alexedwards/scs and gorilla/sessions over
// net/http. The environment decides: LIBRARY, SETTINGS, DATA_DIR, SECRET_KEY.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"maps"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

const base = "/_hardtack"

func main() {
	port := flag.Int("port", 0, "where to listen on 127.0.0.1")
	flag.Parse()
	settings := cmp.Or(os.Getenv("SETTINGS"), "default")
	key := cmp.Or(os.Getenv("SECRET_KEY"), "hardtack: public on purpose 1234")
	folder := cmp.Or(os.Getenv("DATA_DIR"), os.TempDir())
	var contract Contract
	var middleware func(http.Handler) http.Handler
	var module string
	switch library := cmp.Or(os.Getenv("LIBRARY"), "scs"); library {
	case "scs":
		contract, middleware = scsFramework(settings)
		module = "github.com/alexedwards/scs/v2"
	case "gorilla-cookie", "gorilla-files":
		contract, middleware = gorillaFramework(strings.TrimPrefix(library, "gorilla-"), settings, key, folder)
		module = "github.com/gorilla/sessions"
	default:
		log.Fatal("LIBRARY is one of scs, gorilla-cookie, gorilla-files")
	}
	maps.Copy(contract.Operations, cookies)
	contract.About["version"], contract.About["server"] = version(module), "net/http of "+runtime.Version()
	mux := http.NewServeMux()
	contract.Register(mux, base)
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), recovered(middleware(mux))))
}

// recovered answers a panic with 500, as most applications do; net/http itself would close the connection.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if failure := recover(); failure != nil {
				log.Print(failure)
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func choose[T any](all map[string]T, name string) T {
	chosen, known := all[name]
	if !known {
		log.Fatalf("SETTINGS is one of %s here", strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	return chosen
}

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}
