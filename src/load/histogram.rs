//! Latencies as HDR histograms: microseconds, three significant digits, up to a minute.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

/// The longest latency that is told apart, in microseconds; longer ones count as this.
const LONGEST_US: u64 = 60_000_000;

/// Latencies in microseconds. Adding two loses nothing; percentiles are never averaged. In JSON: the HDR V2 format,
/// deflated, in base64.
#[derive(Debug, Clone, PartialEq)]
pub struct Latencies(Histogram<u64>);

/// Text that is no histogram.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no HDR histogram: {0}")]
pub struct NotAHistogram(String);

impl Default for Latencies {
    fn default() -> Self {
        Self::with_digits(3)
    }
}

impl Latencies {
    /// An empty histogram that tells values apart by this many significant digits, 0 to 5.
    #[must_use]
    pub fn with_digits(digits: u8) -> Self {
        // The bounds are in order and the digits few, which is all that can be wrong.
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, digits.min(5));
        Self(histogram.unwrap_or_else(|_| unreachable!("1 to a minute are good bounds")))
    }

    /// Counts one.
    pub fn record(&mut self, microseconds: u64) {
        self.0.saturating_record(microseconds);
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        // Values beyond the bounds were saturated, so that they fit.
        let _ = self.0.add(&other.0);
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The value, in microseconds, that this share of the latencies (0 to 1) does not exceed; 0 when there is none.
    #[must_use]
    pub fn at(&self, share: f64) -> u64 {
        self.0.value_at_quantile(share)
    }

    /// The greatest, in microseconds.
    #[must_use]
    pub fn max(&self) -> u64 {
        self.0.max()
    }

    /// The mean, in microseconds.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.mean()
    }

    /// The share of latencies that are not above a number of microseconds.
    #[must_use]
    pub fn share_up_to(&self, microseconds: u64) -> f64 {
        if self.0.is_empty() { 1.0 } else { self.0.quantile_below(microseconds) }
    }

    /// HDR V2, deflated, in base64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        let mut octets = Vec::new();
        // Writing to memory does not fail, and counts are far from the format's limit.
        let _ = V2DeflateSerializer::new().serialize(&self.0, &mut octets);
        STANDARD.encode(octets)
    }

    /// Reads what [`Latencies::to_base64`] writes.
    pub fn from_base64(text: &str) -> Result<Self, NotAHistogram> {
        let octets = STANDARD.decode(text).map_err(|error| NotAHistogram(error.to_string()))?;
        let read = Deserializer::new().deserialize(&mut octets.as_slice());
        read.map(Self).map_err(|error| NotAHistogram(format!("{error:?}")))
    }
}

impl serde::Serialize for Latencies {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_base64())
    }
}

impl<'de> serde::Deserialize<'de> for Latencies {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_base64(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_survive_their_text() {
        let (mut one, mut other, mut all) = (Latencies::default(), Latencies::default(), Latencies::default());
        for value in 1..2000_u64 {
            let part = if value % 3 == 0 { &mut one } else { &mut other };
            part.record(value * 17);
            all.record(value * 17);
        }
        let mut sum = Latencies::from_base64(&one.to_base64()).unwrap();
        sum.add(&Latencies::from_base64(&other.to_base64()).unwrap());
        assert_eq!(sum, all);
        assert_eq!(sum.count(), 1999);
        assert!(Latencies::from_base64("aGVsbG8=").is_err());
    }

    #[test]
    fn what_is_longer_than_a_minute_counts_as_a_minute() {
        let mut latencies = Latencies::default();
        latencies.record(3_600_000_000);
        assert_eq!(latencies.count(), 1);
        assert!(latencies.max() >= 60_000_000 && latencies.max() < 61_000_000);
    }
}
