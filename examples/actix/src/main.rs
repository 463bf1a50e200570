//! An actix-web application with the sessions of actix-session, and the tests that judge them.
//!
//! In this folder `cargo test` runs the tests, and `cargo run` serves the application, so that
//! `hardtack verify http://127.0.0.1:8000/` can be tried on it. `for_hardtack.rs` is what an application adds for that: the
//! contract, on for tests alone.

mod for_hardtack;
mod store;

use std::net::TcpListener;

use actix_session::config::CookieContentSecurity;
use actix_session::{Session, SessionInsertError, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::dev::Server;
use actix_web::http::header::{CACHE_CONTROL, VARY};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{Data, get};
use actix_web::{App, HttpServer};
use store::Memory;

/// How the application logs in.
#[derive(Clone, Copy)]
struct Login {
    /// Whether it takes away what another user has stored. It should; two tests show what happens when it does not.
    clears: bool,
}

/// What the application's own login does once the password was right.
fn log_in(session: &Session, user: &str, login: Login) -> Result<(), SessionInsertError> {
    let before = session.get::<String>("user").ok().flatten();
    if login.clears && before.is_some_and(|before| before != user) {
        session.clear();
    }
    session.renew();
    session.insert("user", user)
}

/// What the application's own logout does. After `purge` a session takes nothing more in the same request and does not
/// say so: a search found that whoever logs in there is not logged in.
fn log_out(session: &Session) {
    session.clear();
    session.renew();
}

fn sessions(store: Memory, key: Key) -> SessionMiddleware<Memory> {
    // Signed, not encrypted: the text stays the same while the key does, so that a search can tell keys apart.
    SessionMiddleware::builder(store, key).cookie_content_security(CookieContentSecurity::Signed).build()
}

/// Serves the application.
fn serve(listener: TcpListener, login: Login) -> std::io::Result<Server> {
    // An application of yours has its key from where its secrets are.
    let (key, store) = (Key::generate(), Memory::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(login))
            .wrap(sessions(store.clone(), key.clone()))
            // actix-session leaves it to the application to keep shared caches out.
            .wrap(DefaultHeaders::new().add((VARY, "Cookie")).add((CACHE_CONTROL, "private, no-store")))
            .configure(for_hardtack::routes)
            .route("/", get().to(async || "hello"))
    });
    Ok(server.workers(4).listen(listener)?.run())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:8000")?;
    println!("serving http://{}/", listener.local_addr()?);
    serve(listener, Login { clears: true })?.await
}

#[cfg(test)]
mod tests {
    use hardtack::testing::{Search, Suite};

    use super::*;

    /// Starts the application on a free port.
    async fn suite_of(login: Login) -> Suite {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        actix_web::rt::spawn(serve(listener, login).expect("the port is open"));
        Suite::of_url(&url).await.expect("the server answers")
    }

    #[actix_web::test]
    async fn sessions_conform() {
        suite_of(Login { clears: true }).await.verify().await.assert_conforms();
    }

    #[actix_web::test]
    async fn a_login_that_keeps_what_another_user_stored_is_noticed() {
        let verdicts = suite_of(Login { clears: false }).await.verify().await;
        assert!(!verdicts.conforms());
        let report = verdicts.report();
        assert!(report.contains("sessions/fixation#another-user"), "{report}");
    }

    /// The same histories each time, so that a change of something else is not held up by what chance finds. Leave the
    /// seed out to search further.
    #[actix_web::test]
    async fn no_history_breaks_a_session() {
        let suite = suite_of(Login { clears: true }).await;
        suite.search(Search::new().seed(2).histories(120)).await.expect("the suite can be put together").assert_holds();
    }

    #[actix_web::test]
    async fn the_smallest_history_that_shows_what_was_kept_is_found() {
        let suite = suite_of(Login { clears: false }).await;
        let searched = suite.search(Search::new().seed(2).histories(120)).await.expect("the suite can be put together");
        assert!(!searched.holds());
        let report = searched.report();
        assert!(report.contains("auth.login"), "{report}");
    }
}
