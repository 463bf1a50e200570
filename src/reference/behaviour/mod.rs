//! What the reference server does at each seam where servers go wrong.
//!
//! [`Behaviour::default`] is the conforming server. A fault changes one field;
//! the rest of the floor reads fields and has never heard of faults.

mod cookies;
mod sessions;
mod storage;

pub use cookies::{
    BadPair, Both, Deletion, DomainRule, ExpiresRule, Lines, MaxAgeRule, PathRule, Reader, Repeat, SameSiteRule,
    SessionLine, ValueRule, Writer,
};
pub use sessions::{
    Adoption, Clear, Comparison, CycleKey, Ending, Enforcement, Expiry, Failing, Failures, Keys, LifeCycle, Login,
    Making, Mapping, NullExpiry, OnError, Overnoticed, Reads, RefusedExpiry, RefusedUnknown, Sliding, Source,
    SweepRule, Unnoticed, Vary, ZeroExpiry,
};
pub use storage::{CachedWrites, Csrf, DeletesLeave, Fallback, SignatureCheck, Signing, Storage, Writes};

/// The behaviour of one server, seam by seam.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// How `Set-Cookie` lines are written.
    pub writer: Writer,
    /// How `Cookie` fields are read.
    pub reader: Reader,
    /// Where session keys come from and which are believed.
    pub keys: Keys,
    /// How sessions hold values.
    pub mapping: Mapping,
    /// When sessions begin, change and end.
    pub life: LifeCycle,
    /// How long sessions live.
    pub expiry: Expiry,
    /// What stores keep.
    pub storage: Storage,
    /// How signatures are checked.
    pub signing: Signing,
    /// How anti-forgery tokens are bound.
    pub csrf: Csrf,
}
