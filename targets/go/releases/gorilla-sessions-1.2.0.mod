module hardtack.example/targets/go

go 1.24

require (
	github.com/alexedwards/scs/v2 v2.9.0
	github.com/gorilla/sessions v1.2.0
)

require github.com/gorilla/securecookie v1.1.1 // indirect
