//! What a sample of session keys tells about how they are made.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Printable ASCII: no place of a cookie holds more different characters.
const CHARACTERS: f64 = 94.0;

/// Fewer bits than these beside a counter can be guessed.
const ENOUGH: f64 = 64.0;

/// An upper bound of the bits that one key holds: the sum over all places of the logarithm of how many characters
/// occur there. How many occur is estimated from how many were seen, since a sample does not show them all. Places
/// that never change hold nothing.
pub(super) fn greatest_entropy(keys: &[&str]) -> f64 {
    let longest = keys.iter().map(|key| key.len()).max().unwrap_or_default();
    let seen = |place: usize| keys.iter().map(|key| key.as_bytes().get(place)).collect::<BTreeSet<_>>().len();
    (0..longest).map(|place| characters(seen(place), keys.len()).log2()).sum()
}

/// How large an alphabet is of which a sample of this size shows so many characters on average.
#[allow(clippy::cast_precision_loss, reason = "samples are far below 2^52")]
fn characters(seen: usize, sample: usize) -> f64 {
    if seen <= 1 {
        return 1.0;
    }
    let (seen, sample) = (seen as f64, sample as f64);
    let expected = |size: f64| size * (1.0 - (1.0 - 1.0 / size).powf(sample));
    let (mut low, mut high) = (seen, CHARACTERS.max(seen));
    if expected(high) <= seen {
        return high;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if expected(middle) < seen { low = middle } else { high = middle }
    }
    high
}

/// Whether the keys, in the order in which they were made, grow or fall all the way, as text, reversed or decoded,
/// and do not hold enough that varies beside it.
pub(super) fn is_predictable(keys: &[&str]) -> bool {
    if has_relatives(keys) {
        return true;
    }
    if keys.len() < 8 || greatest_entropy(keys) >= ENOUGH {
        return false;
    }
    let plain = || keys.iter().map(|key| key.as_bytes().to_vec());
    let reversed = || keys.iter().map(|key| key.bytes().rev().collect::<Vec<u8>>());
    let decoded: Option<Vec<Vec<u8>>> = keys.iter().map(|key| URL_SAFE_NO_PAD.decode(key).ok()).collect();
    steady(plain()) || steady(reversed()) || decoded.is_some_and(|decoded| steady(decoded.into_iter()))
}

/// The fewest places of which it can be told whether two keys are related.
const PLACES: usize = 12;

/// Whether two keys of one length agree in more than half of the places in which not all agree, as counters among
/// random keys do. A version, a separator or a clock in front is the same in all of them.
fn has_relatives(keys: &[&str]) -> bool {
    let Some(first) = keys.first().map(|key| key.as_bytes()).filter(|_| keys.len() >= 8) else { return false };
    let alike = keys.iter().map(|key| key.as_bytes()).filter(|key| key.len() == first.len());
    let alike: Vec<&[u8]> = alike.collect();
    let places: Vec<usize> = (0..first.len()).filter(|at| alike.iter().any(|key| key[*at] != first[*at])).collect();
    let related = |one: &[u8], other: &[u8]| places.iter().filter(|at| one[**at] == other[**at]).count() * 2;
    let pairs = alike.iter().enumerate().flat_map(|(index, one)| alike[index + 1..].iter().map(move |two| (one, two)));
    places.len() >= PLACES && { pairs }.any(|(one, other)| one != other && related(one, other) > places.len())
}

/// The fewest keys of which a bias can be told.
const SAMPLE: usize = 100;

/// How many standard deviations above the expected count one character may be. By chance six are exceeded once in
/// hundreds of millions of places.
const CHANCE: f64 = 6.0;

/// Whether at some place one character is far more frequent than the others that occur there. Places with few
/// characters belong to versions, separators and clocks, and are passed over. `None` when the sample is too small.
#[allow(clippy::cast_precision_loss, reason = "samples are far below 2^52")]
pub(super) fn is_biased(keys: &[&str]) -> Option<bool> {
    if keys.len() < SAMPLE {
        return None;
    }
    let longest = keys.iter().map(|key| key.len()).max().unwrap_or_default();
    let favours = |place: usize| {
        let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
        for octet in keys.iter().filter_map(|key| key.as_bytes().get(place)) {
            *counts.entry(*octet).or_default() += 1;
        }
        let all = counts.values().sum::<usize>() as f64;
        let most = counts.values().max().copied().unwrap_or_default() as f64;
        let chance = 1.0 / counts.len().max(1) as f64;
        counts.len() >= 8 && most > all * chance + CHANCE * (all * chance * (1.0 - chance)).sqrt()
    };
    // A clock's places favour what it says now; they are few, a careless generator's are nearly all.
    let places = (0..longest).filter(|place| favours(*place)).count();
    Some(places * 4 > longest)
}

/// Whether values grow all the way, or fall. Shorter numbers are smaller.
fn steady(values: impl Iterator<Item = Vec<u8>>) -> bool {
    let numbers: Vec<(usize, Vec<u8>)> = values.map(|value| (value.len(), value)).collect();
    let pairs = || numbers.windows(2);
    pairs().all(|pair| pair[0] < pair[1]) || pairs().all(|pair| pair[0] > pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of a fixed sequence that looks random.
    fn sample(alphabet: &[u8], length: usize) -> Vec<String> {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
        };
        (0..32).map(|_| (0..length).map(|_| char::from(next())).collect()).collect()
    }

    fn borrowed(keys: &[String]) -> Vec<&str> {
        keys.iter().map(String::as_str).collect()
    }

    #[test]
    fn the_bound_is_near_what_keys_hold() {
        let letters = b"abcdefghijklmnopqrstuvwxyz0123456789";
        for (alphabet, length, bits) in
            [(&letters[..], 32, 165.0), (b"0123456789abcdef", 32, 128.0), (letters, 8, 41.0)]
        {
            let keys = sample(alphabet, length);
            let bound = greatest_entropy(&borrowed(&keys));
            assert!((bound - bits).abs() < bits / 10.0, "{bound} for {bits}");
            assert!(!is_predictable(&borrowed(&keys)));
        }
    }

    #[test]
    fn counters_are_predictable_in_any_dress() {
        let counter: Vec<String> = (1..=32).map(|number| format!("{number:032}")).collect();
        let hex: Vec<String> = (250..282).map(|number| format!("{number:x}")).collect();
        let encoded: Vec<String> = (1..=32_u64).map(|number| URL_SAFE_NO_PAD.encode(number.to_be_bytes())).collect();
        let turned: Vec<String> = counter.iter().map(|key| key.chars().rev().collect()).collect();
        for keys in [counter, hex, encoded, turned] {
            assert!(is_predictable(&borrowed(&keys)), "{keys:?}");
        }
    }

    #[test]
    fn counters_among_random_keys_are_predictable() {
        let mut keys = sample(b"0123456789abcdef", 32);
        assert!(!is_predictable(&borrowed(&keys)));
        for (number, key) in keys.iter_mut().enumerate().filter(|(number, _)| number % 10 == 9) {
            *key = format!("{number:032}");
        }
        assert!(is_predictable(&borrowed(&keys)));
    }

    #[test]
    fn a_clock_before_enough_random_text_is_not() {
        let mut keys = sample(b"0123456789abcdef", 20);
        for (number, key) in keys.iter_mut().enumerate() {
            key.insert_str(0, &format!("{number:04}"));
        }
        assert!(!is_predictable(&borrowed(&keys)));
    }
}
