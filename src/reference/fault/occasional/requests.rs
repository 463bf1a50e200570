//! What some requests are answered, what they store, and which cookies they read and set.

use crate::reference::behaviour::{
    CacheControl, Enforcement, Failures, MaxAgeRule, OnError, Reads, SessionLine, SignatureCheck, Unnoticed, Vary,
    Writes,
};
use crate::reference::config::EngineKind;
use crate::reference::fault::Seam::{CookieWriter, LifeCycle, Parser, Store};
use crate::reference::fault::{ALL, CACHED, Fault, SERVER, on};
use crate::reference::occasion::Occasion;

const RECORDS: &[EngineKind] = &[EngineKind::Db, EngineKind::File];

pub(in crate::reference::fault) const ANSWERS: &[Fault] = &[
    on(Occasion::Head, LifeCycle, "vary-missing-on-head", ALL, "answers to HEAD say nothing to caches", |behaviour| {
        behaviour.life.vary = Vary::Never;
    }),
    on(
        Occasion::Redirect,
        LifeCycle,
        "vary-missing-on-redirects",
        ALL,
        "redirects that depend on the session say nothing to caches",
        |behaviour| behaviour.life.vary = Vary::Never,
    ),
    on(
        Occasion::Bodyless,
        LifeCycle,
        "vary-missing-without-body",
        ALL,
        "answers with 204 and 304 say nothing to caches",
        |behaviour| behaviour.life.vary = Vary::Never,
    ),
    on(
        Occasion::Redirect,
        LifeCycle,
        "redirects-public",
        ALL,
        "a redirect that sets the session cookie may be shared",
        |behaviour| behaviour.life.cache_control = CacheControl::Public,
    ),
    on(
        Occasion::LoggedIn,
        LifeCycle,
        "users-answers-public",
        ALL,
        "answers to those who are logged in may be shared",
        |behaviour| behaviour.life.cache_control = CacheControl::Public,
    ),
    on(
        Occasion::LoginAgain,
        CookieWriter,
        "second-login-without-http-only",
        ALL,
        "the session cookie of a second login lacks HttpOnly",
        |behaviour| behaviour.writer.session = SessionLine::WithoutHttpOnly,
    ),
    on(
        Occasion::Redirect,
        CookieWriter,
        "redirect-without-http-only",
        ALL,
        "the session cookie lacks HttpOnly when it comes with a redirect",
        |behaviour| behaviour.writer.session = SessionLine::WithoutHttpOnly,
    ),
    on(
        Occasion::OverTls,
        CookieWriter,
        "https-without-same-site",
        ALL,
        "the session cookie lacks SameSite over https",
        |behaviour| behaviour.writer.session = SessionLine::WithoutSameSite,
    ),
    on(
        Occasion::OtherHost,
        CookieWriter,
        "session-domain-wide-elsewhere",
        ALL,
        "on other hosts the session cookie goes to all sub-domains",
        |behaviour| behaviour.writer.session = SessionLine::WideDomain,
    ),
    on(
        Occasion::OtherCookies,
        LifeCycle,
        "reading-beside-cookies-begins-session",
        ALL,
        "reading begins a session for browsers that send other cookies",
        |behaviour| behaviour.life.reads = Reads::CreateSession,
    ),
    on(
        Occasion::Head,
        LifeCycle,
        "head-refreshes-cookie",
        ALL,
        "a HEAD request sends the cookie of a live session again",
        |behaviour| behaviour.life.reads = Reads::RefreshCookie,
    ),
    on(
        Occasion::OldSession,
        LifeCycle,
        "old-session-cookie-does-not-follow",
        SERVER,
        "an hour after its beginning a session is extended by writes, and its cookie no longer",
        |behaviour| behaviour.expiry.cookie_stays = true,
    ),
    on(
        Occasion::Redirect,
        LifeCycle,
        "dead-key-with-redirect-begins-session",
        SERVER,
        "a redirect begins a session for a browser with a key that opens nothing",
        |behaviour| behaviour.life.unknown_key_creates = true,
    ),
];

