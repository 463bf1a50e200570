//! The codes of findings: what kind of expectation broke.

macro_rules! codes {
    ($($name:ident = $code:literal, $about:literal;)+) => {
        /// A kind of expectation. A broken one carries its code; each code has a page in the documentation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $about] $name,)+
        }

        /// Every code with one sentence about it.
        pub const CODES: &[(Code, &str)] = &[$((Code::$name, $about)),+];

        impl Code {
            /// The code in reports and in `fails_as`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

codes! {
    NoAnswer = "no-answer", "There was no complete answer to look at.";
    Status = "status", "The status of the response.";
    Header = "header", "A field of the response.";
    Result = "result", "What an operation answered.";
    Error = "error", "Whether and why an operation failed.";
    SavedValue = "saved", "A value saved earlier in the case.";
    Jar = "jar", "What the browser holds after the step.";
    CookieSet = "cookie-set", "A cookie was set that should not have been set.";
    CookieNotSet = "cookie-not-set", "A cookie was not set that should have been set.";
    CookieEffect = "cookie-effect", "What a browser makes of a Set-Cookie: stored, removed, refused.";
    CookieBecause = "cookie-because", "Why a browser refuses a cookie.";
    CookieLifetime = "cookie-lifetime", "How long a browser keeps a cookie.";
    CookieAgree = "cookie-agree", "Whether Expires and Max-Age name the same moment.";
    CookieValue = "cookie-value", "The value of a cookie.";
    CookiePath = "cookie-path", "The Path attribute.";
    CookieDomain = "cookie-domain", "The Domain attribute.";
    CookieSameSite = "cookie-same-site", "The `SameSite` attribute.";
    CookieSecure = "cookie-secure", "The Secure attribute.";
    CookieHttpOnly = "cookie-http-only", "The `HttpOnly` attribute.";
    CookiePartitioned = "cookie-partitioned", "The Partitioned attribute.";
    CookieMaxAge = "cookie-max-age", "The Max-Age attribute.";
    CookieExpires = "cookie-expires", "The Expires attribute.";
    CookieTimes = "cookie-times", "How often a response sets the same cookie.";
    CookieGrammar = "cookie-grammar", "The grammar for servers; a broken rule is reported by its own id.";
    Seen = "seen", "What native code sees in an exchange beyond its single fields.";
    Probe = "probe", "A judgement by native code.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut words: Vec<_> = CODES.iter().map(|(code, _)| code.as_str()).collect();
        words.sort_unstable();
        let count = words.len();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
