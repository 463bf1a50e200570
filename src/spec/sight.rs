//! What native code sees in an exchange: a closed table, for what single fields do not say.

/// One thing to see.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    /// Its name in specs.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
}

/// Everything that `expect: {seen: …}` may name. What an exchange has nothing of is not judged.
pub const SIGHTS: &[Sight] = &[
    sight("key_in_body", "Whether the body repeats the session key that was sent or set; nothing without a key."),
    sight("key_in_fields", "Whether a field other than Set-Cookie repeats the session key; nothing without a key."),
    sight("key_in_urls", "Whether Location, a link of the page or the request's own URL holds the session key."),
    sight("framework_name", "The framework that a session cookie of this name gives away; null when it tells none."),
    sight("name_prefix", "The prefix of the session cookie's name: `__Host-`, `__Secure-`; null without one."),
    sight("cookies_held", "How many cookies the browser would now send to this page."),
    sight("microseconds", "How long the exchange took, from its beginning to the last octet."),
    sight("interim_cookies", "How many Set-Cookie fields came with interim (1xx) answers."),
];

const fn sight(name: &'static str, about: &'static str) -> Sight {
    Sight { name, about }
}
