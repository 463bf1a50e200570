//! Properties of cookies and of tokens: drawn inputs instead of histories, made smaller by the same driver.

mod asking;
mod changed;
mod field;
mod injection;
mod keys;
mod lifetime;
mod property;
mod removal;
mod round_trip;
mod signed;
mod token;

pub use property::{CookieFinding, cookie_properties};
