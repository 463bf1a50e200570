//! Octets as text, without loss and without surprises on a terminal.

use std::fmt::Write;

/// Octets as text: printable UTF-8 stays, a backslash is doubled, CR, LF and HTAB are `\r`, `\n` and `\t`, and
/// every other octet is `\xNN`. [`unescape`] is the inverse.
#[must_use]
pub fn escape(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '\r' => text.push_str("\\r"),
                '\n' => text.push_str("\\n"),
                '\t' => text.push_str("\\t"),
                _ if is_plain(character) => text.push(character),
                _ => hexadecimal(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        hexadecimal(&mut text, chunk.invalid());
    }
    text
}

/// The octets that [`escape`] wrote; `None` where it could not have.
#[must_use]
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        if octet != b'\\' {
            octets.push(octet);
            continue;
        }
        let (&kind, after) = rest.split_first()?;
        rest = after;
        octets.push(match kind {
            b'\\' => b'\\',
            b'r' => b'\r',
            b'n' => b'\n',
            b't' => b'\t',
            b'x' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                let digits = str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
                u8::from_str_radix(digits, 16).ok()?
            }
            _ => return None,
        });
    }
    Some(octets)
}

/// Whether a character may stand as it is: neither a control nor one that reorders or hides text.
fn is_plain(character: char) -> bool {
    let hides = matches!(character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !character.is_control() && !hides
}

fn hexadecimal(text: &mut String, octets: &[u8]) {
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\x{octet:02x}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_octet_has_its_form() {
        assert_eq!(escape(b"a\\b\r\n\t\0\x7f\xff"), r"a\\b\r\n\t\x00\x7f\xff");
        assert_eq!(escape("é\u{202e}\u{85}".as_bytes()), r"é\xe2\x80\xae\xc2\x85");
    }

    #[test]
    fn what_escape_does_not_write_is_refused() {
        for text in ["\\", "\\q", "\\x1", "\\xg0", "\\x+1"] {
            assert_eq!(unescape(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(octets: Vec<u8>) {
            let text = escape(&octets);
            prop_assert!(text.chars().all(is_plain));
            prop_assert_eq!(unescape(&text), Some(octets));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = unescape(&text);
        }
    }
}
