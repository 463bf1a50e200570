//! What is odd in a message that could still be delimited.

use serde::{Deserialize, Serialize};

/// One oddity of a received response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anomaly {
    /// What is odd.
    pub kind: AnomalyKind,
    /// Octets from the first octet of the head; positions in the body and in
    /// trailers count on from there, chunk lines included.
    pub offset: usize,
}

/// The kinds of oddity. Each kind is reported once per line at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AnomalyKind {
    /// An empty line before the status line.
    LeadingBlankLine,
    /// A status line with the wrong spacing, case or no SP after the code (RFC 9112, section 4).
    OddStatusLine,
    /// A version other than HTTP/1.0 and HTTP/1.1.
    OddVersion,
    /// A line that ends in LF without CR (RFC 9112, section 2.2).
    BareLineFeed,
    /// A CR that no LF follows (RFC 9112, section 2.2).
    BareCarriageReturn,
    /// NUL in a line (RFC 9110, section 5.5).
    Nul,
    /// A control octet other than NUL, CR, LF and HTAB; 0x7F included.
    ControlOctet,
    /// A field value continued on a line that begins with SP or HTAB (obs-fold, RFC 9112, section 5.2).
    FoldedLine,
    /// A line that begins with SP or HTAB where there is no field to continue.
    StrayContinuation,
    /// A field line without a colon; it is kept with an empty name.
    MissingColon,
    /// SP or HTAB between a field name and its colon (RFC 9112, section 5.1).
    SpaceBeforeColon,
    /// A field name that is empty or holds octets that are not of a token (RFC 9110, section 5.6.2).
    BadFieldName,
    /// A Content-Length that is no decimal number; the body was read to the close.
    BadLength,
    /// The same Content-Length more than once.
    RepeatedLength,
    /// Content-Length values that differ; the smallest was used (RFC 9112, section 6.3).
    ConflictingLengths,
    /// Content-Length beside Transfer-Encoding; the latter was used (RFC 9112, section 6.3).
    LengthAndTransferCoding,
    /// A transfer coding other than a single chunked; the body was read to the close, undecoded.
    UnknownTransferCoding,
    /// Octets after the end of the message that no request asked for.
    UnaskedOctets,
}
