//! Which hosts may be written to.

use hardtack::target::Target;
use url::Url;

use super::sample::{SMALL, read};

#[test]
fn loopback_and_allowed_hosts_only() {
    let target = read(&format!("{SMALL}allow_hosts: [staging.shop.example, 192.0.2.1]\n"));
    for host in ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "a.localhost", "staging.shop.example"] {
        assert!(target.is_write_allowed(host), "{host}");
    }
    for host in ["STAGING.shop.example.", "192.0.2.1"] {
        assert!(target.is_write_allowed(host), "{host}");
    }
    for host in ["shop.example", "a.staging.shop.example", "localhost.example", "192.0.2.2", "0.0.0.0", ""] {
        assert!(!target.is_write_allowed(host), "{host}");
    }
}

#[test]
fn a_refusal_has_the_line_to_add() {
    let refused = read(SMALL).check_write("shop.example").expect_err("not allowed");
    assert!(
        refused.to_string().contains("Write `allow_hosts: [shop.example]` in targets/sample/target.yaml"),
        "{refused}"
    );
    let with_one = read(&format!("{SMALL}allow_hosts: [a.example]\n"));
    let refused = with_one.check_write("shop.example").expect_err("not allowed");
    assert!(refused.to_string().contains("`allow_hosts: [a.example, shop.example]`"), "{refused}");
    let bare = Target::for_url(Url::parse("https://shop.example/").expect("a URL")).expect("http");
    let refused = bare.check_write("shop.example").expect_err("not allowed").to_string();
    assert!(refused.contains("`base_url: https://shop.example/` and `allow_hosts: [shop.example]`"), "{refused}");
    assert_eq!(bare.check_write("localhost"), Ok(()));
}
