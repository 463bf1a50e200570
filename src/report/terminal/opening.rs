//! The first lines: what is under test, how, and what would unlock more.

use super::look::{Look, PLAIN};
use super::page::Page;
use super::text::tame_line;
use crate::event::TargetFacts;
use crate::report::words::software;

/// Which target was found, over which binding, and what would unlock more. The variant is told where there are
/// several.
#[must_use]
pub fn opening(target: &TargetFacts, variant: Option<&str>, look: &Look) -> String {
    let mut page = Page::new(look);
    let variant = variant.map(|variant| format!("{variant}: ")).unwrap_or_default();
    page.text(0, PLAIN, &format!("{variant}{}: {}", tame_line(&software(target)), target.binding));
    page.finish()
}

/// What is about to be done.
#[cfg(feature = "cli")]
pub(super) fn plan(tool: &str, catalogue: &str, profile: &str, variants: &[String], look: &Look) -> String {
    let mut page = Page::new(look);
    let on = match variants {
        [one] if one == "default" => String::new(),
        [one] => format!(", {one}"),
        several => format!(", {} variants", several.len()),
    };
    page.text(0, super::look::FAINT, &format!("hardtack {tool}, catalogue {catalogue}, profile {profile}{on}"));
    page.finish()
}
