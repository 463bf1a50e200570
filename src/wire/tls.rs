//! TLS by rustls: whom a client trusts, and what a server shows.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;

/// Certificates or a key that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TlsError {
    /// The PEM text holds nothing usable.
    #[error("failed to read {what} from PEM: {cause}")]
    Pem {
        /// Certificates or key.
        what: &'static str,
        /// The reason.
        cause: String,
    },
    /// rustls refuses them.
    #[error("failed to set up TLS: {0}")]
    Config(#[from] rustls::Error),
    /// The name is neither a DNS name nor an address.
    #[error("`{0}` is no name that a certificate can be checked against")]
    Name(String),
    /// A self-made certificate could not be made.
    #[error("failed to make a certificate: {0}")]
    Make(String),
}

/// The certificate authorities that a client trusts.
#[derive(Clone, Debug)]
pub enum Roots {
    /// Those of the operating system.
    Platform,
    /// These and no others; a server's self-made certificate is its own root.
    Only(Vec<CertificateDer<'static>>),
}

impl Roots {
    /// The certificates of a PEM text.
    pub fn from_pem(pem: &[u8]) -> Result<Self, TlsError> {
        certificates(pem).map(Self::Only)
    }

    pub(super) fn client_config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        let builder = match self {
            Self::Platform => builder.with_platform_verifier()?,
            Self::Only(certificates) => {
                let mut store = RootCertStore::empty();
                for certificate in certificates {
                    store.add(certificate.clone())?;
                }
                builder.with_root_certificates(store)
            }
        };
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// A server's certificate chain and its private key.
#[derive(Debug)]
pub struct Identity {
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self { certificates: self.certificates.clone(), key: self.key.clone_key() }
    }
}

impl Identity {
    /// An identity of PEM texts: the chain, leaf first, and the key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| TlsError::Pem { what: "a private key", cause: error.to_string() })?;
        Ok(Self { certificates: certificates(chain)?, key })
    }

    /// A fresh self-made certificate for these DNS names and addresses.
    #[cfg(feature = "reference")]
    pub fn self_made(names: &[&str]) -> Result<Self, TlsError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).map_err(|error| TlsError::Make(error.to_string()))?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .map_err(|error| TlsError::Make(error.to_owned()))?;
        Ok(Self { certificates: vec![made.cert.der().clone()], key })
    }

    /// The chain, for a client that is to trust this server alone.
    #[must_use]
    pub fn roots(&self) -> Roots {
        Roots::Only(self.certificates.clone())
    }

    /// The certificates in DER, leaf first.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }

    pub(super) fn server_config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.certificates.clone(), self.key.clone_key())?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |cause: String| TlsError::Pem { what: "certificates", cause };
    let found: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| failed(error.to_string()))?;
    if found.is_empty() { Err(failed("none found".to_owned())) } else { Ok(found) }
}

/// The one cryptography provider of this crate.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
