//! Which session of a population is taken.

use rand::{Rng, RngExt};

use super::scenario::Access;

/// Draws numbers below a size.
#[derive(Debug, Clone)]
pub(super) enum Draw {
    One,
    Uniform(u32),
    /// Running sums of the chances; the last one is 1.
    Weighted(Vec<f64>),
}

impl Draw {
    pub(super) fn new(access: Access, size: u32) -> Self {
        match access {
            Access::One => Self::One,
            Access::Uniform => Self::Uniform(size.max(1)),
            Access::Zipf(exponent) => Self::weighted((1..=size.max(1)).map(|rank| f64::from(rank).powf(-exponent))),
        }
    }

    /// Draws in proportion to weights.
    pub(super) fn weighted(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        for one in &mut sums {
            *one /= sum;
        }
        Self::Weighted(sums)
    }

    pub(super) fn draw(&self, random: &mut impl Rng) -> u32 {
        match self {
            Self::One => 0,
            Self::Uniform(size) => random.random_range(0..*size),
            Self::Weighted(sums) if sums.len() == 1 => 0,
            Self::Weighted(sums) => {
                let point: f64 = random.random();
                let index = sums.partition_point(|sum| *sum <= point).min(sums.len() - 1);
                u32::try_from(index).unwrap_or(u32::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    fn counts(draw: &Draw, size: usize) -> Vec<u32> {
        let mut random = SmallRng::seed_from_u64(7);
        let mut counts = vec![0; size];
        for _ in 0..100_000 {
            counts[draw.draw(&mut random) as usize] += 1;
        }
        counts
    }

    #[test]
    fn uniform_draws_reach_everybody_alike() {
        let counts = counts(&Draw::new(Access::Uniform, 10), 10);
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }

    #[test]
    fn zipf_draws_fall_as_their_exponent_says() {
        let counts = counts(&Draw::new(Access::Zipf(1.0), 1000), 1000);
        // 1/k: the first is twice the second and ten times the tenth.
        let ratio = |k: usize| f64::from(counts[0]) / f64::from(counts[k - 1]);
        assert!((1.9..2.1).contains(&ratio(2)) && (9.0..11.5).contains(&ratio(10)), "{} {}", ratio(2), ratio(10));
    }

    #[test]
    fn one_is_always_the_first() {
        assert_eq!(counts(&Draw::new(Access::One, 5), 5)[0], 100_000);
    }
}
