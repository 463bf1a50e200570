//! An exchange told while the run goes on.

use super::exchange::asked_and_answered;
use super::look::{FAINT, Look, STRONG};
use super::page::Page;
use crate::spec::CaseId;
use crate::wire::Evidence;

/// One exchange below a line that says where it belongs.
#[must_use]
pub fn trace(
    variant: Option<&str>,
    case: Option<&CaseId>,
    what: &str,
    line: Option<usize>,
    exchange: &Evidence,
    look: &Look,
) -> String {
    let mut page = Page::new(look);
    let place = [variant, case.map(CaseId::as_str)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let head = if place.is_empty() { what.to_owned() } else { format!("{place}: {what}") };
    page.text(0, STRONG, &head);
    let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
    let millis = exchange.elapsed_us / 1000;
    let tenths = exchange.elapsed_us / 100 % 10;
    page.text(2, FAINT, &format!("{line}{millis}.{tenths} ms"));
    asked_and_answered(&mut page, 2, exchange);
    page.line(0, "");
    page.finish()
}
