//! Damaging a cookie's value without knowing its format.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::spec::Tampering;

/// What stands between a value and its signature, as frameworks write it.
const SEPARATORS: [u8; 3] = [b':', b'.', b'|'];

/// The damaged value; `None` when there is nothing to damage in this way.
pub(crate) fn damaged(value: &[u8], how: &Tampering) -> Option<Vec<u8>> {
    let mut damaged = value.to_vec();
    match how {
        Tampering::Flip => {
            let middle = value.len() / 2;
            let places = (middle..value.len()).chain((0..middle).rev());
            let at = places.into_iter().find(|at| value[*at].is_ascii_alphanumeric())?;
            damaged[at] = neighbour(value[at]);
        }
        Tampering::Cut => damaged.truncate(value.len() - value.len().div_ceil(4)),
        Tampering::Append => damaged.extend_from_slice(b"AAAA"),
        Tampering::SwapCase => {
            for octet in &mut damaged {
                *octet =
                    if octet.is_ascii_lowercase() { octet.to_ascii_uppercase() } else { octet.to_ascii_lowercase() };
            }
        }
        Tampering::Unsigned => {
            let end = value.iter().rposition(|octet| SEPARATORS.contains(octet))?;
            damaged.truncate(end);
        }
        Tampering::NoAlgorithm => return Some(without_algorithm(value)),
        Tampering::MoveTo(_) => return Some(damaged),
    }
    (damaged != value).then_some(damaged)
}

/// A JSON Web Token with the content of the value, the algorithm `none` and no signature. Of a value that is no such
/// token its first part is taken for the content.
fn without_algorithm(value: &[u8]) -> Vec<u8> {
    let mut parts = value.split(|octet| SEPARATORS.contains(octet));
    let first = parts.next().unwrap_or_default();
    // The header of a token begins with `{"`.
    let content = if first.starts_with(b"eyJhbGci") || first.starts_with(b"eyJ0eXAi") {
        parts.next().unwrap_or_default()
    } else {
        first
    };
    let mut token = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"JWT"}"#).into_bytes();
    token.push(b'.');
    token.extend_from_slice(content);
    token.push(b'.');
    token
}

/// Another character of the same kind.
const fn neighbour(octet: u8) -> u8 {
    match octet {
        b'z' => b'a',
        b'Z' => b'A',
        b'9' => b'0',
        other => other + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_changes_the_value() {
        for (how, expected) in [
            (Tampering::Flip, Some(&b"eyJ9:1xVKHc:sig_A"[..])),
            (Tampering::Cut, Some(b"eyJ9:1xVJHc:")),
            (Tampering::Append, Some(b"eyJ9:1xVJHc:sig_AAAAA")),
            (Tampering::SwapCase, Some(b"EYj9:1XvjhC:SIG_a")),
            (Tampering::Unsigned, Some(b"eyJ9:1xVJHc")),
            (Tampering::NoAlgorithm, Some(b"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ9.")),
            (Tampering::MoveTo("other".into()), Some(b"eyJ9:1xVJHc:sig_A")),
        ] {
            let seen = damaged(b"eyJ9:1xVJHc:sig_A", &how);
            assert_eq!(seen.as_deref().map(String::from_utf8_lossy), expected.map(String::from_utf8_lossy), "{how:?}");
        }
    }

    #[test]
    fn what_cannot_be_damaged_is_said() {
        assert_eq!(damaged(b"", &Tampering::Flip), None);
        assert_eq!(damaged(b"123", &Tampering::SwapCase), None);
        assert_eq!(damaged(b"abc", &Tampering::Unsigned), None);
    }
}
