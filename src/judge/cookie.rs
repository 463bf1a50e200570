//! Judging what a response does to one cookie.

use super::Code;
use super::compared::{asked, attribute_holds, attribute_words, compare, effect_asked, seen_words};
use super::judged::Judged;
use super::matching::Matching;
use super::observation::Observation;
use super::seen::{CookieSeen, EffectSeen};
use super::words::{join, seconds};
use crate::cookie::{Finding, GrammarProfile, UserAgentModel};
use crate::spec::{CookieExpect, CookieField, Effect, GrammarExpect, SetCookieExpect};

/// The umbrella rule that stands for the whole grammar.
const GRAMMAR_RULE: &str = "cookie.set.grammar";

/// Judges what a step should do to the cookie, or role, called `name`.
pub(super) fn judge_cookie(
    name: &str,
    expect: &CookieExpect,
    observation: &Observation,
    matching: Matching<'_>,
    path: &str,
) -> Vec<Judged> {
    let names = observation.session.resolve(name);
    let set: Vec<&CookieSeen> = names.iter().filter_map(|name| observation.cookie(name)).collect();
    match expect {
        CookieExpect::None => vec![judge_absence(name, &set, path)],
        CookieExpect::Set(expect) => {
            let wants_removal = expect.effect == Some(Effect::Removed);
            let first = names.first().and_then(|name| observation.cookie(name));
            // Removal concerns the whole set: any member shows that it was asked for.
            match first.or_else(|| set.first().copied().filter(|_| wants_removal)) {
                None => vec![judge_presence(name, observation, path)],
                Some(seen) => {
                    let left = if wants_removal { left_of(&names, seen, observation) } else { Vec::new() };
                    judge_attributes(name, expect, seen, &left, matching, path)
                }
            }
        }
    }
}

/// Judges one line by itself, as monitors do.
pub(super) fn judge_line(
    expect: &SetCookieExpect,
    seen: &CookieSeen,
    matching: Matching<'_>,
    path: &str,
) -> Vec<Judged> {
    judge_attributes(&seen.name(), expect, seen, &[], matching, path)
}

/// The other cookies of a role that the browser still holds, or that were set without being removed.
fn left_of(names: &[&str], judged: &CookieSeen, observation: &Observation) -> Vec<String> {
    let others = names.iter().filter(|name| name.as_bytes() != judged.written.name);
    others
        .filter(|name| match observation.cookie(name) {
            Some(other) => other.effect != EffectSeen::Removed,
            None => observation.held(name).is_some(),
        })
        .map(|name| (*name).to_owned())
        .collect()
}

fn judge_absence(name: &str, set: &[&CookieSeen], path: &str) -> Judged {
    let actual = match set {
        [] => "not set".to_owned(),
        all => {
            let words: Vec<String> = all
                .iter()
                .map(|seen| format!("`{}`, {}", seen.name(), seen_words(seen, CookieField::Effect)))
                .collect();
            format!("set: {}", join(&words, "and"))
        }
    };
    let expected = "not set".to_owned();
    Judged::new(path.to_owned(), Code::CookieSet, set.is_empty(), expected, actual)
        .saying(format!("the response should not set {}, but does", subject(name, set.first().copied())))
}

fn judge_presence(name: &str, observation: &Observation, path: &str) -> Judged {
    let others: Vec<String> = observation.cookies.iter().map(|seen| format!("`{}`", seen.name())).collect();
    let actual =
        if others.is_empty() { "no Set-Cookie at all".to_owned() } else { format!("only {}", join(&others, "and")) };
    Judged::new(path.to_owned(), Code::CookieNotSet, false, "set".to_owned(), actual)
        .saying(format!("the response should set {}, but does not", subject(name, None)))
}

fn subject(name: &str, seen: Option<&CookieSeen>) -> String {
    match seen {
        Some(seen) if seen.name() != name => format!("the {name} cookie `{}`", seen.name()),
        _ if name == "session" => "the session cookie".to_owned(),
        _ => format!("the cookie `{name}`"),
    }
}

