// hardtack's contract, version 1, for any application over net/http: it reads programs, checks parameters and names
// failures.
//
// Paste this file into the application, give Contract the operations that the application offers, and register it with
// the mux, inside the session middleware. main.go in this folder is an example. Serve the two routes on loopback only.

package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Refusal is an operation's own answer: the contract's word (missing, invalid, unsupported) and a sentence.
type Refusal struct{ Word, Message string }

func (refusal *Refusal) Error() string { return refusal.Message }

// With holds the parameters of an operation as they came. Times are an int (seconds), a time.Duration, a time.Time, a
// string (raw) or nil.
type With map[string]any

// Has tells whether a parameter is there.
func (with With) Has(name string) bool { _, there := with[name]; return there }

// Text answers a parameter that is a text, "" when it is not there.
func (with With) Text(name string) string { text, _ := with[name].(string); return text }

// Flag answers a parameter that is a boolean, false when it is not there.
func (with With) Flag(name string) bool { flag, _ := with[name].(bool); return flag }

// Operation is what the application does for one operation of the contract.
type Operation struct {
	Must, May []string // parameters that are required, and others that are known
	Lacks     []string // parameters of the contract that are not known
	Do        func(w http.ResponseWriter, r *http.Request, with With) (any, error)
}

// Contract serves the two routes.
type Contract struct {
	About      map[string]any // framework, version, server, facts, session_cookies
	Operations map[string]Operation
	Save       func(w http.ResponseWriter, r *http.Request) error // saves the session where no middleware does
}

// Register adds the two routes below base to a mux.
func (contract *Contract) Register(mux *http.ServeMux, base string) {
	contract.Operations["ctl.wait"] = Operation{Must: []string{"url"}, May: []string{"timeout_ms"}, Do: wait}
	contract.Operations["ctl.header"] = Operation{Must: []string{"name", "value"}, Do: header}
	contract.Operations["ctl.sleep"] = Operation{Must: []string{"ms"}, Do: sleep}
	contract.Operations["ctl.raise"] = Operation{Do: raise}
	mux.HandleFunc("GET "+base, contract.describe)
	mux.HandleFunc("GET "+base+"/run", contract.run)
	mux.HandleFunc("POST "+base+"/run", contract.run)
}

func (contract *Contract) describe(w http.ResponseWriter, _ *http.Request) {
	offers := []any{}
	for _, name := range slices.Sorted(maps.Keys(contract.Operations)) {
		if lacks := contract.Operations[name].Lacks; len(lacks) > 0 {
			offers = append(offers, map[string]any{"op": name, "lacks": lacks})
		} else {
			offers = append(offers, name)
		}
	}
	description := maps.Clone(contract.About)
	description["contract"], description["operations"] = 1, offers
	answer(w, http.StatusOK, description)
}

type program struct {
	Program []map[string]any `json:"program"`
	Status  *float64         `json:"status"`
}

func (contract *Contract) run(w http.ResponseWriter, r *http.Request) {
	asked, status, err := read(r)
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid", "kind": "malformed", "message": err.Error()})
		return
	}
	results := []any{}
	for _, entry := range asked {
		results = append(results, contract.perform(w, r, entry))
	}
	if contract.Save != nil {
		if err := contract.Save(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	answer(w, status, map[string]any{"results": results})
}

func read(r *http.Request) ([]map[string]any, int, error) {
	text := []byte(r.URL.Query().Get("program"))
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, 0, err
		}
		text = body
	}
	var asked program
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, 0, err
	}
	status := 200.0
	if asked.Status != nil {
		status = *asked.Status
	}
	if status != math.Trunc(status) || status < 200 || status > 599 {
		return nil, 0, errors.New("status is a whole number from 200 to 599")
	}
	if asked.Program == nil {
		return nil, 0, errors.New("program is missing")
	}
	for index, entry := range asked.Program {
		_, named := entry["op"].(string)
		_, flagged := entry["fatal"].(bool)
		if !named || entry["fatal"] != nil && !flagged {
			return nil, 0, errors.New("an entry of program has op (text) and fatal (boolean, optional)")
		}
		octets, err := octets(entry)
		if err != nil {
			return nil, 0, err
		}
		asked.Program[index], _ = octets.(map[string]any)
	}
	return asked.Program, int(status), nil
}

func (contract *Contract) perform(w http.ResponseWriter, r *http.Request, entry map[string]any) any {
	name, fatal := entry["op"].(string), entry["fatal"] == true
	with := With(maps.Clone(entry))
	delete(with, "op")
	delete(with, "fatal")
	value, err := contract.call(w, r, name, with)
	if err == nil {
		return map[string]any{"ok": plain(value)}
	}
	if fatal {
		panic(err)
	}
	word := "exception"
	var refusal *Refusal
	if errors.As(err, &refusal) {
		word = refusal.Word
	}
	return map[string]any{"error": word, "kind": fmt.Sprintf("%T", err), "message": err.Error()}
}

