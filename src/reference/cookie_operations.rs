//! The operations of the `cookie` family.

use serde_json::Value;

use super::arguments::{Arguments, invalid};
use super::behaviour::SignatureCheck;
use super::expiry::millis;
use super::perform::Performance;
use crate::contract::{Failure, FailureKind, OperationResult, TimeValue};
use crate::cookie::Clock;

impl Performance<'_> {
    pub(super) fn cookie(&mut self, name: &str, arguments: Arguments<'_>) -> OperationResult {
        match name {
            "set" if self.is_unchanged(arguments) => Ok(Value::Null),
            "set" => {
                self.writer.set(&arguments.cookie(), self.world.clock.now()).map(|()| Value::Null).map_err(refused)
            }
            "delete" => {
                let sent = self.cookies.last(arguments.required_text("name"));
                self.writer.delete(&arguments.cookie(), sent.as_deref()).map(|()| Value::Null).map_err(refused)
            }
            "list" => Ok(self.cookies.to_json()),
            "set_signed" => {
                let mut cookie = arguments.cookie();
                let now = self.world.clock.now();
                let stamp = now.as_millis().to_string();
                let salt = arguments.text("salt").unwrap_or_default();
                let signature = self.sign(&cookie.name, salt, &cookie.value, &stamp);
                cookie.value = format!("{}:{stamp}:{signature}", cookie.value);
                self.writer.set(&cookie, now).map(|()| Value::Null).map_err(refused)
            }
            _ => self.get_signed(arguments),
        }
    }

    /// Whether a careless server leaves out a cookie that the browser has.
    fn is_unchanged(&self, arguments: Arguments<'_>) -> bool {
        let cookie = arguments.cookie();
        self.world.behaviour.answers.unchanged_not_set && self.cookies.last_decoded(&cookie.name) == Some(cookie.value)
    }

    fn get_signed(&self, arguments: Arguments<'_>) -> OperationResult {
        let name = arguments.required_text("name");
        let signing = &self.world.behaviour.signing;
        let Some(text) = self.cookies.last_decoded(name) else {
            if signing.missing_is_empty {
                return Ok(Value::from(""));
            }
            return Err(Failure::new(FailureKind::Missing, "KeyError", format!("no cookie {name:?}")));
        };
        let mut parts = text.rsplitn(3, ':');
        let (signature, stamp, value) = (parts.next(), parts.next(), parts.next());
        let (Some(signature), Some(stamp), Some(value)) = (signature, stamp, value) else {
            return match signing.value {
                _ if signing.unsigned_passes => Ok(Value::from(text)),
                SignatureCheck::Nothing => Ok(Value::from(text)),
                SignatureCheck::Whole
                | SignatureCheck::Prefix
                | SignatureCheck::UnlessNone
                | SignatureCheck::Renewed => Err(bad_signature("it is not signed")),
            };
        };
        let parts = self.signed_parts(name, arguments.text("salt").unwrap_or_default());
        let parts = ["cookie", &parts.0, &parts.1, value, stamp];
        let whole = || self.world.signer.sign(&parts, signing.value);
        let folded = signing.case_ignored && whole().eq_ignore_ascii_case(signature);
        if !folded && !self.world.signer.verify(&parts, signature, signing.value) {
            return Err(bad_signature("its signature is not of this server"));
        }
        let greatest = match arguments.time("max_age") {
            None | Some(TimeValue::Null) => None,
            Some(TimeValue::In(_)) if signing.duration_ages_ignored => None,
            Some(TimeValue::Seconds(seconds) | TimeValue::In(seconds)) => Some(millis(seconds)),
            Some(TimeValue::At(_) | TimeValue::Raw(_)) => return Err(invalid("max_age is a number of seconds")),
        };
        let signed_at: i64 = stamp.parse().unwrap_or_default();
        let age = self.world.clock.now().as_millis().saturating_sub(signed_at);
        let greatest = greatest.filter(|greatest| *greatest != 0 || !signing.zero_age_unlimited);
        if greatest.is_some_and(|greatest| age > greatest) && !signing.value_ages_ignored {
            return Err(bad_signature("its signature is too old"));
        }
        Ok(match value.split_once(':') {
            _ if signing.value_lost => Value::from(""),
            Some((before, _)) if signing.value_cut => Value::from(before),
            _ => Value::from(value),
        })
    }

    fn sign(&self, name: &str, salt: &str, value: &str, stamp: &str) -> String {
        let (name, salt) = self.signed_parts(name, salt);
        self.world.signer.sign(&["cookie", &name, &salt, value, stamp], self.world.behaviour.signing.value)
    }

    /// Name and salt as they are signed.
    fn signed_parts(&self, name: &str, salt: &str) -> (String, String) {
        let signing = &self.world.behaviour.signing;
        let salt = if signing.salt_ignored { "" } else { salt };
        let name = if signing.name_ignored { "" } else { name };
        if signing.name_and_salt_joined { (format!("{name}{salt}"), String::new()) } else { (name.into(), salt.into()) }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
pub(super) fn refused(why: String) -> Failure {
    Failure::new(FailureKind::Invalid, "CookieRefused", why)
}

fn bad_signature(why: &str) -> Failure {
    Failure::new(FailureKind::Invalid, "BadSignature", format!("the cookie is not believed: {why}"))
}
