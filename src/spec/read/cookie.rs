//! Expectations of cookies.

use super::matcher::Matchers;
use super::values::Values;
use super::{did_you_mean, error, text};
use crate::cookie::Refusal;
use crate::document::Node;
use crate::spec::{CookieExpect, Effect, GrammarExpect, Matcher, RuleId, Rules, SetCookieExpect, Test, code};

impl Matchers<'_> {
    /// What an answer should do to a cookie: `none`, an effect, or a map.
    pub(super) fn cookie(&mut self, node: &Node, rules: &Rules) -> CookieExpect {
        CookieExpect::Set(Box::new(match node.as_text() {
            Some("none") => return CookieExpect::None,
            Some(word) => SetCookieExpect { effect: Effect::named(word), ..SetCookieExpect::default() },
            None => self.set_cookie(node, rules),
        }))
    }

    /// What should hold of a cookie that is set.
    pub(super) fn set_cookie(&mut self, node: &Node, rules: &Rules) -> SetCookieExpect {
        let mut expect = SetCookieExpect { effect: Effect::named(text(node, "effect")), ..SetCookieExpect::default() };
        for (key, value) in node.as_map().unwrap_or_default() {
            match key.text.as_str() {
                "because" => {
                    expect.because = Some(self.matcher(value, Values::Word(Refusal::codes)));
                    // What it is not refused for may be said of any cookie.
                    let negative = |matcher: &Matcher| matcher.tests.iter().all(|test| matches!(test, Test::Not(_)));
                    if expect.effect != Some(Effect::Refused) && !expect.because.as_ref().is_some_and(negative) {
                        self.findings.push(
                            error(code::IMPOSSIBLE, "a reason for a refusal that is not expected")
                                .at(key.span, "")
                                .because("`because` says why the browser refuses the cookie")
                                .fix("add `effect: refused`, or remove `because`"),
                        );
                    }
                }
                "lifetime" => expect.lifetime = Some(self.matcher(value, Values::Seconds)),
                "agree" => {
                    expect.agree = true;
                    self.agree(value);
                }
                "value" => expect.value = Some(self.matcher(value, Values::Text)),
                "path" => expect.path = Some(self.matcher(value, Values::Text)),
                "domain" => expect.domain = Some(self.matcher(value, Values::LowerCase)),
                "same_site" => expect.same_site = Some(self.matcher(value, Values::LowerCase)),
                "secure" => expect.secure = Some(self.matcher(value, Values::Flag)),
                "http_only" => expect.http_only = Some(self.matcher(value, Values::Flag)),
                "partitioned" => expect.partitioned = Some(self.matcher(value, Values::Flag)),
                "max_age" => expect.max_age = Some(self.matcher(value, Values::Seconds)),
                "expires" => expect.expires = Some(self.matcher(value, Values::Seconds)),
                "times" => expect.times = Some(self.matcher(value, Values::Count)),
                "grammar" => expect.grammar = Some(self.grammar(value, rules)),
                _ => {}
            }
        }
        expect
    }

    fn agree(&mut self, node: &Node) {
        let words: Vec<&str> = node.as_seq().unwrap_or_default().iter().filter_map(Node::as_text).collect();
        if !words.contains(&"expires") || !words.contains(&"max_age") {
            self.findings.push(
                error(code::IMPOSSIBLE, "one attribute cannot disagree with itself")
                    .at(node.span, "")
                    .because("`agree` compares Expires with Max-Age")
                    .fix("write `agree: [expires, max_age]`"),
            );
        }
    }

    fn grammar(&mut self, node: &Node, rules: &Rules) -> GrammarExpect {
        match node.as_seq() {
            None => GrammarExpect::Strict,
            Some(items) => GrammarExpect::Rules(items.iter().filter_map(|item| self.rule(item, rules)).collect()),
        }
    }

    /// The id of a rule of the catalogue.
    pub(super) fn rule(&mut self, node: &Node, rules: &Rules) -> Option<RuleId> {
        let id = node.as_text()?;
        if rules.get(id).is_none() {
            self.findings.push(
                error(code::UNKNOWN_RULE, format!("the catalogue has no rule `{id}`"))
                    .at(node.span, "unknown rule")
                    .because("rules are listed in specs/_catalogue/rules.yaml")
                    .fix(did_you_mean(rules.nearest(id), "use a rule of the catalogue, or write `level` instead")),
            );
            return None;
        }
        Some(RuleId::new(id))
    }
}
