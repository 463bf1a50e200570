//! Damaging a cookie's value without knowing its format.

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
        Tampering::MoveTo(_) => return Some(damaged),
    }
    (damaged != value).then_some(damaged)
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
