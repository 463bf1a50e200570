//! What all pages have in common: style, script, and the policy that allows nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The style of every page.
const STYLE: &str = include_str!("style.css");

/// The script of reports.
const SCRIPT: &str = include_str!("report.js");

/// The frame of a page; `base.html` reads it.
pub struct Frame {
    /// The title of the window.
    pub title: String,
    /// hardtack's version.
    pub tool: String,
    /// The style.
    pub style: &'static str,
    /// The script.
    pub script: &'static str,
    /// The content security policy: our style and our script, by their digests, and nothing else.
    pub policy: String,
}

impl Frame {
    /// The frame of a report.
    #[must_use]
    pub fn new(title: String, tool: &str) -> Self {
        Self::with_script(title, tool, SCRIPT)
    }

    /// A frame with another script.
    #[must_use]
    pub fn with_script(title: String, tool: &str, script: &'static str) -> Self {
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
            digest(STYLE),
            digest(script)
        );
        Self { title, tool: tool.to_owned(), style: STYLE, script, policy }
    }
}

fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// JSON that may stand in a `<script>` element: nothing in it ends the element or opens a comment.
#[must_use]
pub fn script_data(value: &Value) -> String {
    let text = value.to_string();
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_stays_data() {
        let value = json!({"</script>": "<!-- & \u{2028}"});
        let text = script_data(&value);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
