//! Cookies are judged by what a browser does with them.

use hardtack::spec::{CookieExpect, Effect, Expect, GrammarExpect, JarExpect, RuleId, SetCookieExpect};

use super::seen::{Browser, IN_A_MINUTE, broken, cookie, effect, is, judged, setting};

#[tokio::test]
async fn a_removal_counts_by_its_effect() {
    let deletion = ["probe=; Max-Age=0; Path=/"];
    for (held, expected) in [
        (vec![], vec![]),
        (vec!["probe=1; Path=/"], vec![]),
        (vec!["probe=1; Path=/shop"], vec!["cookie-effect"]),
        (vec!["probe=1; Path=/; Domain=app.localhost"], vec!["cookie-effect"]),
    ] {
        let seen = Browser::holding(&held).sees(&["cookie.delete"], setting(&deletion)).await;
        assert_eq!(broken(&effect("probe", Effect::Removed), &seen), expected, "{held:?}");
    }
}

#[tokio::test]
async fn the_last_line_of_a_name_decides() {
    let mut browser = Browser::holding(&["probe=1; Path=/"]);
    let seen = browser.sees(&[], setting(&["probe=; Max-Age=0; Path=/", "probe=2; Path=/"])).await;
    assert!(broken(&effect("probe", Effect::StoredUntilClose), &seen).is_empty());
    assert!(broken(&cookie("probe", SetCookieExpect { times: Some(is(2)), ..Default::default() }), &seen).is_empty());
    let merged = browser.sees(&[], setting(&["probe=v2; Max-Age=0; Path=/"])).await;
    assert_eq!(broken(&effect("probe", Effect::Stored), &merged), ["cookie-effect"]);
}

#[tokio::test]
async fn a_refused_cookie_says_why() {
    let too_large = format!("probe={}", "x".repeat(4096));
    for (line, because) in [
        ("probe=1; Domain=other.test", "domain-mismatch"),
        ("probe=1; SameSite=None", "same-site-none-without-secure"),
        (too_large.as_str(), "too-large"),
    ] {
        let seen = Browser::new().sees(&[], setting(&[line])).await;
        let expect =
            SetCookieExpect { effect: Some(Effect::Refused), because: Some(is(because)), ..SetCookieExpect::default() };
        assert!(broken(&cookie("probe", expect), &seen).is_empty(), "{line}");
        let stored = judged(&effect("probe", Effect::Stored), &seen);
        assert!(stored[0].actual.contains(because), "{}", stored[0].actual);
    }
}

#[tokio::test]
async fn lifetimes_are_what_a_browser_computes() {
    let lifetime =
        |seconds: i64| cookie("probe", SetCookieExpect { lifetime: Some(is(seconds)), ..SetCookieExpect::default() });
    for (attributes, seconds) in [
        ("Max-Age=60".to_owned(), 60),
        (format!("Expires={IN_A_MINUTE}"), 60),
        (format!("Max-Age=10; Expires={IN_A_MINUTE}"), 10),
        ("Max-Age=99999999".to_owned(), 34_560_000),
        ("Max-Age=-5".to_owned(), 0),
    ] {
        let line = format!("probe=1; {attributes}");
        let seen = Browser::new().sees(&[], setting(&[&line])).await;
        assert!(broken(&lifetime(seconds), &seen).is_empty(), "{line}");
        assert!(broken(&lifetime(seconds + 2), &seen).is_empty(), "{line}: within the tolerance");
        assert_eq!(broken(&lifetime(seconds + 3), &seen), ["cookie-lifetime"], "{line}");
    }
}

#[tokio::test]
async fn expires_and_max_age_agree_or_not() {
    let agree = cookie("probe", SetCookieExpect { agree: true, ..SetCookieExpect::default() });
    let agreeing = format!("probe=1; Max-Age=61; Expires={IN_A_MINUTE}");
    let differing = format!("probe=1; Max-Age=10; Expires={IN_A_MINUTE}");
    let deleting = "probe=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    for (line, holds) in
        [(agreeing.as_str(), true), (differing.as_str(), false), (deleting, true), ("probe=1; Max-Age=60", false)]
    {
        let seen = Browser::new().sees(&[], setting(&[line])).await;
        assert_eq!(broken(&agree, &seen).is_empty(), holds, "{line}");
    }
}

#[tokio::test]
async fn attributes_are_read_from_the_line() {
    let line = "probe=a b; Path=/x; Domain=.App.LOCALHOST; SameSite=LAX; Secure; HttpOnly";
    let seen = Browser::new().sees(&[], setting(&[line])).await;
    let expect = SetCookieExpect {
        value: Some(is("a b")),
        path: Some(is("/x")),
        domain: Some(is("app.localhost")),
        same_site: Some(is("lax")),
        secure: Some(is(true)),
        http_only: Some(is(true)),
        partitioned: Some(is(false)),
        max_age: Some(is(serde_json::Value::Null)),
        ..SetCookieExpect::default()
    };
    assert_eq!(broken(&cookie("probe", expect), &seen), [""; 0]);
}

