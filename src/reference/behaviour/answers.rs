//! The seams of whole answers: what they tell beside their cookies, and how they arrive.

/// What answers tell beside their cookies, and how they arrive.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each switch is a deviation of its own; false is good everywhere")]
pub struct Answers {
    /// Where the session key stands besides Set-Cookie.
    pub tells_key: TellsKey,
    /// A POST that is the same as the one before is answered as that was, and not performed.
    pub repeats_answered: bool,
    /// A cookie that the browser has sent with this value is not sent again.
    pub unchanged_not_set: bool,
    /// Cookies are set in interim answers and not in the final one.
    pub cookies_early: bool,
    /// Browsers are told to keep the answer for a minute.
    pub kept_for_a_minute: bool,
    /// The mark of an answer to GET is made of its address alone.
    pub mark_of_address: bool,
    /// TRACE is answered with the request.
    pub trace_reflects: bool,
    /// Answers over https do not ask browsers to come back over https.
    pub no_hsts: bool,
    /// What the page that sends browsers to https does to the session cookie.
    pub upgrade: Upgrade,
    /// The answer to a logout does not ask browsers to clear what they keep of the site.
    pub no_clear_site_data: bool,
}

/// Where the session key stands besides Set-Cookie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TellsKey {
    /// Nowhere.
    #[default]
    Nowhere,
    /// In the body.
    InBody,
    /// In a field of its own.
    InField,
    /// In Location, until the browser has shown that it keeps cookies.
    InLocation,
    /// In the links of pages.
    InLinks,
    /// In the page that tells of a failure.
    InErrorPage,
    /// In the page that tells of a failure of a request that has asked for its session.
    InErrorPageOfReaders,
}

/// What the page that sends browsers to https does to the session cookie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Upgrade {
    /// Nothing.
    #[default]
    Plain,
    /// It begins a session.
    SetsSession,
    /// It deletes the cookie, over http.
    DeletesSession,
}
