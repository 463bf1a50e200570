//! What is stored, and the reason for every refusal.

use std::collections::BTreeSet;

use hardtack::cookie::{
    LIFETIME_LIMIT, Reception, Refusal, RequestContext, SameSite, StoredCookie, UserAgentModel, format_imf_fixdate,
};

use super::{Browser, NOW};

/// A refusal's code, the page, the line that is refused there, and a close line that is stored.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("control-octet", "https://a.example.org/", "a=1; Path=/\u{1}", "a=1; Path=/\t"),
    ("empty-name-and-value", "https://a.example.org/", "=; Secure", "=x"),
    ("host-not-canonical", "https://xn--a.example/", "a=1", "" /* no line is stored there */),
    ("non-ascii-domain", "https://a.example.org/", "a=1; Domain=ex\u{e4}mple.org", "a=1; Domain=example.org"),
    ("public-suffix", "https://a.example.org/", "a=1; Domain=org", "a=1; Domain=example.org"),
    ("public-suffix", "https://a.github.io/", "a=1; Domain=github.io", "a=1; Domain=a.github.io"),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=b.example.org", "a=1; Domain=A.EXAMPLE.ORG"),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=sub.a.example.org", "a=1; Domain=.example.org"),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=ample.org", "a=1; Domain="),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=a.example.org.", "a=1; Domain=."),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=\"example.org\"", "a=1; Domain= example.org "),
    ("domain-mismatch", "https://a.example.org/", "a=1; Domain=example.org:443", "a=1; Domain=example.org"),
    ("domain-mismatch", "https://127.0.0.1/", "a=1; Domain=0.0.1", "a=1; Domain=127.0.0.1"),
    (
        "domain-mismatch",
        "https://a.example.org/",
        "a=1; Domain=example.org; Domain=example.com",
        "a=1; Domain=example.com; Domain=example.org",
    ),
    ("secure-from-insecure-origin", "http://a.example.org/", "a=1; Secure", "a=1"),
    ("same-site-none-without-secure", "https://a.example.org/", "a=1; SameSite=None", "a=1; SameSite=None; Secure"),
    ("prefix-secure", "https://a.example.org/", "__SeCuRe-a=1", "__SeCuRe-a=1; Secure"),
    ("prefix-host", "https://a.example.org/", "__Host-a=1; Path=/", "__Host-a=1; Path=/; Secure"),
    ("prefix-host", "https://a.example.org/", "__HOST-a=1; Secure", "__HOST-a=1; Secure; Path=/"),
    ("prefix-host", "https://a.example.org/", "__Host-a=1; Secure; Path=/x", "__Host-a=1; Secure; Path=/x; Path=/"),
    (
        "prefix-host",
        "https://a.example.org/",
        "__Host-a=1; Secure; Path=/; Domain=a.example.org",
        "__Host-a=1; Secure; Path=/; Domain=",
    ),
    ("prefix-http", "https://a.example.org/", "__Http-a=1; Secure", "__Http-a=1; Secure; HttpOnly"),
    (
        "prefix-http",
        "https://a.example.org/",
        "__http-a=1; HttpOnly",
        "__http-a=1; HttpOnly; Secure; Domain=example.org",
    ),
    (
        "prefix-host-http",
        "https://a.example.org/",
        "__Host-Http-a=1; Secure; Path=/",
        "__Host-Http-a=1; Secure; Path=/; HttpOnly",
    ),
    (
        "prefix-host-http",
        "https://a.example.org/",
        "__Host-Http-a=1; Secure; HttpOnly",
        "__Host-Http-a=1; Secure; HttpOnly; Path=/",
    ),
    ("prefix-nameless", "https://a.example.org/", "=__Host-x=1; Path=/; Secure", "=_Host-x=1; Path=/; Secure"),
    ("prefix-nameless", "https://a.example.org/", "__secure-x", "__secure"),
    ("prefix-nameless", "https://a.example.org/", "=__Http-x", "=x__Http-x"),
    ("partitioned-without-secure", "https://a.example.org/", "a=1; Partitioned", "a=1; Partitioned; Secure"),
];

#[test]
fn lines_are_refused_for_their_reason_and_close_ones_are_not() {
    for (code, url, refused, stored) in REFUSED {
        let mut browser = Browser::bis();
        browser.at(url);
        assert_eq!(browser.verdict(refused), *code, "{refused}");
        assert!(browser.jar.is_empty(), "{refused}");
        if !stored.is_empty() {
            assert_eq!(browser.verdict(stored), "stored", "{stored}");
        }
    }
}

