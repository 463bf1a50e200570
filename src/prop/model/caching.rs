//! What an answer says to caches.

use serde_json::{Value, json};

use super::answer::{Answer, Asked, CookieChange};
use super::choices::Choices;
use super::mismatch::Mismatch;
use super::working::Working;
use super::world::World;
use crate::prop::deviation::Deviation;

impl Working {
    /// What an answer that depends on the session says to caches.
    pub(super) fn caches(
        &self,
        world: &mut World,
        asked: &Asked,
        answer: &Answer,
        choices: &mut Choices,
    ) -> Result<(), Mismatch> {
        let sets = matches!(answer.change, CookieChange::Stored { .. });
        if answer.caches.shared && (sets || (self.read && asked.cacheable)) {
            let what = if sets { "sets the session cookie" } else { "tells what is in the session" };
            let message = format!("the answer {what}, and says that shared caches may keep it");
            return Err(Mismatch::new("shared-answer", message)
                .comparing("nothing that lets shared caches keep it", "public, or s-maxage")
                .expecting("header", json!({"cache-control": {"not": {"matches": "(?i)public|s-maxage"}}})));
        }
        let turns =
            |op: &str| matches!(op, "auth.login" | "auth.logout" | "session.flush" | "session.clear" | "session.put");
        if answer.caches.kept && asked.cacheable && asked.calls.iter().any(|call| turns(&call.op)) {
            let message = "the answer to a request that changes the session says that browsers may use it again: they \
                           may answer the next such request by themselves";
            return Err(Mismatch::new("kept-answer", message)
                .comparing("nothing that lets browsers use it without asking", "max-age, or immutable")
                .expecting(
                    "header",
                    json!({"cache-control": {"not": {"matches": "(?i)max-age\\s*=\\s*[1-9]|immutable"}}}),
                ));
        }
        Self::own_vary(world, asked, answer, choices)?;
        let depends = self.accessed && asked.cacheable && !asked.raises() && answer.status != Some(304);
        let asks_for_session = asked
            .calls
            .iter()
            .any(|call| (call.op.starts_with("session.") && call.op != "session.key") || call.op.starts_with("auth."));
        if !depends || !asks_for_session || answer.caches.depends {
            return Ok(());
        }
        if !self.read && world.deviates(choices, Deviation::VaryMissingOnTest) {
            return Ok(());
        }
        Err(Mismatch::new("vary", "the answer depends on the session, and does not tell caches so: Vary lacks Cookie")
            .comparing("Vary: Cookie, or a Cache-Control that keeps shared caches out", "neither")
            .expecting("header", json!({"vary": {"matches": "(?i)cookie|\\*"}})))
    }

    /// The Vary that the application sets is there beside what the session adds.
    fn own_vary(world: &mut World, asked: &Asked, answer: &Answer, choices: &mut Choices) -> Result<(), Mismatch> {
        if asked.raises() {
            return Ok(());
        }
        let own = asked.calls.iter().filter(|call| call.op == "ctl.header");
        let own = own.filter(|call| call.argument("name").and_then(Value::as_str) == Some("Vary"));
        let mut own = own.filter_map(|call| Some(call.argument("value")?.as_str()?.to_ascii_lowercase()));
        let lost = own.find(|field| !answer.caches.vary.iter().any(|word| word == field || word == "*"));
        if let Some(field) = lost
            && !world.deviates(choices, Deviation::VaryLost)
        {
            let message = "the answer should keep the Vary that the application sets, and does not";
            return Err(Mismatch::new(Deviation::VaryLost.as_str(), message)
                .comparing("what the application sets, beside what the session adds", "only what the session adds")
                .expecting("header", json!({"vary": {"matches": format!("(?i){field}|\\*")}})));
        }
        Ok(())
    }
}
