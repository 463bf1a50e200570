//! The seams of single operations: what one of them does otherwise than the others.

/// What single operations do.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Operations {
    /// The cookie of a session that ends with the browser is left there when the session ends.
    pub until_close_cookie_stays: bool,
    /// A touch brings back a session that was ended meanwhile.
    pub touch_revives: bool,
    /// An expiry that is set brings back a session that was ended meanwhile.
    pub expiry_revives: bool,
    /// The logout of somebody who is not logged in does nothing.
    pub visitors_logout_ignored: bool,
    /// A change inside a stored list is noticed.
    pub append_noticed: bool,
    /// clear leaves lists.
    pub clear_leaves_lists: bool,
    /// Login goes back to the default lifetime.
    pub login_forgets_expiry: bool,
}
