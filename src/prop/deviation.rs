//! Deviations: wrong behaviour that the model can follow, so that one finding does not hide the others.

use serde::Serialize;

use crate::spec::Level;

/// Wrong behaviour that the model can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deviation {
    /// A login of the user who is logged in keeps the key.
    ReloginKeepsKey,
    /// Reading begins a session.
    ReadBegins,
    /// Reading sends the cookie again.
    ReadResends,
    /// The cookie of a key that opens nothing stays.
    DeadKeyStays,
    /// A key that opens nothing makes an ending request fail.
    DeadKeyFails,
    /// A session goes on behind its expiry.
    ExpiryNotEnforced,
    /// A new key, or the end of the session, in a failed request destroys it.
    DestroyedOnError,
    /// A new key that was asked for before a logout brings the session back.
    RotationRevives,
    /// A login goes on with the data of another user.
    CarriesOtherUser,
    /// A session that is too large for its cookie is lost in silence.
    OversizeLost,
    /// An answer that depends on whether the session holds a key says nothing to caches.
    VaryMissingOnTest,
    /// The Vary that the application sets is lost.
    VaryLost,
    /// An expiry as a duration or instant cannot be stored.
    ExpiryNotStored,
    /// An expiry that is a text and no moment makes the request fail.
    TextExpiryFails,
    /// A read that was slow overwrites what was written meanwhile.
    SlowReadOverwrites,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ReloginKeepsKey,
        Self::ReadBegins,
        Self::ReadResends,
        Self::DeadKeyStays,
        Self::DeadKeyFails,
        Self::ExpiryNotEnforced,
        Self::DestroyedOnError,
        Self::RotationRevives,
        Self::CarriesOtherUser,
        Self::OversizeLost,
        Self::VaryMissingOnTest,
        Self::VaryLost,
        Self::ExpiryNotStored,
        Self::TextExpiryFails,
        Self::SlowReadOverwrites,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReloginKeepsKey => "relogin-keeps-key",
            Self::ReadBegins => "read-begins-session",
            Self::ReadResends => "read-resends-cookie",
            Self::DeadKeyStays => "dead-key-stays",
            Self::DeadKeyFails => "dead-key-fails",
            Self::ExpiryNotEnforced => "expiry-not-enforced",
            Self::DestroyedOnError => "destroyed-on-error",
            Self::RotationRevives => "rotation-revives",
            Self::CarriesOtherUser => "carries-other-user",
            Self::OversizeLost => "oversize-lost",
            Self::VaryMissingOnTest => "vary-missing-on-test",
            Self::VaryLost => "vary-lost",
            Self::ExpiryNotStored => "expiry-not-stored",
            Self::TextExpiryFails => "text-expiry-fails",
            Self::SlowReadOverwrites => "slow-read-overwrites",
        }
    }

    /// Its weight, as in the catalogue of rules.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::ReloginKeepsKey
            | Self::ReadBegins
            | Self::ReadResends
            | Self::DeadKeyStays
            | Self::DeadKeyFails
            | Self::OversizeLost
            | Self::ExpiryNotStored
            | Self::TextExpiryFails => Level::Should,
            Self::ExpiryNotEnforced
            | Self::DestroyedOnError
            | Self::RotationRevives
            | Self::CarriesOtherUser
            | Self::VaryMissingOnTest
            | Self::VaryLost
            | Self::SlowReadOverwrites => Level::Must,
        }
    }

    /// The case of the catalogue that shows the same: a target file that lists it as known excuses this too.
    #[must_use]
    pub const fn case(self) -> &'static str {
        match self {
            Self::ReloginKeepsKey => "sessions/login#new-key-again",
            Self::ReadBegins => "sessions/cookie#reading-creates-nothing",
            Self::ReadResends => "sessions/cookie#reading-sends-nothing",
            Self::DeadKeyStays => "sessions/unknown-keys#reading-creates-no-record",
            Self::DeadKeyFails => "sessions/hostile-keys#flush",
            Self::ExpiryNotEnforced => "sessions/expiry#enforced",
            Self::DestroyedOnError => "sessions/saving#login-on-server-error",
            Self::RotationRevives => "sessions/logout#new-key-during-logout",
            Self::CarriesOtherUser => "sessions/fixation#another-user",
            Self::OversizeLost => "sessions/client-side#too-large",
            Self::VaryMissingOnTest => "sessions/cookie#vary-on-test",
            Self::VaryLost => "cache/answers#keeps-the-applications-own",
            Self::ExpiryNotStored => "sessions/expiry#duration",
            Self::TextExpiryFails => "sessions/in-one-request#refused-expiry",
            Self::SlowReadOverwrites => "sessions/connections#read-during-login",
        }
    }

    /// What is wrong, as a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::ReloginKeepsKey => "a second login of the same user keeps the key",
            Self::ReadBegins => "reading begins a session",
            Self::ReadResends => "reading sends the session cookie again",
            Self::DeadKeyStays => "the cookie of a key that opens nothing stays in the browser",
            Self::DeadKeyFails => "a request with a key that opens nothing fails",
            Self::ExpiryNotEnforced => "a session is served behind its expiry",
            Self::DestroyedOnError => "a new key in a failed request destroys the session",
            Self::RotationRevives => "a new key that was asked for before the logout brings the session back",
            Self::CarriesOtherUser => "a login goes on with the data of another user",
            Self::OversizeLost => "a session that is too large for its cookie is lost without an error",
            Self::VaryMissingOnTest => {
                "an answer that depends on whether the session holds a key says nothing to caches"
            }
            Self::VaryLost => "the Vary that the application sets is lost",
            Self::TextExpiryFails => "an expiry that is a text and no moment makes the request fail",
            Self::ExpiryNotStored => "an expiry given as a duration or an instant cannot be stored",
            Self::SlowReadOverwrites => "a slow read overwrites what was written meanwhile",
        }
    }
}
