//! The order of retrieval, and who goes when a jar is full.

use hardtack::cookie::{Jar, Limits, StoredCookie, UserAgentModel};

use super::{Browser, NOW};

fn names(jar: &Jar) -> String {
    let mut names: Vec<_> = jar.iter().map(|cookie| String::from_utf8_lossy(&cookie.name).into_owned()).collect();
    names.sort();
    names.join(" ")
}

fn small(model: UserAgentModel, per_domain: usize, total: usize) -> Browser {
    let mut browser = Browser::new(model);
    browser.jar = Jar::with_limits(model, Limits { per_domain, total });
    browser
}

#[test]
fn longer_paths_first_then_older_creation() {
    for mut browser in [Browser::bis(), Browser::plain()] {
        browser.at("https://www.example.org/a/b/c");
        browser.set("z=1; Path=/").set("y=2; Path=/a").set("x=3; Path=/a/b").set("w=4; Path=/a");
        browser.set("v=5; Path=/; Domain=example.org");
        assert_eq!(browser.sent(), "x=3; y=2; w=4; z=1; v=5");
        // A replacement keeps its place, a planted cookie goes by its creation time.
        browser.wait(1).set("y=6; Path=/a");
        browser.jar.plant(StoredCookie::new(b"old", b"7", "www.example.org", NOW.plus(-1)));
        assert_eq!(browser.sent(), "x=3; y=6; w=4; old=7; z=1; v=5");
    }
}

#[test]
fn a_domain_holds_fifty_and_a_jar_three_thousand() {
    let mut browser = Browser::bis();
    for n in 0..50 {
        browser.set(format!("c{n}=1"));
    }
    assert_eq!(browser.jar.len(), 50);
    browser.set("c50=1");
    assert_eq!(browser.jar.len(), 50);
    assert!(!browser.sent().contains("c0=1"));
    assert_eq!(Limits::default(), Limits { per_domain: 50, total: 3000 });
}

#[test]
fn the_least_recently_used_goes_first() {
    for model in UserAgentModel::ALL {
        let mut browser = small(model, 3, 100);
        browser.set("a=1; Path=/a").wait(1).set("b=1").wait(1).set("c=1").wait(1);
        browser.sent_to("https://www.example.org/a");
        // That request touched a, b and c alike; one more touches all but a.
        browser.wait(1).sent_to("https://www.example.org/");
        browser.wait(1).set("d=1");
        assert_eq!(names(&browser.jar), "b c d");
        browser.wait(1).set("d=2").wait(1).set("b=2").wait(1).set("e=1");
        assert_eq!(names(&browser.jar), "b d e");
    }
}

#[test]
fn expired_cookies_make_room_first() {
    let mut browser = small(UserAgentModel::Rfc6265bis, 2, 100);
    browser.set("a=1").wait(1).set("b=1; Max-Age=5").wait(5).set("c=1");
    assert_eq!(names(&browser.jar), "a c");
}

#[test]
fn secure_cookies_stay_longer_in_bis() {
    let fill = |model| {
        let mut browser = small(model, 3, 100);
        browser.set("a=1; Secure").wait(1).set("b=1").wait(1).set("c=1; Secure").wait(1).set("d=1; Secure");
        browser
    };
    assert_eq!(names(&fill(UserAgentModel::Rfc6265bis).jar), "a c d");
    assert_eq!(names(&fill(UserAgentModel::Rfc6265).jar), "b c d");
    // Among Secure cookies only, a plain newcomer is the first to go.
    let mut crowded = fill(UserAgentModel::Rfc6265bis);
    assert_eq!(crowded.wait(1).verdict("e=1"), "no-room");
    assert_eq!(names(&crowded.jar), "a c d");
    assert_eq!(crowded.wait(1).verdict("f=1; Secure"), "stored");
    assert_eq!(names(&crowded.jar), "c d f");
    // Replacing needs no room.
    assert_eq!(crowded.verdict("c=2"), "replaced");
}

#[test]
fn other_domains_are_spared_until_the_jar_is_full() {
    let mut browser = small(UserAgentModel::Rfc6265bis, 2, 4);
    browser.at("https://one.example/").set("a=1").set("b=1; Secure").wait(1);
    browser.at("https://two.example/").set("c=1").set("d=1").wait(1).set("e=1");
    assert_eq!(names(&browser.jar), "a b d e");
    // Over the total, Secure does not count any more: a and b are equally old, a is older by order.
    browser.at("https://three.example/").set("f=1");
    assert_eq!(names(&browser.jar), "b d e f");
    browser.set("g=1; Secure");
    assert_eq!(names(&browser.jar), "d e f g");
}

#[test]
fn host_only_and_domain_cookies_share_their_domain() {
    let mut browser = small(UserAgentModel::Rfc6265bis, 2, 100);
    browser.at("https://example.org/").set("a=1").wait(1).set("b=1; Domain=example.org").wait(1).set("c=1");
    assert_eq!(names(&browser.jar), "b c");
    browser.at("https://www.example.org/").set("d=1");
    assert_eq!(names(&browser.jar), "b c d");
}
