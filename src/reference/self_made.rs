//! The certificate of `hardtack serve --tls`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::wire::{Identity, TlsError};

/// A certificate made for this run, and the text with which others come to trust it.
#[derive(Debug, Clone)]
pub struct SelfMade {
    /// What the server shows.
    pub identity: Identity,
    /// The certificate in PEM; it is its own root.
    pub pem: String,
}

impl SelfMade {
    /// A certificate for these DNS names and addresses.
    pub fn for_names(names: &[&str]) -> Result<Self, TlsError> {
        let identity = Identity::self_made(names)?;
        let pem = identity.certificates().iter().map(|certificate| pem(certificate)).collect();
        Ok(Self { identity, pem })
    }
}

/// PEM of a certificate (RFC 7468).
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (index, letter) in text.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Roots;

    #[test]
    fn the_text_is_a_root() {
        let made = SelfMade::for_names(&["localhost", "127.0.0.1"]).unwrap();
        let Roots::Only(roots) = Roots::from_pem(made.pem.as_bytes()).unwrap() else { panic!("not a list") };
        assert_eq!(roots, made.identity.certificates());
    }
}