#[test]
fn sizes_refuse() {
    let mut browser = Browser::bis();
    assert_eq!(browser.verdict(format!("a={}", "x".repeat(4096))), "too-large");
    assert_eq!(browser.verdict(format!("a={}", "x".repeat(4095))), "stored");
}

#[test]
fn rfc6265_asks_for_a_name_and_little_else() {
    for (code, line) in [
        ("no-equals", "foo"),
        ("empty-name", "=foo"),
        ("public-suffix", "a=1; Domain=org"),
        ("domain-mismatch", "a=1; Domain=\u{e4}.org"),
    ] {
        assert_eq!(Browser::plain().verdict(line), code, "{line}");
    }
    let long = format!("a={}", "x".repeat(5000));
    let lines = [
        "a=1; Secure",
        "a=\u{1}",
        "a=1; SameSite=None",
        "__Host-a=1; Domain=example.org",
        "__Secure-a=1",
        "a=1; Partitioned",
        &long,
    ];
    for line in lines {
        let mut browser = Browser::plain();
        browser.at("http://a.example.org/");
        browser.context = cross_site();
        assert_eq!(browser.verdict(line), "stored", "{line}");
    }
}

fn cross_site() -> RequestContext {
    RequestContext { same_site: false, ..RequestContext::default() }
}

fn script() -> RequestContext {
    RequestContext { http_api: false, ..RequestContext::default() }
}

#[test]
fn cross_site_responses_set_only_same_site_none() {
    for line in ["a=1", "a=1; SameSite=Lax", "a=1; SameSite=Strict; Secure", "a=1; SameSite=foo"] {
        let mut browser = Browser::bis();
        browser.context = cross_site();
        assert_eq!(browser.verdict(line), "same-site-cross-site", "{line}");
        browser.context.top_level_navigation = true;
        browser.context.safe_method = false;
        assert_eq!(browser.verdict(line), "stored", "{line}");
        browser.context.http_api = false;
        assert_eq!(browser.verdict(line), "same-site-cross-site", "{line}");
    }
    let mut browser = Browser::bis();
    browser.context = cross_site();
    assert_eq!(browser.verdict("a=1; SameSite=None; Secure"), "stored");
}

#[test]
fn scripts_neither_set_nor_overwrite_http_only() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.context = script();
        assert_eq!(browser.verdict("a=1; HttpOnly"), "http-only-from-non-http");
        browser.context = RequestContext::default();
        browser.set("a=1; HttpOnly");
        browser.context = script();
        assert_eq!(browser.verdict("a=2"), "http-only-from-non-http");
        assert_eq!(browser.verdict("a=2; Max-Age=0"), "http-only-from-non-http");
        assert_eq!(browser.sent(), "");
        assert_eq!(browser.verdict("b=2"), "stored");
        browser.context = RequestContext::default();
        assert_eq!(browser.sent(), "a=1; b=2");
    }
}

#[test]
fn secure_cookies_are_left_alone_one_way() {
    let overlays = [
        ("http://a.example.org/login", "a=2; Path=/login", "leave-secure-alone"),
        ("http://a.example.org/login", "a=2; Path=/login/en", "leave-secure-alone"),
        ("http://a.example.org/login", "a=2; Path=/login; Max-Age=0", "leave-secure-alone"),
        ("http://a.example.org/login", "a=2; Path=/login; Domain=example.org", "leave-secure-alone"),
        ("http://example.org/login", "a=2; Path=/login", "leave-secure-alone"),
        ("http://sub.a.example.org/login", "a=2; Path=/login", "leave-secure-alone"),
        ("http://b.example.org/login", "a=2; Path=/login", "stored"),
        ("http://a.example.org/login", "b=2; Path=/login", "stored"),
        ("http://a.example.org/login", "a=2; Path=/", "stored"),
        ("http://a.example.org/login", "a=2; Path=/foo", "stored"),
        ("http://a.example.org/login", "a=2; Path=/loginx", "stored"),
        ("https://a.example.org/login", "a=2; Path=/login", "replaced"),
    ];
    for (url, line, expected) in overlays {
        let mut browser = Browser::bis();
        browser.at("https://a.example.org/login").set("a=1; Secure; Path=/login");
        assert_eq!(browser.at(url).verdict(line), expected, "{url} {line}");
    }
    // An expired one protects nothing.
    let mut browser = Browser::bis();
    browser.at("https://a.example.org/").set("a=1; Secure; Max-Age=5").wait(5);
    assert_eq!(browser.at("http://a.example.org/").verdict("a=2"), "stored");
}