pub(in crate::reference::fault) const DATA: &[Fault] = &[
    on(
        Occasion::LongArgument,
        LifeCycle,
        "long-value-forgets-others",
        SERVER,
        "storing a long value forgets all other keys",
        |behaviour| behaviour.mapping.put_forgets_others = true,
    ),
    on(
        Occasion::BeyondAscii,
        LifeCycle,
        "value-beyond-ascii-forgets-others",
        ALL,
        "storing a value beyond ASCII forgets all other keys",
        |behaviour| behaviour.mapping.put_forgets_others = true,
    ),
    on(
        Occasion::CapitalKey,
        LifeCycle,
        "capital-key-forgets-others",
        ALL,
        "storing under a key with a capital letter forgets all other keys",
        |behaviour| behaviour.mapping.put_forgets_others = true,
    ),
    on(
        Occasion::ThirdRequest,
        LifeCycle,
        "third-write-forgets-others",
        ALL,
        "from the third request on storing forgets all other keys",
        |behaviour| behaviour.mapping.put_forgets_others = true,
    ),
    on(
        Occasion::LoggedIn,
        LifeCycle,
        "users-writes-forget-others",
        ALL,
        "storing forgets all other keys of those who are logged in",
        |behaviour| behaviour.mapping.put_forgets_others = true,
    ),
    on(
        Occasion::SeveralOperations,
        LifeCycle,
        "delete-among-others-not-saved",
        ALL,
        "delete beside other operations is not noticed as a change",
        |behaviour| behaviour.mapping.unnoticed = Unnoticed::Delete,
    ),
    on(
        Occasion::LoggedIn,
        LifeCycle,
        "users-failed-requests-saved",
        ALL,
        "a request answered with 5xx is saved for those who are logged in",
        |behaviour| behaviour.life.on_error = OnError::Saves,
    ),
    on(
        Occasion::InParallel,
        LifeCycle,
        "whoami-in-parallel-sticky",
        ALL,
        "while another request is inside, whoami answers whoever logged in last",
        |behaviour| behaviour.life.whoami_sticks = true,
    ),
    on(
        Occasion::AfterFlush,
        LifeCycle,
        "whoami-after-cache-flush-sticky",
        CACHED,
        "once the cache was emptied, whoami answers whoever logged in last",
        |behaviour| behaviour.life.whoami_sticks = true,
    ),
    on(Occasion::Get, LifeCycle, "csrf-not-checked-by-get", ALL, "a request by GET is not checked", |behaviour| {
        behaviour.csrf.passes_without = true;
    }),
    on(
        Occasion::LoggedIn,
        LifeCycle,
        "csrf-any-token-of-users",
        ALL,
        "any token is accepted from those who are logged in",
        |behaviour| behaviour.csrf.accepts_any = true,
    ),
    on(
        Occasion::TenthRequest,
        Store,
        "tenth-write-empties-session",
        ALL,
        "from the tenth request on a write stores a session without data",
        |behaviour| behaviour.storage.writes = Writes::WithoutData,
    ),
    on(
        Occasion::Raises,
        LifeCycle,
        "raise-saved",
        ALL,
        "a request that ends with an exception is saved",
        |behaviour| {
            behaviour.life.on_error = OnError::Saves;
        },
    ),
];

