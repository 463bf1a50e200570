//! The level of a case: from its rules, or its own.

use std::collections::BTreeMap;

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
    if let Some(profile) = Profile::ALL.into_iter().find(|profile| own.get(*profile) > of_rules.get(*profile)) {
        let (own, of_rules) = (own.get(profile).as_str(), of_rules.get(profile).as_str());
        findings.push(
            error(code::LEVEL_RAISED, format!("`{own}` is above the level of the rules"))
                .at(node.span, format!("the rules say `{of_rules}` in the {} profile", profile.as_str()))
                .because("a case may only weigh less than its rules")
                .fix("remove `level`, or name the rule that demands it"),
        );
    }
    own.clone()
}

/// The greatest level of the rules.
fn of_rules(ids: &[RuleId], rules: &Rules) -> Option<ByProfile<Level>> {
    let levels: Vec<&ByProfile<Level>> =
        ids.iter().filter_map(|id| rules.get(id.as_str())).map(|rule| &rule.level).collect();
    let greatest = |profile| levels.iter().map(|level| level.get(profile)).max();
    let default = greatest(Profile::Default)?;
    let others: BTreeMap<Profile, Level> = Profile::ALL
        .into_iter()
        .filter_map(|profile| Some((profile, greatest(profile)?)))
        .filter(|(_, level)| *level != default)
        .collect();
    Some(ByProfile { default, others })
}
