//! HMAC-SHA256 over texts, with the key of one server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::behaviour::SignatureCheck;
use super::error::StoreError;
use super::key_source::random_octets;

/// The secret with which a server signs cookies.
#[derive(Clone)]
pub struct Secret([u8; 64]);

impl Secret {
    /// A secret that nobody knows.
    pub fn random() -> Result<Self, StoreError> {
        random_octets().map(Self)
    }

    /// A secret made from text, so that a server started again believes its old cookies. Octets beyond the 64th
    /// do not count.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut octets = [0; 64];
        for (octet, given) in octets.iter_mut().zip(text.bytes()) {
            *octet = given;
        }
        Self(octets)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Signs lists of texts. The parts are told apart by their lengths, so that no two lists share a signature.
#[derive(Debug, Clone)]
pub(super) struct Signer(Secret);

impl Signer {
    pub(super) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The signature as base64url, 43 characters.
    pub(super) fn sign(&self, parts: &[&str], check: SignatureCheck) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(parts, check).finalize().into_bytes())
    }

    /// Whether `signature` belongs to the parts, compared in constant time.
    pub(super) fn verify(&self, parts: &[&str], signature: &str, check: SignatureCheck) -> bool {
        if check == SignatureCheck::Nothing {
            return true;
        }
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|octets| self.mac(parts, check).verify_slice(&octets).is_ok())
    }

    fn mac(&self, parts: &[&str], check: SignatureCheck) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.0.0.into());
        if check == SignatureCheck::Renewed {
            mac.update(b"renewed");
        }
        for part in parts {
            let octets = part.as_bytes();
            let covered = if check == SignatureCheck::Prefix { octets.len().min(8) } else { octets.len() };
            mac.update(&u64::try_from(covered).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(&octets[..covered]);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let signer = Signer::new(Secret::random().unwrap());
        let signature = signer.sign(&["ab", "c"], SignatureCheck::Whole);
        assert_eq!(signature.len(), 43);
        assert!(signer.verify(&["ab", "c"], &signature, SignatureCheck::Whole));
        assert!(!signer.verify(&["a", "bc"], &signature, SignatureCheck::Whole));
        assert!(!signer.verify(&["ab", "c"], &signature[..42], SignatureCheck::Whole));
        assert!(!Signer::new(Secret::random().unwrap()).verify(&["ab", "c"], &signature, SignatureCheck::Whole));
    }
}
