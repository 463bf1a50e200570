//! Parameters of the contract as a cookie of the crate `cookie`, in the release that the framework brings: the file that
//! includes this one has its types in scope.

use super::contract::{Failure, Time, With};
use super::{Cookie, Duration, OffsetDateTime, SameSite};

/// The cookie that `cookie.set` and `cookie.delete` speak of.
pub fn cookie(with: &With) -> Result<Cookie<'static>, Failure> {
    let mut cookie = Cookie::new(with.text("name"), with.text("value"));
    match with.time("max_age") {
        None | Some(Time::Null) => {}
        Some(Time::Seconds(seconds)) => cookie.set_max_age(Duration::seconds(seconds)),
        Some(Time::In(duration)) => cookie.set_max_age(Duration::try_from(duration).map_err(invalid)?),
        Some(_) => return Err(Failure::refused("unsupported", "a max_age is a duration")),
    }
    match with.time("expires") {
        None | Some(Time::Null) => {}
        Some(Time::At(seconds)) => cookie.set_expires(OffsetDateTime::now_utc() + Duration::seconds(seconds)),
        Some(_) => return Err(Failure::refused("unsupported", "an instant of expiry is an OffsetDateTime")),
    }
    match with.text("same_site").to_lowercase().as_str() {
        "" => {}
        "lax" => cookie.set_same_site(SameSite::Lax),
        "strict" => cookie.set_same_site(SameSite::Strict),
        "none" => cookie.set_same_site(SameSite::None),
        _ => return Err(Failure::refused("invalid", "there is no such SameSite")),
    }
    if let Some(path) = with.optional("path") {
        cookie.set_path(path);
    }
    if let Some(domain) = with.optional("domain") {
        cookie.set_domain(domain);
    }
    cookie.set_secure(with.flag("secure"));
    cookie.set_http_only(with.flag("http_only"));
    Ok(cookie)
}

/// A refusal of arguments.
pub fn invalid(error: impl std::fmt::Display) -> Failure {
    Failure::refused("invalid", error.to_string())
}
