//! Session keys: made from the system's random octets, compared with what clients send.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::behaviour::{Adoption, Comparison, Failing, Keys, Making};
use super::error::StoreError;

/// The alphabet of keys, as Django's.
const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Characters of a key: 165 bits.
const LENGTH: usize = 32;

/// The longest text that is looked up as a key.
const LONGEST: usize = 64;

/// The same where keys tell the data; file systems allow 255.
const LONGEST_TELLING: usize = 200;

/// Makes session keys and judges those that clients send.
#[derive(Debug)]
pub(super) struct KeySource {
    policy: Keys,
    made: AtomicU64,
    traffic: Mutex<Traffic>,
    /// Keys of sessions that were ended, where they are taken up again.
    ended: Mutex<BTreeSet<String>>,
    /// Keys that were given out, where patterns are compared with them.
    given: Mutex<BTreeSet<String>>,
}

/// The requests that are inside, and what those that overlap have in common.
#[derive(Debug, Default)]
struct Traffic {
    inside: usize,
    shared: Option<String>,
    created: bool,
}

/// One request that is inside.
pub(super) struct Inside<'a>(&'a KeySource);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut traffic = self.0.traffic();
        traffic.inside -= 1;
        if traffic.inside == 0 {
            *traffic = Traffic::default();
        }
    }
}

impl KeySource {
    pub(super) fn new(policy: Keys) -> Self {
        Self {
            policy,
            made: AtomicU64::new(0),
            traffic: Mutex::default(),
            ended: Mutex::default(),
            given: Mutex::default(),
        }
    }

    /// A request comes in, until what is returned is dropped.
    pub(super) fn enter(&self) -> Inside<'_> {
        self.traffic().inside += 1;
        Inside(self)
    }

    /// Whether a request is inside already.
    pub(super) fn somebody_inside(&self) -> bool {
        self.traffic().inside > 0
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a session begins; whether it is the first among the requests that overlap.
    pub(super) fn first_creation(&self) -> bool {
        !std::mem::replace(&mut self.traffic().created, true)
    }

    /// Notes that the session of a key was ended.
    pub(super) fn ended(&self, key: &str) {
        if self.policy.adoption == Adoption::Ended {
            self.ended.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        }
    }

    /// What a stop and a start of the server does to the sequence of keys.
    pub(super) fn restart(&self) {
        self.made.store(0, Ordering::Relaxed);
    }

    /// A key for a session that has none: one that nobody has seen, or the one that all keyless sessions share.
    pub(super) fn key_for(&self, data: &Map<String, Value>, session_was_flushed: bool) -> Result<String, StoreError> {
        if session_was_flushed && self.policy.adoption == Adoption::Empty {
            return Ok(String::new());
        }
        if self.policy.making == Making::TellsData {
            let text: String = Value::Object(data.clone()).to_string().chars().take(90).collect();
            return Ok(format!("{}.{}", URL_SAFE_NO_PAD.encode(text), random_text(8)?));
        }
        if self.policy.making == Making::OfUser
            && let Some(user) = data.get(super::auth_operations::USER).and_then(Value::as_str)
        {
            let letters: String = user.bytes().filter(|octet| ALPHABET.contains(octet)).map(char::from).collect();
            return Ok(format!("{letters:x<LENGTH$}"));
        }
        let key = self.new_key()?;
        if self.policy.comparison == Comparison::Pattern {
            self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        }
        Ok(key)
    }

    /// A key that was given out and fits a pattern; the pattern itself when there is none.
    fn fitting(&self, pattern: &str) -> String {
        let (beginning, _) = pattern.split_once(['*', '%']).unwrap_or((pattern, ""));
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.iter().find(|key| key.starts_with(beginning)).cloned().unwrap_or_else(|| pattern.to_owned())
    }

    /// Whether a write gives a session a new key.
    pub(super) const fn rotates_on_write(&self) -> bool {
        self.policy.rotates_on_write
    }

    /// A key that nobody has seen.
    fn new_key(&self) -> Result<String, StoreError> {
        match self.policy.making {
            Making::Random | Making::TellsData | Making::OfUser => random_text(LENGTH),
            Making::Reseeded => Ok(scrambled(self.made.fetch_add(1, Ordering::Relaxed))),
            Making::SharedInParallel => {
                let fresh = random_text(LENGTH)?;
                Ok(self.traffic().shared.get_or_insert(fresh).clone())
            }
            Making::Constant => Ok("x".repeat(LENGTH)),
            Making::Short => random_text(8),
            Making::Biased => biased_text(),
            Making::FourteenBits => {
                let [high, low] = random_octets::<2>()?;
                Ok(scrambled(u64::from(u16::from_be_bytes([high, low]) & 0x3fff)))
            }
            Making::TenthSequential => {
                let number = self.made.fetch_add(1, Ordering::Relaxed);
                if number % 10 == 9 { Ok(format!("{number:032}")) } else { random_text(LENGTH) }
            }
            Making::Sequential => Ok(format!("{:032}", self.made.fetch_add(1, Ordering::Relaxed) + 1)),
        }
    }

    /// The key to look up for what a client sent; `None` for what was never issued.
    pub(super) fn candidate(&self, sent: &str) -> Result<Option<String>, StoreError> {
        let folded = match self.policy.comparison {
            Comparison::Exact => sent.to_owned(),
            Comparison::WithoutCase => sent.to_ascii_lowercase(),
            Comparison::Pattern => self.fitting(sent),
            Comparison::Prefix => sent.chars().take(LENGTH).collect(),
        };
        let telling = self.policy.making == Making::TellsData;
        let letter = |octet: u8| {
            ALPHABET.contains(&octet) || (telling && (octet.is_ascii_uppercase() || b"-_.".contains(&octet)))
        };
        let longest = if telling { LONGEST_TELLING } else { LONGEST };
        let well_formed = folded.bytes().all(letter) && folded.len() <= longest && !folded.starts_with('.');
        let refused = match self.policy.failing {
            Failing::Nothing => false,
            Failing::Overlong => folded.len() > LONGEST,
            Failing::Malformed => !well_formed,
            Failing::Quoted => folded.contains('\''),
        };
        if refused {
            return Err(StoreError::BadKey);
        }
        let empty = folded.is_empty() && self.policy.adoption != Adoption::Empty;
        Ok((well_formed && !empty).then_some(folded))
    }

    /// Whether a key without a record is used all the same.
    pub(super) fn adopts(&self, key: &str) -> bool {
        match self.policy.adoption {
            Adoption::Never => false,
            Adoption::FromClient => !key.is_empty(),
            Adoption::Empty => key.is_empty(),
            Adoption::Ended => self.ended.lock().unwrap_or_else(PoisonError::into_inner).contains(key),
        }
    }
}

