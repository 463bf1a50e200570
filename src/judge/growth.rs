//! How time grows with size.

/// Less than this many microseconds between the smallest and the largest size harm nobody.
const HARMLESS: u64 = 20_000;

/// For sizes 1, 2, 4 and 8, the second step (4 to 8) costs 4/3 of the first (1 to 4) when the time grows with the size,
/// and 16/5 when it grows with the square.
const BETWEEN: f64 = 2.1;

/// How times of sizes that double grow: `quick`, `linear` or `quadratic`; `None` without times.
///
/// Other work on the machine only ever adds time, so the shortest time of each size is what counts. Steps are compared
/// and not times, since the way to the server costs the same for each size.
pub(super) fn growth(sizes: &[Vec<u64>; 4]) -> Option<&'static str> {
    let mut least = [0; 4];
    for (shortest, times) in least.iter_mut().zip(sizes) {
        *shortest = *times.iter().min()?;
    }
    Some(match least[3].saturating_sub(least[0]) {
        ..HARMLESS => "quick",
        _ if is_square(least) => "quadratic",
        _ => "linear",
    })
}

fn is_square([first, _, third, fourth]: [u64; 4]) -> bool {
    let step = |from: u64, to: u64| ratio(to.saturating_sub(from), 1).max(1.0);
    step(third, fourth) / step(first, third) > BETWEEN
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
    fn squares_and_lines_show_through_noise() {
        let noisy = |times: [u64; 4]| [times[0] * 2, times[1], times[2] + times[2] / 4, times[3]];
        assert_eq!(growth(&sizes(noisy([8_000, 32_000, 128_000, 512_000]))), Some("quadratic"));
        assert_eq!(growth(&sizes(noisy([8_000, 16_000, 32_000, 64_000]))), Some("linear"));
    }

    #[test]
    fn without_times_there_is_no_verdict() {
        assert_eq!(growth(&[vec![], vec![1], vec![1], vec![1]]), None);
    }
}