#[test]
fn loopback_may_set_secure_over_http() {
    for url in ["http://localhost/", "http://app.localhost/", "http://127.0.0.1/", "http://[::1]/"] {
        let mut browser = Browser::bis();
        assert_eq!(browser.at(url).verdict("__Host-a=1; Secure; Path=/"), "stored", "{url}");
        assert_eq!(browser.sent(), "__Host-a=1", "{url}");
    }
}

#[test]
fn a_public_suffix_that_is_the_host_gives_a_host_only_cookie() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.at("https://github.io/").set("a=1; Domain=github.io");
        let cookie = browser.jar.iter().next().unwrap();
        assert!(cookie.host_only);
        assert_eq!(browser.sent_to("https://a.github.io/"), "");
        assert_eq!(browser.sent_to("https://github.io/"), "a=1");
    }
}

#[test]
fn every_field_is_stored() {
    let mut browser = Browser::bis();
    browser.at("https://www.Example.org/shop/cart?x=/y/z");
    let line = format!(
        "id=\"7\"; Domain=.EXAMPLE.org; Expires={}; Secure; HttpOnly; SameSite=strict; Partitioned",
        format_imf_fixdate(NOW.plus(90))
    );
    let Reception::Stored { cookie } = browser.receive(line) else { panic!("not stored") };
    let expected = StoredCookie {
        name: b"id".to_vec(),
        value: b"\"7\"".to_vec(),
        domain: "example.org".into(),
        host_only: false,
        path: "/shop".into(),
        expires: Some(NOW.plus(90)),
        creation: NOW,
        creation_order: 0,
        last_access: NOW,
        secure: true,
        http_only: true,
        same_site: SameSite::Strict,
        partition: Some("https://example.org".into()),
    };
    assert_eq!(cookie, expected);
    assert_eq!(browser.jar.iter().collect::<Vec<_>>(), [&expected]);
}

#[test]
fn replacement_takes_everything_but_the_creation() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.set("a=1; Max-Age=1000; HttpOnly").set("b=1").wait(10);
        let Reception::Replaced { cookie, previous } = browser.receive("a=2") else { panic!("not replaced") };
        assert_eq!((&previous.value[..], previous.expires), (&b"1"[..], Some(NOW.plus(1000))));
        assert_eq!((&cookie.value[..], cookie.expires, cookie.http_only), (&b"2"[..], None, false));
        assert_eq!((cookie.creation, cookie.creation_order), (NOW, 0));
        assert_eq!(cookie.last_access, NOW.plus(10));
        assert_eq!(browser.sent(), "a=2; b=1");
    }
}

#[test]
fn identity_is_name_domain_path_and_in_bis_the_host_only_flag() {
    let mut bis = Browser::bis();
    let mut plain = Browser::plain();
    for browser in [&mut bis, &mut plain] {
        browser.at("https://example.org/").set("a=1").set("A=2").set("a=3; Path=/x").set("b=4");
        assert_eq!(browser.jar.len(), 4);
    }
    assert_eq!(bis.verdict("a=5; Domain=example.org"), "stored");
    assert_eq!(plain.verdict("a=5; Domain=example.org"), "replaced");
}

#[test]
fn an_expired_line_removes_its_identity_only() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.at("https://www.example.org/a/b").set("a=1").set("a=2; Path=/").set("a=3; Path=/; Domain=example.org");
        let past = format_imf_fixdate(NOW.plus(-1));
        for line in ["a=; Max-Age=0; Path=/other", "a=; Max-Age=0; Domain=www.example.org; Path=/x"] {
            assert_eq!(browser.receive(line), Reception::Removed { previous: None }, "{line}");
        }
        let Reception::Removed { previous: Some(gone) } = browser.receive(format!("a=; Expires={past}; Path=/")) else {
            panic!("not removed")
        };
        assert_eq!(gone.value, b"2");
        assert_eq!(browser.sent(), "a=1; a=3");
        assert_eq!(browser.verdict("a=; Max-Age=-1"), "removed");
        assert_eq!(browser.sent(), "a=3");
        // A new one is the youngest.
        browser.set("b=4; Path=/").set("a=5; Path=/");
        assert_eq!(browser.sent(), "a=3; b=4; a=5");
    }
}