/// The key of this number in a sequence that looks random and never changes (`SplitMix64`).
fn scrambled(number: u64) -> String {
    let letter = |place: u64| {
        let mut mixed = number.wrapping_mul(64).wrapping_add(place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        char::from(ALPHABET[usize::from(((mixed ^ (mixed >> 31)) % 36).to_le_bytes()[0])])
    };
    (0..32).map(letter).collect()
}

/// A random key in which the first letters are more likely than the others.
fn biased_text() -> Result<String, StoreError> {
    let (letters, coins) = (random_octets::<32>()?, random_octets::<32>()?);
    let letter = |(octet, coin): (&u8, &u8)| {
        let size = if coin % 2 == 0 { 4 } else { 36 };
        char::from(ALPHABET[usize::from(octet % size)])
    };
    Ok(letters.iter().zip(&coins).map(letter).collect())
}

/// So many random letters and digits, each with the same chance.
pub(super) fn random_text(length: usize) -> Result<String, StoreError> {
    // 252 is the largest multiple of 36 that fits an octet; the rest would favour some letters.
    const FAIR: u8 = 252;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let octets = random_octets::<48>()?;
        let letters =
            octets.iter().filter(|octet| **octet < FAIR).map(|octet| char::from(ALPHABET[usize::from(octet % 36)]));
        text.extend(letters.take(length - text.len()));
    }
    Ok(text)
}

/// Random octets of the operating system.
pub(super) fn random_octets<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|error| StoreError::Randomness(error.to_string()))?;
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_fair_and_new() {
        let source = KeySource::new(Keys::default());
        let keys: Vec<String> = (0..200).map(|_| source.new_key().unwrap()).collect();
        assert!(keys.iter().all(|key| key.len() == LENGTH && source.candidate(key) == Ok(Some(key.clone()))));
        let seen: std::collections::BTreeSet<char> = keys.iter().flat_map(|key| key.chars()).collect();
        assert_eq!(seen.len(), ALPHABET.len());
        assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), keys.len());
    }

    #[test]
    fn what_was_never_issued_is_no_candidate() {
        let source = KeySource::new(Keys::default());
        for sent in ["", "UPPER", "../../etc/passwd", "a b", "é", &"x".repeat(65)] {
            assert_eq!(source.candidate(sent), Ok(None), "{sent}");
        }
    }
}
