//! How a report looks: colour, width, how much of it.

use anstyle::{AnsiColor, Style};

/// How a report looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whether to write ANSI colours.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// How much to say.
    pub detail: Detail,
    /// Whether warnings count as failures.
    pub strict: bool,
}

/// How much a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Failures and the last line.
    Failures,
    /// Everything but the list of passed cases.
    #[default]
    Usual,
    /// Every case, passed ones too.
    Every,
}

impl Default for Look {
    fn default() -> Self {
        Self { colour: false, width: Self::USUAL_WIDTH, detail: Detail::Usual, strict: false }
    }
}

impl Look {
    /// Columns where nobody knows the terminal's.
    pub const USUAL_WIDTH: usize = 100;

    /// `text` in a style, or as it is without colours.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.colour || style == Style::new() || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

/// Ordinary text.
pub const PLAIN: Style = Style::new();
/// Titles and names.
pub const STRONG: Style = Style::new().bold();
/// What matters less.
pub const FAINT: Style = Style::new().dimmed();
/// What is wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// The word for what is wrong.
pub const BAD_WORD: Style = AnsiColor::Red.on_default().bold();
/// What is right.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// The word for what is right.
pub const GOOD_WORD: Style = AnsiColor::Green.on_default().bold();
/// What deserves a look.
pub const WARNING: Style = AnsiColor::Yellow.on_default();
/// Names of parts.
pub const LABEL: Style = AnsiColor::Cyan.on_default();
