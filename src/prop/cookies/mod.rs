//! Properties of cookies: drawn inputs instead of histories, made smaller by the same driver.

mod asking;
mod field;
mod injection;
mod keys;
mod lifetime;
mod property;
mod removal;
mod round_trip;
mod signed;

pub use property::{CookieFinding, cookie_properties};