#[test]
fn lifetimes_are_cut_in_bis_only() {
    let mut bis = Browser::bis();
    let mut plain = Browser::plain();
    for line in [
        "a=1; Max-Age=99999999999999999999".to_owned(),
        format!("a=1; Expires={}", format_imf_fixdate(NOW.plus(LIFETIME_LIMIT * 2))),
    ] {
        bis.set(&line);
        assert_eq!(bis.jar.iter().next().unwrap().expires, Some(NOW.plus(LIFETIME_LIMIT)));
        plain.set(&line);
        assert!(plain.jar.iter().next().unwrap().expires > Some(NOW.plus(LIFETIME_LIMIT)));
    }
}

#[test]
fn closing_drops_cookies_without_an_expiry() {
    let mut browser = Browser::bis();
    browser.set("a=1").set("b=2; Max-Age=5").set("c=3; Max-Age=5").set("c=4").set("d=5; Expires=nonsense");
    browser.jar.close();
    assert_eq!(browser.sent(), "b=2");
    assert_eq!(browser.wait(4).sent(), "b=2");
    assert_eq!(browser.wait(1).sent(), "");
    assert!(browser.jar.is_empty());
}

#[test]
fn forgetting_planting_and_expiring_ask_no_rule() {
    let mut browser = Browser::bis();
    browser.set("a=1").set("a=2; Path=/x").set("b=3");
    assert_eq!(browser.jar.forget(b"a"), 2);
    assert_eq!(browser.jar.forget(b"a"), 0);
    browser.jar.plant(StoredCookie::new(b"__Host-x", b"planted", "www.example.org", NOW));
    browser.jar.plant(StoredCookie { value: b"9".to_vec(), ..StoredCookie::new(b"b", b"", "www.example.org", NOW) });
    assert_eq!(browser.sent(), "__Host-x=planted; b=9");
    browser.set("c=1; Max-Age=3").jar.expire(NOW.plus(3));
    assert_eq!(browser.jar.len(), 2);
    browser.jar.clear();
    assert!(browser.jar.is_empty());
}

#[test]
fn a_clone_is_a_tab_of_its_own() {
    let mut browser = Browser::bis();
    browser.set("a=1");
    let mut tab = browser.jar.clone();
    tab.forget(b"a");
    assert_eq!(browser.sent(), "a=1");
    assert!(tab.is_empty());
}

#[test]
fn partitions_are_jars_within_the_jar() {
    let mut browser = Browser::bis();
    let under = |site: &str| RequestContext {
        same_site: false,
        top_level_site: Some(site.to_owned()),
        ..RequestContext::default()
    };
    for (site, value) in [("https://one.example", "1"), ("https://two.example", "2")] {
        browser.context = under(site);
        browser.set(format!("a={value}; Secure; SameSite=None; Partitioned"));
    }
    browser.set("b=3; Secure; SameSite=None");
    for (site, expected) in
        [("https://one.example", "a=1; b=3"), ("https://two.example", "a=2; b=3"), ("https://three.example", "b=3")]
    {
        browser.context = under(site);
        assert_eq!(browser.sent(), expected);
    }
    browser.context = RequestContext::default();
    assert_eq!(browser.sent(), "b=3");
}

#[test]
fn every_refusal_is_named_once_and_serialised_by_its_code() {
    let codes = Refusal::codes();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    for refusal in Refusal::examples() {
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], refusal.code());
        assert_eq!(serde_json::from_value::<Refusal>(json).unwrap(), refusal);
        assert!(!refusal.to_string().ends_with('.'));
    }
    // The table above and the tests around it meet all of them.
    let elsewhere = [
        "too-large",
        "no-equals",
        "empty-name",
        "http-only-from-non-http",
        "leave-secure-alone",
        "same-site-cross-site",
        "no-room",
    ];
    let met: BTreeSet<&str> = REFUSED.iter().map(|row| row.0).chain(elsewhere).collect();
    assert_eq!(met, codes.into_iter().collect());
}

#[test]
fn models_have_names() {
    assert_eq!(UserAgentModel::default().to_string(), "rfc6265bis");
    assert_eq!(serde_json::to_string(&UserAgentModel::Rfc6265).unwrap(), "\"rfc6265\"");
}
