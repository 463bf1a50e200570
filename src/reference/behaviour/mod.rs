//! What the reference server does at each seam where servers go wrong.
//!
//! [`Behaviour::default`] is the conforming server. A fault changes one field;
//! the rest of the floor reads fields and has never heard of faults.

mod accounts;
mod answers;
mod cookies;
mod expiry;
mod operations;
mod reader;
mod sessions;
mod storage;
mod values;

pub use accounts::{Accounts, Disabling, EndAll, EndOthers, SessionList};
pub use answers::{Answers, TellsKey, Upgrade};
pub use cookies::{
    Both, Dates, Deletion, Digits, DomainRule, ExpiresRule, Extra, Flags, Forgotten, Lifespan, Lines, MaxAgeRule,
    PathRule, Repeat, SameSiteRule, SessionLine, Spacing, ValueRule, Writer,
};
pub use expiry::{Enforcement, Expiry, NullExpiry, RecordStays, RefusedExpiry, Sliding, SweepRule, ZeroExpiry};
pub use operations::Operations;
pub use reader::{BadPair, FieldLimit, Nameless, Reader, SessionChoice};
pub use sessions::{
    Adoption, CacheControl, Clear, Comparison, CycleKey, Ending, Failing, Failures, Keys, LifeCycle, Login, Making,
    Mapping, OnError, Overnoticed, Reads, RefusedUnknown, Source, Unnoticed, Vary,
};
pub use storage::{CachedWrites, Csrf, DeletesLeave, Fallback, SignatureCheck, Signing, Storage, TokenPlace, Writes};
pub use values::{Change, Values};

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
    /// What is kept of their values.
    pub values: Values,
    /// When sessions begin, change and end.
    pub life: LifeCycle,
    /// What single operations do otherwise than the others.
    pub operations: Operations,
    /// How long sessions live.
    pub expiry: Expiry,
    /// What stores keep.
    pub storage: Storage,
    /// How signatures are checked.
    pub signing: Signing,
    /// How anti-forgery tokens are bound.
    pub csrf: Csrf,
    /// What ends sessions from outside.
    pub accounts: Accounts,
    /// What answers tell beside their cookies.
    pub answers: Answers,
}
