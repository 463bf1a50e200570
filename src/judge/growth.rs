//! How time grows with size.

/// Less than this many microseconds between the smallest and the largest size harm nobody.
const HARMLESS: u64 = 20_000;

/// How times of sizes that double grow: `quick`, `linear` or `quadratic`; `None` when they say neither.
///
/// Other work on the machine only ever adds time. So the shortest time of each size is the best measure of the size,
/// and a square must show in the medians as well.
pub(super) fn growth(sizes: &[Vec<u64>; 4]) -> Option<&'static str> {
    let mut sorted = sizes.clone();
    for times in &mut sorted {
        times.sort_unstable();
    }
    if sorted.iter().any(Vec::is_empty) {
        return None;
    }
    let least = sorted.each_ref().map(|times| times[0]);
    let median = sorted.each_ref().map(|times| times[times.len() / 2]);
    if least[3].saturating_sub(least[0]) < HARMLESS {
        return Some("quick");
    }
    // What does not depend on the size, such as the way to the server, hides the growth of the small sizes.
    let base = least[0];
    let above = |times: [u64; 4]| times.map(|time| ratio(time.saturating_sub(base), 1).max(1.0));
    let (least, median) = (above(least), above(median));
    let twice = |times: [f64; 4]| [times[2] / times[1], times[3] / times[2]];
    let all = |holds: fn(&f64) -> bool| twice(least).iter().chain(&twice(median)).all(holds);
    if all(|doubled| *doubled > 3.0) {
        Some("quadratic")
    } else if twice(least)[1] < 2.7 && twice(median)[1] < 2.7 {
        Some("linear")
    } else {
        None
    }
}

#[allow(clippy::cast_precision_loss, reason = "times are far below 2^52 microseconds")]
fn ratio(of: u64, to: u64) -> f64 {
    of as f64 / to as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(times: [u64; 4]) -> [Vec<u64>; 4] {
        times.map(|time| vec![time + 400, time, time + 90_000])
    }

    #[test]
    fn squares_are_told_from_lines() {
        assert_eq!(growth(&sizes([700, 900, 1_300, 2_100])), Some("quick"));
        assert_eq!(growth(&sizes([8_000, 16_000, 32_000, 64_000])), Some("linear"));
        assert_eq!(growth(&sizes([3_000, 9_000, 33_000, 129_000])), Some("quadratic"));
    }

    #[test]
    fn noise_is_no_verdict() {
        let [single, double, fourfold, _] = sizes([2_000, 4_000, 8_000, 0]);
        assert_eq!(growth(&[single, double, fourfold, vec![50_000, 61_000, 190_000]]), None);
        assert_eq!(growth(&[vec![], vec![1], vec![1], vec![1]]), None);
    }
}
