//! "Did you mean": the nearest of a closed list of words.

/// Edit distance between two words: insertions, deletions, substitutions and
/// swaps of neighbours, each of cost 1 (optimal string alignment). Capital
/// letters and the choice of `-`, `_` or space cost nothing.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (fold(a), fold(b));
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// The word that was probably meant, if one is near: at most a third of the
/// longer word differs. Among equally near words the first wins.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer words are not typing mistakes, and cost time.
    const LONGEST: usize = 80;
    let len = word.chars().count();
    if len > LONGEST {
        return None;
    }
    known
        .into_iter()
        .filter_map(|candidate| {
            let longer = len.max(candidate.chars().count());
            let found = distance(word, candidate);
            (found <= (longer / 3).max(1) && found < longer).then_some((found, candidate))
        })
        .min_by_key(|(found, _)| *found)
        .map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '-' | ' ') { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("title", "title", 0),
            ("title", "tilte", 1),
            ("title", "titel", 1),
            ("http-only", "HTTP_Only", 0),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn suggests_what_is_near_and_nothing_else() {
        let known = ["max_age", "expires", "path", "domain", "is", "in"];
        assert_eq!(nearest("max-age", known), Some("max_age"));
        assert_eq!(nearest("MaxAge", known), Some("max_age"));
        assert_eq!(nearest("expire", known), Some("expires"));
        assert_eq!(nearest("pfad", known), None);
        assert_eq!(nearest("x", known), None);
        assert_eq!(nearest("colour", known), None);
    }
}
