//! The first lines: what is under test, how, and what would unlock more.

use super::look::{Look, PLAIN};
use super::page::Page;
use super::text::tame_line;
use crate::event::TargetFacts;

/// Which target was found, over which binding, and what would unlock more. The variant is told where there are
/// several.
#[must_use]
pub fn opening(target: &TargetFacts, variant: Option<&str>, look: &Look) -> String {
    let mut page = Page::new(look);
    let variant = variant.map(|variant| format!("{variant}: ")).unwrap_or_default();
    page.text(0, PLAIN, &format!("{variant}{}: {}", title(target), target.binding));
    page.finish()
}

/// `django: Django 5.2.19 on gunicorn 27`
fn title(target: &TargetFacts) -> String {
    let mut text = target.name.clone();
    let software = format!("{} {}", target.framework, target.version);
    if !target.framework.is_empty() {
        text = if target.framework == target.name {
            software.trim().to_owned()
        } else {
            format!("{text}, {}", software.trim())
        };
    }
    if let Some(server) = target.server.as_ref().filter(|server| **server != software) {
        text = format!("{text} on {server}");
    }
    tame_line(&text)
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