func (contract *Contract) call(w http.ResponseWriter, r *http.Request, name string, with With) (any, error) {
	operation, offered := contract.Operations[name]
	if !offered {
		return nil, &Refusal{"unsupported", name + " is not offered"}
	}
	for _, required := range operation.Must {
		if !with.Has(required) {
			return nil, &Refusal{"invalid", required + " is missing"}
		}
	}
	for parameter, value := range with {
		if !slices.Contains(operation.Must, parameter) && !slices.Contains(operation.May, parameter) {
			return nil, &Refusal{"unsupported", name + " has no " + parameter}
		}
		whatever := parameter == "default" || parameter == "value" && strings.HasPrefix(name, "session.")
		native, fits := value, true
		if !whatever {
			native, fits = typed(parameter, value)
		}
		if !fits {
			return nil, &Refusal{"invalid", parameter + " has the wrong type"}
		}
		with[parameter] = native
	}
	return operation.Do(w, r, with)
}

// Presence and types are checked here; values are for the application to judge.
func typed(parameter string, value any) (native any, fits bool) {
	switch parameter {
	case "path", "domain", "same_site":
		_, text := value.(string)
		return value, text || value == nil
	case "secure", "http_only", "partitioned", "keep_session":
		_, fits = value.(bool)
	case "ms", "timeout_ms":
		number, isNumber := value.(float64)
		return number, isNumber && number >= 0
	case "max_age", "expires", "to":
		return typedTime(value)
	case "values":
		_, fits = value.(map[string]any)
	case "user":
		text, _ := value.(string)
		return text, text != ""
	default:
		_, fits = value.(string)
	}
	return value, fits
}

func typedTime(value any) (native any, fits bool) {
	switch time_ := value.(type) {
	case nil:
		return nil, true
	case float64:
		return int(time_), true
	case map[string]any:
		if raw, isText := time_["raw"].(string); isText && len(time_) == 1 {
			return raw, true
		}
		if in, isNumber := time_["in"].(float64); isNumber && len(time_) == 1 {
			return time.Duration(in * float64(time.Second)), true
		}
		if at, isNumber := time_["at"].(float64); isNumber && len(time_) == 1 {
			return time.Now().Add(time.Duration(at * float64(time.Second))), true
		}
	}
	return nil, false
}

func wait(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
	target, err := url.Parse(with.Text("url"))
	if err != nil || !slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, target.Hostname()) {
		return nil, &Refusal{"invalid", "url is not a loopback URL"}
	}
	limit := 5 * time.Second
	if milliseconds, given := with["timeout_ms"].(float64); given {
		limit = time.Duration(milliseconds * float64(time.Millisecond))
	}
	client := http.Client{Timeout: limit, Transport: &http.Transport{DisableKeepAlives: true}}
	reply, err := client.Get(target.String())
	var failure *url.Error
	if errors.As(err, &failure) && failure.Timeout() {
		return false, nil
	}
	if err != nil {
		return nil, err
	}
	return true, reply.Body.Close()
}

func header(w http.ResponseWriter, _ *http.Request, with With) (any, error) {
	if slices.Contains([]string{"set-cookie", "date", "content-length"}, strings.ToLower(with.Text("name"))) {
		return nil, &Refusal{"invalid", with.Text("name") + " is not for ctl.header to set"}
	}
	w.Header().Set(with.Text("name"), with.Text("value"))
	return nil, nil
}

func sleep(_ http.ResponseWriter, _ *http.Request, with With) (any, error) {
	milliseconds, _ := with["ms"].(float64)
	time.Sleep(time.Duration(milliseconds * float64(time.Millisecond)))
	return nil, nil
}

func raise(http.ResponseWriter, *http.Request, With) (any, error) {
	panic("as ctl.raise asked")
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		_, _ = w.Write(text) // the client may be gone; nobody is left to tell
	}
}

// Octets that JSON cannot carry travel as {"b64": …}.
func octets(value any) (any, error) {
	var err error
	switch value := value.(type) {
	case []any:
		for index := range value {
			if value[index], err = octets(value[index]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if text, isText := value["b64"].(string); isText && len(value) == 1 {
			return base64.StdEncoding.Strict().DecodeString(text)
		}
		for key := range value {
			if value[key], err = octets(value[key]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}

func plain(value any) any {
	switch value := value.(type) {
	case []byte:
		return map[string]any{"b64": base64.StdEncoding.EncodeToString(value)}
	case string:
		if !utf8.ValidString(value) {
			return plain([]byte(value))
		}
	case []any:
		list := make([]any, len(value))
		for index := range value {
			list[index] = plain(value[index])
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for key := range value {
			object[key] = plain(value[key])
		}
		return object
	}
	return value
}
