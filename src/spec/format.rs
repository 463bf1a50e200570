//! One way to write spec files: white space and blank lines, nothing else.

/// What a file says in the usual form: no byte-order mark, lines that end with LF and without trailing blanks, one blank
/// line at most, none at the beginning, one line break at the end, one blank line before `cases:` and before every case
/// but the first, a space behind the `#` of comments. Comments, the order of keys and the text of scalars stay.
///
/// `None` when that would change what the file says, or when the file is no YAML: what cannot be read is left alone.
#[must_use]
pub fn format(text: &str) -> Option<String> {
    let formatted = lines(text);
    let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).ok();
    (read(text.trim_start_matches('\u{feff}'))? == read(&formatted)?).then_some(formatted)
}

fn lines(text: &str) -> String {
    let mut form = Form::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        form.add(line);
    }
    form.done()
}

/// Lines in the usual form, so far.
#[derive(Default)]
struct Form {
    lines: Vec<String>,
    /// How far the key of a block scalar is indented, while its lines come.
    scalar: Option<usize>,
    /// Comments that belong to the next line.
    comments: usize,
}

impl Form {
    fn add(&mut self, line: &str) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let bare = line.trim_end();
        if let Some(key) = self.scalar {
            if bare.is_empty() || indent > key {
                // The text of a scalar is the author's, its blank lines too.
                self.lines.push(line.trim_end_matches('\r').to_owned());
                return;
            }
            self.scalar = None;
            self.drop_blank_lines(1);
        }
        if bare.is_empty() {
            self.drop_blank_lines(0);
            if !self.lines.is_empty() {
                self.lines.push(String::new());
            }
            self.comments = 0;
            return;
        }
        let content = bare.trim_start();
        if let Some(comment) = content.strip_prefix('#') {
            let space = if comment.is_empty() || comment.starts_with([' ', '#', '!']) { "" } else { " " };
            self.lines.push(format!("{}#{space}{comment}", &bare[..indent]));
            self.comments += 1;
            return;
        }
        self.separate(content);
        self.comments = 0;
        if begins_scalar(content) {
            self.scalar = Some(indent);
        }
        self.lines.push(bare.to_owned());
    }

    /// Puts one blank line before `cases:` and before a case, above the comments that belong to it; none before the
    /// first case.
    fn separate(&mut self, content: &str) {
        let is_case = content.starts_with("- case:");
        if !is_case && content != "cases:" {
            return;
        }
        let comments = self.lines.split_off(self.lines.len() - self.comments);
        self.drop_blank_lines(0);
        let first = is_case && self.lines.last().is_some_and(|line| line == "cases:");
        if !first && !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.extend(comments);
    }

    /// Leaves so many blank lines at the end.
    fn drop_blank_lines(&mut self, leave: usize) {
        let text = self.lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
        self.lines.truncate(text + leave);
    }

    fn done(mut self) -> String {
        self.drop_blank_lines(0);
        self.lines.push(String::new());
        self.lines.join("\n")
    }
}

/// Whether a line ends with the head of a block scalar, `why: >` or `- |-`.
fn begins_scalar(content: &str) -> bool {
    let Some(head) = content.rsplit(' ').next().filter(|head| head.len() < content.len()) else { return false };
    let mut head = head.chars();
    matches!(head.next(), Some('|' | '>')) && head.all(|one| matches!(one, '+' | '-' | '1'..='9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNTIDY: &str = "\u{feff}\n#a comment\r\nspec: 1  \r\nwhy: >\n  one\n\n  two\ncases:\n\n  - case: a\n    steps: []\n\n\n  # about b\n  - case: b\n    title: x\n  - case: c\n\n\n";

    #[test]
    fn white_space_becomes_the_usual() {
        let tidy = "# a comment\nspec: 1\nwhy: >\n  one\n\n  two\n\ncases:\n  - case: a\n    steps: []\n\n  # about b\n  - case: b\n    title: x\n\n  - case: c\n";
        assert_eq!(format(UNTIDY).as_deref(), Some(tidy));
        assert_eq!(format(tidy).as_deref(), Some(tidy), "twice is once");
    }

    #[test]
    fn text_that_would_change_is_left_alone() {
        assert_eq!(format("a: \"x \n  y\"\nb: 'two\n\n\n  lines'\n"), None);
        assert_eq!(format("a: [\n"), None);
        let literal = "a: |\n  x  \n\n\n  y\nb: 1\n";
        assert_eq!(format(literal).as_deref(), Some(literal), "a block scalar keeps its blanks");
    }
}
