//! Anti-forgery tokens that are good when they are the same as a cookie, and bound to nothing: a fault.

use serde_json::Value;

use super::arguments::Arguments;
use super::cookie_arguments::CookieArguments;
use super::cookie_operations::refused;
use super::key_source::random_text;
use super::perform::{Performance, exception};
use crate::contract::OperationResult;
use crate::cookie::Clock;

/// The cookie that holds the token.
const TOKEN_COOKIE: &str = "csrftoken";

impl Performance<'_> {
    /// `csrf.issue` and `csrf.submit` in this way.
    pub(super) fn double_submit(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        let held = self.cookies.last(TOKEN_COOKIE);
        if name == "submit" {
            return Ok(Value::from(held.is_some_and(|held| held == arguments.required_text("token"))));
        }
        let token = held.map_or_else(|| random_text(32), Ok).map_err(|error| exception(&error))?;
        let cookie =
            CookieArguments { name: TOKEN_COOKIE.to_owned(), value: token.clone(), ..CookieArguments::default() };
        self.writer.set(&cookie, self.world.clock.now()).map_err(refused)?;
        Ok(Value::from(token))
    }
}
