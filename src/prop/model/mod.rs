//! The model of session semantics: what a server of a known or unknown design may answer.
//!
//! It is independent of the reference server. A [`World`] is everything that one reading of the answers so far makes
//! true; where a design leaves open what happens, [`Choices`] follow every way, and an answer that fits none of them is
//! a [`Mismatch`].

mod accounts;
mod answer;
mod auth;
mod caching;
mod choices;
mod content;
mod mismatch;
mod performed;
mod possible;
mod saving;
mod session_cookie;
mod telling;
mod unsaved;
mod working;
mod world;

pub use accounts::Accounts;
pub use answer::{Answer, Asked, CookieChange, Reach, ToCaches};
pub use choices::Choices;
pub use content::{Content, Expiry, Login};
pub use mismatch::{Mismatch, THE_KEY};
pub use possible::{Possible, Turn};
pub use working::{Working, only_looks};
pub use world::World;
