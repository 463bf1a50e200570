//! Durations on the command line, in the words of spec files.

use std::time::Duration;

use crate::document::duration;

/// `500ms`, `2s`, `1h30m`.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let milliseconds = duration::parse(text).map_err(|error| error.to_string())?;
    u64::try_from(milliseconds).map(Duration::from_millis).map_err(|_| "a duration is not negative".to_owned())
}
