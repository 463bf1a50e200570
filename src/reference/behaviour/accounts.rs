//! The seams of accounts: who may log in, and what ends sessions from outside.

/// Accounts and their sessions.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Accounts {
    /// The sessions of a disabled account go on.
    pub disabled_goes_on: bool,
    /// Users of a disabled account log in again.
    pub disabled_logs_in: bool,
    /// What a user's list of sessions holds.
    pub list: SessionList,
    /// A session that was ended from another one goes on.
    pub ended_goes_on: bool,
    /// What ends when a user ends the other sessions.
    pub end_others: EndOthers,
    /// What an administrator's order ends.
    pub end_all: EndAll,
    /// Names of users end after 30 characters.
    pub names_cut: bool,
    /// Names of users lose what tells letters of double width from the others.
    pub names_folded: bool,
    /// A session that gets a new key is no longer in its user's list.
    pub new_key_leaves_list: bool,
    /// Who is logged in already becomes a user of a disabled account.
    pub disabled_switches: bool,
    /// Disabling an account ends the sessions that there are, not one whose login is under way.
    pub disabled_ends_once: bool,
    /// A second login of a user ends the first session.
    pub second_login_ends_first: bool,
    /// A fourth login of a user ends the first three sessions.
    pub fourth_login_ends_first: bool,
    /// A restart opens disabled accounts again.
    pub restart_enables: bool,
    /// What disabling an account ends.
    pub disabling: Disabling,
    /// Disabling an account opens those that were disabled before.
    pub disabling_opens_others: bool,
    /// A restart forgets which sessions a user has.
    pub restart_forgets_sessions: bool,
}

/// What disabling an account ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disabling {
    /// All sessions of its user.
    #[default]
    OfUser,
    /// The oldest five sessions of its user.
    FiveAtMost,
    /// All sessions of its user, and of users whose names begin like that.
    ByBeginning,
}

/// What a user's list of sessions holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionList {
    /// All of them.
    #[default]
    Names,
    /// The session that asks.
    OwnOnly,
    /// All of them, those that were ended too.
    EndedToo,
    /// All of them, those that are over by themselves too.
    ExpiredToo,
    /// Three of them at most.
    ThreeAtMost,
}

/// What an administrator's order to end a user's sessions ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EndAll {
    /// All sessions of that user.
    #[default]
    OfUser,
    /// The oldest session of that user.
    FirstOnly,
    /// All sessions of all users.
    OfEveryone,
    /// All sessions of that user, those of later logins included.
    ForGood,
    /// All sessions of users whose names begin like that.
    ByBeginning,
    /// All sessions of users whose names are the same but for space around them and the width of letters.
    ByLikeness,
    /// The oldest ten sessions of that user.
    TenAtMost,
    /// All sessions of that user but the one that asks.
    SparesAsker,
    /// All sessions of users whose names have the same first hundred letters.
    ByHundredLetters,
}

/// What ends when a user ends the other sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EndOthers {
    /// The other sessions of the user.
    #[default]
    Others,
    /// The session that asks, too.
    OwnToo,
    /// The session that asks, too, when it gets a new key in the same request.
    OwnWithNewKeyToo,
    /// All other sessions, whoever has them.
    OfEveryone,
    /// The other sessions of the user but the newest of several.
    SparesNewest,
    /// The other sessions of the user, and those of all visitors.
    VisitorsToo,
}
