//! From bytes to text.

use super::code;
use super::diagnostic::{Diagnostic, Diagnostics};
use super::read::MAX_FINDINGS;
use super::source::Source;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Decodes the bytes and refuses what is not text.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Source, Diagnostics> {
    if bytes.len() > MAX_BYTES {
        let found = Diagnostic::error(code::TOO_LARGE, "the file is too large")
            .because(format!("it has {} bytes; at most {MAX_BYTES} (1 MiB) are read", bytes.len()))
            .fix("split the file, or check that it is the file you meant");
        return Err(Diagnostics::new(Source::new(name, ""), vec![found]));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let source = Source::new(name, &String::from_utf8_lossy(bytes));
    if let Err(error) = std::str::from_utf8(bytes) {
        let at = error.valid_up_to();
        let found = Diagnostic::error(code::NOT_UTF8, "the file is not UTF-8")
            .at(source.span(at..at + 1), format!("the byte 0x{:02X} cannot stand here", bytes[at]))
            .because("YAML files are read as UTF-8")
            .fix("save the file as UTF-8");
        return Err(Diagnostics::new(source, vec![found]));
    }
    let found: Vec<_> = source
        .text()
        .char_indices()
        .filter(|(_, character)| is_forbidden(*character))
        .take(MAX_FINDINGS)
        .map(|(at, character)| control_character(&source, at, character))
        .collect();
    Diagnostics::unless_errors(&source.clone(), found, source)
}

/// What `c-printable` leaves out (YAML 1.2.2, section 5.1).
fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => true,
        other => other.is_control(),
    }
}

fn control_character(source: &Source, at: usize, character: char) -> Diagnostic {
    let number = u32::from(character);
    Diagnostic::error(code::CONTROL_CHARACTER, "a control character in the file")
        .at(source.span(at..at + character.len_utf8()), format!("U+{number:04X}"))
        .because("YAML files hold printable characters only")
        .fix(if number < 0x100 {
            format!("remove it, or write it as \"\\x{number:02X}\" in double quotes")
        } else {
            format!("remove it, or write it as \"\\u{number:04X}\" in double quotes")
        })
}
