//! Archives and further pages of `hardtack verify`.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use super::catalogue::unreadable;
use super::under_test::{UnderTest, url};
use crate::target::Binding;
use crate::verify::{Archive, Pages, read_archive};

/// Reads an archive.
pub(super) fn read(path: &Path) -> Result<Archive, Failure> {
    let octets = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let archive = read_archive(&path.display().to_string(), &octets).map_err(|wrong| Failure::from(*wrong))?;
    if archive.without_cookies && !archive.exchanges.is_empty() {
        return Err(Failure::bad_input(format!("{} holds no cookies at all", path.display())).fix(
            "browsers leave them out unless asked: in Chromium allow `HAR with sensitive data` in the settings of the \
             developer tools, and log in while you record",
        ));
    }
    Ok(archive)
}

/// What is read beside the target's own page.
pub(super) fn pages(
    recorded_only: bool,
    also: &[String],
    archive: Option<Archive>,
    under_test: &UnderTest,
) -> Result<Pages, Failure> {
    let asked = !also.is_empty() || archive.is_some();
    if asked && under_test.target.binding != Binding::Passive {
        return Err(Failure::bad_input("`--also` and `--har` go with a target that is only read")
            .fix("name a page without a contract, or leave them out: the cases make their own requests"));
    }
    Ok(Pages {
        recorded_only,
        also: also.iter().map(|text| url(text)).collect::<Result<_, _>>()?,
        recorded: Arc::new(archive.unwrap_or_default().exchanges),
        session_cookies: Vec::new(),
    })
}