#[tokio::test]
async fn a_broken_attribute_shows_the_whole_cookie() {
    let seen = Browser::new().sees(&[], setting(&["probe=1; Path=/; HttpOnly"])).await;
    let expect = SetCookieExpect { secure: Some(is(true)), ..SetCookieExpect::default() };
    let judged = judged(&cookie("probe", expect), &seen);
    assert_eq!(judged[0].expectation, "steps[0].expect.set_cookie.probe.secure");
    assert_eq!(judged[0].message, "secure of the cookie `probe` should be true, but is not set");
    let rows: Vec<_> = judged[0]
        .cookie
        .iter()
        .map(|row| (row.name.as_str(), row.expected.as_deref(), row.actual.as_str(), row.held))
        .collect();
    assert_eq!(
        rows,
        [
            ("effect", None, "stored until close", true),
            ("value", None, "\"1\"", true),
            ("path", None, "\"/\"", true),
            ("secure", Some("true"), "not set", false),
            ("http_only", None, "set", true),
        ]
    );
}

#[tokio::test]
async fn the_session_is_all_its_cookies() {
    let none = Expect { set_cookie: [("session".to_owned(), CookieExpect::None)].into(), ..Expect::default() };
    let removed = effect("session", Effect::Removed);
    let held = ["sid=1; Path=/", "sid.sig=2; Path=/"];

    let untouched = Browser::holding(&held).sees(&[], setting(&["other=1"])).await;
    assert!(broken(&none, &untouched).is_empty());
    assert_eq!(broken(&removed, &untouched), ["cookie-not-set"]);

    let half = Browser::holding(&held).sees(&[], setting(&["sid=; Max-Age=0; Path=/"])).await;
    assert_eq!(broken(&none, &half), ["cookie-set"]);
    assert_eq!(broken(&removed, &half), ["cookie-effect"]);

    let both = ["sid=; Max-Age=0; Path=/", "sid.sig=; Max-Age=0; Path=/"];
    let whole = Browser::holding(&held).sees(&[], setting(&both)).await;
    assert!(broken(&removed, &whole).is_empty());

    let only_key = Browser::new().sees(&[], setting(&["sid=; Max-Age=0; Path=/"])).await;
    assert!(broken(&removed, &only_key).is_empty(), "the other one was never held");
}

#[tokio::test]
async fn the_jar_is_asked_for_where_the_step_went() {
    let jar = |expect| Expect { jar: [("probe".to_owned(), expect)].into(), ..Expect::default() };
    let here = Browser::new().sees(&[], setting(&["probe=v; Path=/"])).await;
    assert!(broken(&jar(JarExpect::Holds), &here).is_empty());
    assert!(broken(&jar(JarExpect::Value(is("v"))), &here).is_empty());
    assert_eq!(broken(&jar(JarExpect::Value(is("w"))), &here), ["jar"]);
    let elsewhere = Browser::new().sees(&[], setting(&["probe=v; Path=/shop"])).await;
    assert!(broken(&jar(JarExpect::Lacks), &elsewhere).is_empty());
    assert_eq!(broken(&jar(JarExpect::Holds), &elsewhere), ["jar"]);
}

#[tokio::test]
async fn the_strict_grammar_is_asked_for_or_single_rules() {
    let grammar = |expect| cookie("probe", SetCookieExpect { grammar: Some(expect), ..SetCookieExpect::default() });
    let seen = Browser::new().sees(&[], setting(&["probe=a b; Expires=tomorrow; Colour=blue"])).await;
    let strict = judged(&grammar(GrammarExpect::Strict), &seen);
    let codes: Vec<_> = strict.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["cookie.set.value-octets", "cookie.set.expires-imf-fixdate"]);
    let path = "steps[0].expect.set_cookie.probe.grammar";
    assert!(strict.iter().all(|one| !one.held && one.expectation == path), "one expectation, two broken rules");
    let one = GrammarExpect::Rules(vec![RuleId::new("cookie.set.name-token")]);
    assert!(broken(&grammar(one), &seen).is_empty());
    let advice = GrammarExpect::Rules(vec![RuleId::new("cookie.set.attribute-known")]);
    assert_eq!(broken(&grammar(advice), &seen), ["cookie.set.attribute-known"]);
}

#[tokio::test]
async fn values_of_servers_elsewhere_are_masked() {
    let answer = setting(&["sid=hunter2hunter2hunter2; Path=/"]);
    let broken_by = async |elsewhere: bool| {
        let mut browser = Browser::new();
        let mut exchange = browser.sees(&[], answer.clone()).await.exchange.as_ref().clone();
        if elsewhere {
            exchange.authority.host = "shop.example".to_owned();
            let response = exchange.result.as_mut().unwrap();
            response.reconstructed = true;
        }
        let seen = browser.takes(&[], exchange);
        let expect = cookie("sid", SetCookieExpect { secure: Some(is(true)), ..SetCookieExpect::default() });
        let judged = judged(&expect, &seen);
        let value = judged[0].cookie.iter().find(|row| row.name == "value").unwrap().actual.clone();
        assert!(!judged[0].held);
        value
    };
    assert_eq!(broken_by(false).await, "\"hunter2hunter2hunter2\"");
    assert!(!broken_by(true).await.contains("hunter2"), "{}", broken_by(true).await);
}
