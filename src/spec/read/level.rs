//! The level of a case: from its rules, or its own.

use super::{Findings, error, text};
use crate::document::Node;
use crate::spec::{ByProfile, Level, Profile, RuleId, Rules, code};

/// A word, or a word by profile.
pub(super) fn by_profile<T: Copy>(node: &Node, named: fn(&str) -> Option<T>) -> Option<ByProfile<T>> {
    if let Some(word) = node.as_text() {
        return named(word).map(ByProfile::all);
    }
    let default = named(text(node, "default"))?;
    let others = Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default);
    let others = others.filter_map(|profile| Some((profile, named(text(node, profile.as_str()))?)));
    Some(ByProfile { default, others: others.collect() })
}

/// The level of a case by profile.
pub(super) fn level(case: &Node, ids: &[RuleId], rules: &Rules, findings: &mut Findings) -> ByProfile<Level> {
    let own = case.get("level").and_then(|node| by_profile(node, Level::named));
    let of_rules = of_rules(ids, rules);
    let has_rules = case.get("rules").is_some();
    match (case.get_entry("level"), case.get_entry("level_because")) {
        (None, None) if !has_rules => findings.push(
            error(code::NO_LEVEL, "this case has neither rules nor a level")
                .at(case.get("case").map_or(case.span, |name| name.span), "")
                .because("a failure has a weight: that of the rule that it breaks")
                .fix("add `rules: [ID]`, or `level: must` (or should, may, watch) where no rule exists"),
        ),
        (Some((key, _)), None) if has_rules => findings.push(
            error(code::LEVEL_REASON, "`level` beside `rules` without a reason")
                .at(key.span, "")
                .because("the rules say how much the case weighs; it may weigh less for a reason")
                .fix("remove `level`, or add `level_because: …`"),
        ),
        (level, Some((key, _))) if level.is_none() || !has_rules => findings.push(
            error(code::LEVEL_REASON, "there is no level that needs a reason")
                .at(key.span, "")
                .because("`level_because` says why `level` is lower than that of the rules")
                .fix("remove it"),
        ),
        _ => {}
    }
    let (Some(own), Some(of_rules), Some((_, node))) = (&own, &of_rules, case.get_entry("level")) else {
        return own.or(of_rules).unwrap_or_else(|| ByProfile::all(Level::Must));
    };
    let raised = |profile: &Profile| own.stated(*profile).is_some_and(|level| level > of_rules.get(*profile));
    if let Some(profile) = Profile::ALL.into_iter().find(raised) {
        let (own, of_rules) = (own.get(profile).as_str(), of_rules.get(profile).as_str());
        findings.push(
            error(code::LEVEL_RAISED, format!("`{own}` is above the level of the rules"))
                .at(node.span, format!("the rules say `{of_rules}` in the {} profile", profile.as_str()))
                .because("a case may only weigh less than its rules")
                .fix("remove `level`, or name the rule that demands it"),
        );
    }
    lowered(own, of_rules)
}

/// The rules' levels, where the case does not say less.
fn lowered(own: &ByProfile<Level>, of_rules: &ByProfile<Level>) -> ByProfile<Level> {
    let stated = |profile: &Profile| own.others.contains_key(profile) || of_rules.others.contains_key(profile);
    let others = Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default && stated(profile));
    let level = |profile| own.get(profile).min(of_rules.get(profile));
    ByProfile { default: level(Profile::Default), others: others.map(|profile| (profile, level(profile))).collect() }
}

/// The greatest level of the rules, in each profile that states one.
fn of_rules(ids: &[RuleId], rules: &Rules) -> Option<ByProfile<Level>> {
    let levels: Vec<&ByProfile<Level>> =
        ids.iter().filter_map(|id| rules.get(id.as_str())).map(|rule| &rule.level).collect();
    let greatest = |profile| levels.iter().filter_map(|level| level.stated(profile)).max();
    let default = greatest(Profile::Default)?;
    let others = Profile::ALL.into_iter().filter(|profile| *profile != Profile::Default);
    let others = others.filter_map(|profile| Some((profile, greatest(profile)?)));
    Some(ByProfile { default, others: others.collect() })
}
