//! Faults of whole answers: what they tell beside their cookies, and how they arrive.

use super::Seam::{CookieWriter, KeySource, LifeCycle};
use super::{ALL, Fault, SERVER, SIGNED, fault};
use crate::reference::behaviour::{Making, SessionLine, SignatureCheck, TellsKey, Upgrade};

pub(super) const ANSWERS: &[Fault] = &[
    fault(LifeCycle, "key-in-body", ALL, "answers repeat the session key in their body", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InBody;
    }),
    fault(LifeCycle, "key-in-field", ALL, "answers repeat the session key in a field of their own", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InField;
    }),
    fault(LifeCycle, "key-in-location", ALL, "redirects carry the session key in their URL", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InLocation;
    }),
    fault(LifeCycle, "key-in-links", ALL, "links of a page carry the session key", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InLinks;
    }),
    fault(LifeCycle, "cookies-in-interim-answers", ALL, "cookies are set in an interim answer alone", |behaviour| {
        behaviour.answers.cookies_early = true;
    }),
    fault(LifeCycle, "trace-reflects", ALL, "TRACE is answered with the request, cookies included", |behaviour| {
        behaviour.answers.trace_reflects = true;
    }),
    fault(LifeCycle, "hsts-missing", ALL, "answers over https do not ask for https the next time", |behaviour| {
        behaviour.answers.no_hsts = true;
    }),
    fault(
        LifeCycle,
        "session-with-upgrade",
        ALL,
        "the page that sends browsers to https begins a session over http",
        |behaviour| behaviour.answers.upgrade = Upgrade::SetsSession,
    ),
    fault(
        LifeCycle,
        "session-deleted-with-upgrade",
        ALL,
        "the page that sends browsers to https deletes the session cookie over http, where they keep it",
        |behaviour| behaviour.answers.upgrade = Upgrade::DeletesSession,
    ),
    fault(
        LifeCycle,
        "clear-site-data-missing",
        ALL,
        "the answer to a logout does not say Clear-Site-Data",
        |behaviour| behaviour.answers.no_clear_site_data = true,
    ),
    fault(CookieWriter, "session-never-secure", ALL, "the session cookie lacks Secure over https", |behaviour| {
        behaviour.writer.session = SessionLine::NeverSecure;
    }),
    fault(CookieWriter, "session-name-of-framework", ALL, "the session cookie is called PHPSESSID", |behaviour| {
        behaviour.writer.session = SessionLine::FrameworkName;
    }),
    fault(CookieWriter, "session-in-sixty-parts", ALL, "sixty more cookies come with the session's", |behaviour| {
        behaviour.writer.session = SessionLine::InSixtyParts;
    }),
    fault(KeySource, "keys-favour-letters", SERVER, "keys hold some letters far more often", |behaviour| {
        behaviour.keys.making = Making::Biased;
    }),
    fault(
        KeySource,
        "token-without-algorithm",
        SIGNED,
        "a token that names `none` as its algorithm needs no signature",
        |behaviour| behaviour.signing.session = SignatureCheck::UnlessNone,
    ),
    fault(LifeCycle, "key-in-error-page", ALL, "the page that tells of a failure shows the session key", |behaviour| {
        behaviour.answers.tells_key = TellsKey::InErrorPage;
    }),
    fault(
        LifeCycle,
        "same-post-not-performed",
        ALL,
        "a POST that is the same as the one before is answered as that was, and not performed",
        |behaviour| {
            behaviour.answers.repeats_answered = true;
        },
    ),
    fault(
        CookieWriter,
        "forwarded-host-becomes-domain",
        ALL,
        "the session cookie has the Domain that X-Forwarded-Host says",
        |behaviour| {
            behaviour.writer.session = SessionLine::ForwardedDomain;
        },
    ),
];