fn judge_attributes(
    name: &str,
    expect: &SetCookieExpect,
    seen: &CookieSeen,
    left: &[String],
    matching: Matching<'_>,
    path: &str,
) -> Vec<Judged> {
    let subject = subject(name, Some(seen));
    let mut judged = Vec::new();
    let mut effect_held = true;
    if let Some(effect) = expect.effect {
        effect_held = effect_holds(effect, seen.effect) && left.is_empty();
        let mut actual = seen_words(seen, CookieField::Effect);
        if !left.is_empty() {
            actual = format!("{actual}, but the browser keeps {}", join(left, "and"));
        }
        judged.push(
            Judged::new(format!("{path}.effect"), Code::CookieEffect, effect_held, effect_asked(effect), actual)
                .about(&subject),
        );
    }
    for asked in asked(expect) {
        let Some(matcher) = asked.matcher else { continue };
        let held = attribute_holds(matching, &asked, matcher, seen);
        let expected = attribute_words(matching, asked.field, matcher);
        let actual = seen_words(seen, asked.field);
        let what = format!("{} of {subject}", asked.key);
        judged.push(Judged::new(format!("{path}.{}", asked.key), asked.code, held, expected, actual).about(&what));
    }
    if expect.agree {
        judged.push(judge_agreement(&subject, seen, matching, path));
    }
    if let Some(grammar) = &expect.grammar {
        judged.extend(judge_grammar(&subject, grammar, seen, path));
    }
    if judged.is_empty() {
        judged.push(Judged::new(path.to_owned(), Code::CookieNotSet, true, "set".to_owned(), "set".to_owned()));
    }
    for one in &mut judged {
        one.subject = seen.name();
    }
    if judged.iter().any(|one| !one.held) {
        let rows = compare(matching, expect, seen, effect_held);
        for one in judged.iter_mut().filter(|one| !one.held) {
            one.cookie.clone_from(&rows);
        }
    }
    judged
}

const fn effect_holds(asked: Effect, seen: EffectSeen) -> bool {
    match asked {
        Effect::Stored => matches!(seen, EffectSeen::Stored | EffectSeen::StoredUntilClose),
        Effect::StoredUntilClose => matches!(seen, EffectSeen::StoredUntilClose),
        Effect::Removed => matches!(seen, EffectSeen::Removed),
        Effect::Refused => matches!(seen, EffectSeen::Refused),
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a lifetime, shown and compared within seconds")]
fn judge_agreement(subject: &str, seen: &CookieSeen, matching: Matching<'_>, path: &str) -> Judged {
    let shown = |value: Option<i64>| value.map_or_else(|| "absent".to_owned(), |value| seconds(value as f64));
    let (max_age, expires) = (seen.written.max_age(), seen.expires_in);
    let held = match (max_age, expires) {
        (Some(max_age), Some(expires)) => {
            let both_remove = max_age <= 0 && expires <= 0;
            both_remove || matching.near(max_age as f64, expires as f64)
        }
        _ => false,
    };
    let actual = format!("Max-Age {}, Expires {} after the response's Date", shown(max_age), shown(expires));
    let expected = "Max-Age and Expires, both naming the same moment".to_owned();
    Judged::new(format!("{path}.agree"), Code::CookieAgree, held, expected, actual)
        .saying(format!("Max-Age and Expires of {subject} should both be there and name the same moment"))
}

/// One entry per broken rule, or one that held.
fn judge_grammar(subject: &str, expect: &GrammarExpect, seen: &CookieSeen, path: &str) -> Vec<Judged> {
    let profile = GrammarProfile::from(UserAgentModel::default());
    let counts = |finding: &&Finding| match expect {
        GrammarExpect::Strict => finding.code.breaks_grammar(profile),
        GrammarExpect::Rules(rules) => rules.iter().any(|rule| match rule.as_str() {
            GRAMMAR_RULE => finding.code.breaks_grammar(profile),
            rule => finding.code.rule_id() == rule,
        }),
    };
    let expected = match expect {
        GrammarExpect::Strict => "well formed by the grammar for servers".to_owned(),
        GrammarExpect::Rules(rules) => {
            let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
            format!("in keeping with {}", join(&rules, "and"))
        }
    };
    let path = format!("{path}.grammar");
    let mut judged: Vec<Judged> = Vec::new();
    for finding in seen.findings.iter().filter(counts) {
        if judged.iter().any(|one| one.code == finding.code.rule_id()) {
            continue;
        }
        let octet = finding.octet.map(|octet| format!(" (0x{octet:02X})")).unwrap_or_default();
        let actual = format!("{} at octet {}{octet}", finding.message, finding.offset);
        let mut one = Judged::new(path.clone(), Code::CookieGrammar, false, expected.clone(), actual);
        finding.code.rule_id().clone_into(&mut one.code);
        judged.push(one.saying(format!("{subject}: {}", finding.message)));
    }
    if judged.is_empty() {
        judged.push(Judged::new(path, Code::CookieGrammar, true, expected, "well formed".to_owned()));
    }
    judged
}
