//! A cookie with expected and actual attributes side by side.

use serde_json::Value;

use super::Code;
use super::matching::Matching;
use super::seen::{CookieSeen, field_of};
use super::words::{cut, seconds};
use crate::cookie::Lifetime;
use crate::event::ComparedAttribute;
use crate::spec::{CookieField, Effect, Matcher, SetCookieExpect};
use crate::wire::mask_value;

/// One attribute that an expectation may speak of.
pub(super) struct Asked<'a> {
    /// Its key in specs.
    pub(super) key: &'static str,
    /// Which it is.
    pub(super) field: CookieField,
    /// The code of a broken expectation.
    pub(super) code: Code,
    /// What is asked of it.
    pub(super) matcher: Option<&'a Matcher>,
}

/// Every attribute that matchers may speak of, in the order of reports.
pub(super) fn asked(expect: &SetCookieExpect) -> [Asked<'_>; 12] {
    let asked = |key, field, code, matcher| Asked { key, field, code, matcher };
    [
        asked("because", CookieField::Because, Code::CookieBecause, expect.because.as_ref()),
        asked("lifetime", CookieField::Lifetime, Code::CookieLifetime, expect.lifetime.as_ref()),
        asked("value", CookieField::Value, Code::CookieValue, expect.value.as_ref()),
        asked("path", CookieField::Path, Code::CookiePath, expect.path.as_ref()),
        asked("domain", CookieField::Domain, Code::CookieDomain, expect.domain.as_ref()),
        asked("same_site", CookieField::SameSite, Code::CookieSameSite, expect.same_site.as_ref()),
        asked("secure", CookieField::Secure, Code::CookieSecure, expect.secure.as_ref()),
        asked("http_only", CookieField::HttpOnly, Code::CookieHttpOnly, expect.http_only.as_ref()),
        asked("partitioned", CookieField::Partitioned, Code::CookiePartitioned, expect.partitioned.as_ref()),
        asked("max_age", CookieField::MaxAge, Code::CookieMaxAge, expect.max_age.as_ref()),
        asked("expires", CookieField::Expires, Code::CookieExpires, expect.expires.as_ref()),
        asked("times", CookieField::Times, Code::CookieTimes, expect.times.as_ref()),
    ]
}

/// Whether a field is measured on a clock, so that numbers are compared within the tolerance.
pub(super) const fn is_measured(field: CookieField) -> bool {
    matches!(field, CookieField::Lifetime | CookieField::Expires)
}

/// Whether a lifetime or another attribute is as asked.
pub(super) fn attribute_holds(matching: Matching<'_>, asked: &Asked<'_>, matcher: &Matcher, seen: &CookieSeen) -> bool {
    let matching = if is_measured(asked.field) { matching.measured() } else { matching };
    matching.holds(matcher, &field_of(seen, asked.field))
}

/// The words for what is asked of an attribute.
pub(super) fn attribute_words(matching: Matching<'_>, field: CookieField, matcher: &Matcher) -> String {
    let matching = if is_measured(field) { matching.measured() } else { matching };
    matching.words(matcher)
}

/// An attribute as it was seen, in words.
pub(super) fn seen_words(seen: &CookieSeen, field: CookieField) -> String {
    match (field, field_of(seen, field)) {
        (CookieField::Effect, _) => effect_words(seen),
        (CookieField::Lifetime, Value::Null) => match seen.lifetime {
            Some(Lifetime::UntilClose) => "until the browser closes".to_owned(),
            _ => "none, the cookie is refused".to_owned(),
        },
        (CookieField::Lifetime | CookieField::Expires, Value::Number(number)) => {
            number.as_f64().map_or_else(|| number.to_string(), seconds)
        }
        (CookieField::Secure | CookieField::HttpOnly | CookieField::Partitioned, Value::Bool(set)) => {
            if set { "set" } else { "not set" }.to_owned()
        }
        (_, Value::Null) => "absent".to_owned(),
        (CookieField::Value, Value::String(value)) if seen.secret => cut(&Value::from(mask_value(&value)).to_string()),
        (_, value) => cut(&value.to_string()),
    }
}

fn effect_words(seen: &CookieSeen) -> String {
    match seen.reception.refusal() {
        Some(refusal) => format!("refused by browsers: {refusal} ({})", refusal.code()),
        None => match seen.effect.as_str() {
            "kept" => "a removal that misses: the browser still holds a cookie of this name".to_owned(),
            word => word.replace('_', " "),
        },
    }
}

/// The effect that was asked for, in words.
pub(super) fn effect_asked(effect: Effect) -> String {
    effect.as_str().replace('_', " ")
}

/// Expected and actual attributes side by side; attributes that nobody asked for and nobody sent are left out.
pub(super) fn compare(
    matching: Matching<'_>,
    expect: &SetCookieExpect,
    seen: &CookieSeen,
    effect_held: bool,
) -> Vec<ComparedAttribute> {
    let mut rows = vec![ComparedAttribute {
        name: "effect".to_owned(),
        expected: expect.effect.map(effect_asked),
        actual: seen_words(seen, CookieField::Effect),
        held: effect_held,
    }];
    for asked in asked(expect) {
        let value = field_of(seen, asked.field);
        let idle = matches!(value, Value::Null | Value::Bool(false)) || value == 1 && asked.key == "times";
        if asked.matcher.is_none() && (idle || asked.key == "because") {
            continue;
        }
        rows.push(ComparedAttribute {
            name: asked.key.to_owned(),
            expected: asked.matcher.map(|matcher| attribute_words(matching, asked.field, matcher)),
            actual: seen_words(seen, asked.field),
            held: asked.matcher.is_none_or(|matcher| attribute_holds(matching, &asked, matcher, seen)),
        });
    }
    rows
}
