//! A text with one character changed, as somebody who guesses would change it.

/// The last octets of an encoding may say nothing, so that a text which differs there may mean the same.
const IDLE: usize = 4;

/// The text with the letter or digit at a place, counted around, become another one in either case; `None` where there
/// is none to change.
pub(super) fn changed(text: &[u8], place: usize) -> Option<Vec<u8>> {
    let open: Vec<usize> =
        (0..text.len().saturating_sub(IDLE)).filter(|index| text[*index].is_ascii_alphanumeric()).collect();
    let index = open[place.checked_rem(open.len())?];
    let mut changed = text.to_vec();
    changed[index] = if changed[index].eq_ignore_ascii_case(&b'x') { b'y' } else { b'x' };
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn one_character_is_another_and_the_last_ones_stay() {
        for place in 0..20 {
            let text = b"xX.aY-9abcd";
            let other = changed(text, place).unwrap();
            let differ: Vec<usize> = (0..text.len()).filter(|index| text[*index] != other[*index]).collect();
            assert!(
                differ.len() == 1 && differ[0] < 7 && text[differ[0]].is_ascii_alphanumeric(),
                "{place}: {differ:?}"
            );
            assert!(!other[differ[0]].eq_ignore_ascii_case(&text[differ[0]]));
        }
        assert_eq!(changed(b"...abcd", 0), None);
        assert_eq!(changed(b"", 0), None);
    }
}
