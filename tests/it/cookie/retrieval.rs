//! Which cookies a request carries.

use hardtack::cookie::{RequestContext, SameSite, StoredCookie};

use super::{Browser, NOW};

#[test]
fn host_only_and_domain_cookies() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.at("https://www.example.org/").set("host=1").set("domain=2; Domain=example.org");
        let sent = [
            ("https://www.example.org/", "host=1; domain=2"),
            ("https://WWW.Example.ORG/", "host=1; domain=2"),
            ("https://sub.www.example.org/", "domain=2"),
            ("https://example.org/", "domain=2"),
            ("https://badexample.org/", ""),
            ("https://example.com/", ""),
            ("https://xn--a.example/", ""),
        ];
        for (url, expected) in sent {
            assert_eq!(browser.sent_to(url), expected, "{url}");
        }
    }
}

#[test]
fn ports_and_plain_schemes_are_shared() {
    let mut browser = Browser::bis();
    browser.at("http://example.org/").set("a=1");
    browser.origin.port = 8001;
    assert_eq!(browser.sent(), "a=1");
    assert_eq!(browser.sent_to("https://example.org/"), "a=1");
}

#[test]
fn secure_needs_a_secure_connection() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.at("https://example.org/").set("a=1; Secure");
        assert_eq!(browser.sent_to("http://example.org/"), "");
        assert_eq!(browser.sent_to("https://example.org/"), "a=1");
    }
    // RFC 6265 §5.4 looks at the scheme alone.
    let mut plain = Browser::plain();
    plain.at("http://localhost/").set("a=1; Secure");
    assert_eq!(plain.sent(), "");
}

#[test]
fn paths_select_and_query_does_not_count() {
    let mut browser = Browser::bis();
    browser.at("https://example.org/a/b?q=/x/y").set("a=1").set("b=2; Path=/y").set("c=3; Path=relative");
    let sent = [
        ("https://example.org/a", "a=1; c=3"),
        ("https://example.org/a/", "a=1; c=3"),
        ("https://example.org/a?x", "a=1; c=3"),
        ("https://example.org/ab", ""),
        ("https://example.org/y/z", "b=2"),
        ("https://example.org", ""),
    ];
    for (url, expected) in sent {
        assert_eq!(browser.sent_to(url), expected, "{url}");
    }
    browser.at("https://example.org").set("d=4");
    assert_eq!(browser.sent_to("https://example.org?q"), "d=4");
}

#[test]
fn http_only_is_hidden_from_scripts() {
    let mut browser = Browser::bis();
    browser.set("a=1; HttpOnly").set("b=2");
    browser.context.http_api = false;
    assert_eq!(browser.sent(), "b=2");
}

#[test]
fn same_site_modes_by_situation() {
    let cross = |top_level_navigation, safe_method, http_api| RequestContext {
        same_site: false,
        top_level_navigation,
        safe_method,
        http_api,
        ..RequestContext::default()
    };
    let situations = [
        (RequestContext::default(), "default=1; none=2; lax=3; strict=4"),
        (RequestContext { safe_method: false, ..RequestContext::default() }, "default=1; none=2; lax=3; strict=4"),
        (cross(true, true, true), "default=1; none=2; lax=3"),
        (cross(true, false, true), "none=2"),
        (cross(false, true, true), "none=2"),
        (cross(true, true, false), "none=2"),
    ];
    let lines = ["default=1", "none=2; SameSite=None; Secure", "lax=3; SameSite=Lax", "strict=4; SameSite=Strict"];
    let mut browser = Browser::bis();
    let mut plain = Browser::plain();
    for line in lines {
        browser.set(line);
        plain.set(line);
    }
    for (context, expected) in situations {
        browser.context = context.clone();
        assert_eq!(browser.sent(), expected, "{context:?}");
        plain.context = context;
        assert_eq!(plain.sent(), "default=1; none=2; lax=3; strict=4");
    }
}

#[test]
fn lax_allowing_unsafe_lasts_two_minutes_when_asked_for() {
    let mut browser = Browser::bis();
    browser.set("default=1").set("lax=2; SameSite=Lax");
    browser.context = RequestContext {
        same_site: false,
        top_level_navigation: true,
        safe_method: false,
        lax_allowing_unsafe: true,
        ..RequestContext::default()
    };
    assert_eq!(browser.wait(120).sent(), "default=1");
    assert_eq!(browser.wait(1).sent(), "");
    browser.now = NOW;
    browser.context.top_level_navigation = false;
    assert_eq!(browser.sent(), "");
}

#[test]
fn a_domain_that_became_a_public_suffix_is_not_sent() {
    let mut browser = Browser::bis();
    let planted = StoredCookie { host_only: false, ..StoredCookie::new(b"a", b"1", "github.io", NOW) };
    browser.jar.plant(planted.clone());
    assert_eq!(browser.sent_to("https://x.github.io/"), "");
    browser.jar.plant(StoredCookie { host_only: true, ..planted });
    assert_eq!(browser.sent_to("https://github.io/"), "a=1");
}

#[test]
fn peeking_leaves_the_last_access() {
    let mut browser = Browser::bis();
    browser.set("a=1").wait(9);
    let seen = browser.jar.peek(&browser.origin, "/", &browser.context, browser.now);
    assert_eq!(seen[0].last_access, NOW);
    assert_eq!(seen[0].same_site, SameSite::Default);
    assert_eq!(browser.jar.iter().next().unwrap().last_access, NOW);
    browser.sent();
    assert_eq!(browser.jar.iter().next().unwrap().last_access, NOW.plus(9));
}

#[test]
fn octets_are_sent_as_received() {
    let mut browser = Browser::bis();
    browser.set(b"n\xC3\xA4=\"\xFF \x80\"; Path=/");
    let sent = browser.jar.cookie_string(&browser.origin, "/", &browser.context, NOW);
    assert_eq!(sent.as_deref(), Some(&b"n\xC3\xA4=\"\xFF \x80\""[..]));
    browser.set("token").set("empty=");
    browser.jar.forget("nä".as_bytes());
    assert_eq!(browser.sent(), "token; empty=");
    browser.jar.clear();
    assert_eq!(browser.jar.cookie_string(&browser.origin, "/", &browser.context, NOW), None);
}
