//! The grammar for servers (RFC 6265bis §4.1.1), strict, as findings with byte offsets.
//!
//! This lens shares no code with the lenient parser except dates. A finding is one broken rule of
//! the rule group `cookie.set` at one place. Octet classes are reported most finely: a control
//! octet in a value is `value-no-control` and not also `value-octets`. In attributes, where
//! `attribute-octets` is the only positional rule, both are reported.

mod attribute;
mod domain;
mod effect;
mod expires;
mod finding;
mod in_context;
mod pair;
mod segment;

pub use finding::{Finding, FindingCode, GrammarProfile};
pub use in_context::check_in_context;

use finding::Findings;
use segment::Segment;

/// Checks one `Set-Cookie` field value against the server grammar and the advice that the line
/// alone can decide.
///
/// The value must come without the whitespace that HTTP strips around field values; what is left
/// of it is reported. Findings are sorted by offset.
#[must_use]
pub fn check_grammar(line: &[u8], profile: impl Into<GrammarProfile>) -> Vec<Finding> {
    let mut segments = Segment::all(line);
    let attributes = segments.split_off(1);
    let mut findings = Findings::new(line, profile.into());
    let pair = &segments[0];
    pair::check(pair, &mut findings);
    attribute::check(&attributes, &mut findings);
    effect::check(pair, &attributes, &mut findings);
    check_folding(line, &mut findings);
    findings.sorted()
}

/// A comma followed by `token=` looks like a second cookie that was joined to this line.
fn check_folding(line: &[u8], findings: &mut Findings<'_>) {
    for (comma, _) in line.iter().enumerate().filter(|(_, octet)| **octet == b',') {
        let rest = line[comma + 1..].trim_ascii_start();
        let token = rest.iter().take_while(|octet| pair::is_token_octet(**octet)).count();
        if token > 0 && rest.get(token) == Some(&b'=') {
            let message = "after this comma a second cookie seems to begin; each cookie needs its own field line";
            findings.at(FindingCode::NotFolded, comma, message);
            return;
        }
    }
}