pub(in crate::reference::fault) const COOKIES: &[Fault] = &[
    on(
        Occasion::OtherCookies,
        CookieWriter,
        "delete-beside-cookies-ignores-path",
        ALL,
        "deletions ignore the path when the browser sends other cookies",
        |behaviour| behaviour.writer.deletion_ignores_path = true,
    ),
    on(
        Occasion::Bodyless,
        CookieWriter,
        "cookies-lost-without-body",
        ALL,
        "cookies are not sent with 204 and 304",
        |behaviour| behaviour.writer.lost_always = true,
    ),
    on(
        Occasion::Redirect,
        CookieWriter,
        "secure-lost-on-redirects",
        ALL,
        "Secure is not written on redirects",
        |behaviour| behaviour.writer.drops_secure = true,
    ),
    on(
        Occasion::BeyondAscii,
        CookieWriter,
        "max-age-lost-beyond-ascii",
        ALL,
        "max_age is ignored beside a value beyond ASCII",
        |behaviour| behaviour.writer.max_age = MaxAgeRule::Ignored,
    ),
    on(
        Occasion::LongArgument,
        CookieWriter,
        "http-only-lost-on-long-values",
        ALL,
        "HttpOnly is not written beside a long value",
        |behaviour| behaviour.writer.drops_http_only = true,
    ),
    on(
        Occasion::Get,
        Parser,
        "cookies-of-get-cut-at-equals",
        ALL,
        "the values of cookies that come by GET end at their first equals sign",
        |behaviour| behaviour.reader.values_end_at_equals = true,
    ),
    on(
        Occasion::OverHttp2,
        Parser,
        "cookies-of-http2-last-only",
        ALL,
        "of the cookies that come over HTTP/2 only the last is seen",
        |behaviour| behaviour.reader.last_pair_only = true,
    ),
    on(
        Occasion::ExtraQuery,
        LifeCycle,
        "query-loses-writes",
        ALL,
        "update is not noticed in requests with a query of their own",
        |behaviour| behaviour.mapping.unnoticed = Unnoticed::Update,
    ),
    on(
        Occasion::Bodyless,
        LifeCycle,
        "no-save-without-body",
        ALL,
        "a request answered with 204 or 304 is not saved",
        |behaviour| {
            behaviour.life.failures = Failures::Every;
        },
    ),
    on(
        Occasion::Forbidden,
        LifeCycle,
        "forbidden-ends-session",
        ALL,
        "a request answered with 401 or 403 ends the session",
        |behaviour| {
            behaviour.life.failures = Failures::Every;
            behaviour.life.on_error = OnError::Loses;
        },
    ),
    on(
        Occasion::Post,
        LifeCycle,
        "post-refreshes-cookie",
        ALL,
        "a POST that reads sends the session cookie again",
        |behaviour| {
            behaviour.life.reads = Reads::RefreshCookie;
        },
    ),
    on(
        Occasion::ClientError,
        CookieWriter,
        "session-cookie-lost-on-4xx",
        ALL,
        "a session that begins with an answer of 4xx is saved, and its cookie not sent",
        |behaviour| {
            behaviour.writer.session = SessionLine::Missing;
        },
    ),
    on(
        Occasion::Head,
        CookieWriter,
        "session-cookie-lost-on-head",
        ALL,
        "a session that begins with HEAD is saved, and its cookie not sent",
        |behaviour| {
            behaviour.writer.session = SessionLine::Missing;
        },
    ),
    on(
        Occasion::InParallel,
        Store,
        "reads-in-parallel-mixed",
        ALL,
        "while another request is inside, reading answers what was stored last, whoever stored it",
        |behaviour| {
            behaviour.storage.mixes_records = true;
        },
    ),
    on(
        Occasion::AfterRestart,
        Store,
        "signed-values-end-with-restart",
        ALL,
        "a restart makes a new secret, so that no signed value is believed any more",
        |behaviour| {
            behaviour.signing.value = SignatureCheck::Renewed;
        },
    ),
    on(
        Occasion::WritesOnly,
        LifeCycle,
        "write-revives-expired",
        RECORDS,
        "a request that only writes goes on with a session that is over",
        |behaviour| {
            behaviour.expiry.enforcement = Enforcement::Nothing;
        },
    ),
    on(
        Occasion::Languages,
        LifeCycle,
        "language-begins-session",
        ALL,
        "reading begins a session for browsers that say which languages the user reads",
        |behaviour| {
            behaviour.life.reads = Reads::CreateSession;
        },
    ),
    on(
        Occasion::Conditional,
        LifeCycle,
        "conditional-request-not-saved",
        ALL,
        "a request with If-None-Match is not saved",
        |behaviour| {
            behaviour.life.failures = Failures::Every;
        },
    ),
];
