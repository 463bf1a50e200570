//! Where columns differ.

use super::Mark;

/// Whether the columns that judged a case differ: in their marks, or in the design that they have.
pub(super) fn differs(cells: &[(Mark, Option<&str>)]) -> bool {
    let mut judged = cells.iter().filter(|(mark, _)| mark.is_judged());
    let Some(first) = judged.next() else { return false };
    judged.any(|cell| cell != first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_columns_that_judged_are_compared() {
        assert!(!differs(&[]));
        assert!(!differs(&[(Mark::Pass, None), (Mark::NotApplicable, None), (Mark::Pass, None)]));
        assert!(differs(&[(Mark::Pass, None), (Mark::Fail, None)]));
        assert!(differs(&[(Mark::Pass, Some("merge")), (Mark::Pass, Some("last-write-wins"))]));
    }
}
