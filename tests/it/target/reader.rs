//! What the reader makes of a good file.

use hardtack::contract::ServiceRole;
use hardtack::spec::HostRole;
use hardtack::target::{Binding, ServiceKind, Target};
use serde_json::json;
use url::Url;

use super::sample::{FULL, SHOP, SMALL, read};

#[test]
fn a_full_file() {
    let mut target = read(FULL);
    assert_eq!(target.source.text(), FULL);
    target.source = hardtack::document::Source::new("(left out)", "");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_debug_snapshot!("full", target);
    });
}

#[test]
fn an_application_of_its_own() {
    let target = read(SHOP);
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_debug_snapshot!("mapped_full", target.binding);
    });
}

#[test]
fn accepted_users_need_no_list() {
    let target = read(
        "target: 1\nname: a\nbinding: mapped\nbase_url: http://127.0.0.1:1\noperations:\n  auth.login:\n    \
         send: {post: /login, form: {user: $user}}\n    accepts: {user: [bob, carol]}\n",
    );
    let Binding::Mapped(mapping) = target.binding else { panic!("it is mapped") };
    assert_eq!(mapping.users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["bob", "carol"]);
}

#[test]
fn a_small_file_has_defaults() {
    let target = read(SMALL);
    assert_eq!(target.binding, Binding::Passive);
    assert_eq!(target.base_url.map(String::from).as_deref(), Some("http://127.0.0.1:8000/"));
    assert!(target.launch.is_none() && target.axes.is_empty() && target.known.is_empty());

    let target = read("target: 1\nname: a\nbinding: contract\nstart: {run: [./server, '{port}']}\n");
    assert_eq!(target.binding, Binding::Contract { base_path: "/_hardtack".into() });
    let launch = target.launch.expect("it is started");
    assert_eq!((launch.ready.get.as_str(), launch.ready.within_ms), ("/_hardtack", 30_000));

    let target = read("target: 1\nname: a\nbinding: passive\nstart: {run: [./server, '{port}']}\n");
    assert_eq!(target.launch.expect("it is started").ready.get, "/");
}

#[test]
fn claims_may_be_a_map() {
    let target = read(&format!("{SMALL}claims:\n  a/b#c: last-write-wins\n  a/b#d@row: merged\n"));
    let claims: Vec<_> = target.claims.iter().map(|claim| (claim.case.as_str(), claim.design.as_str())).collect();
    assert_eq!(claims, [("a/b#c", "last-write-wins"), ("a/b#d@row", "merged")]);
    assert_eq!(target.claims[1].span.line, 7);
}

#[test]
fn variants_are_points_on_the_axes() {
    let target = read(FULL);
    let names: Vec<String> = target.default_variants().expect("they exist").iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "engine=db,release=5.2",
            "engine=cache,release=5.2",
            "engine=signed_cookies,release=5.2",
            "engine=db,release=4.0",
        ]
    );
    let signed = &target.default_variants().expect("they exist")[2];
    let facts = target.facts_of(signed);
    assert_eq!(facts["storage"], json!("client"));
    assert_eq!(facts["default_lifetime"], json!(1.5));
    assert_eq!(facts["dialect"], json!("django"));
    assert_eq!(
        target.facts_of(&target.default_variants().expect("they exist")[0])["default_lifetime"],
        json!(1_209_600)
    );
}

#[test]
fn every_role_is_read() {
    let target = read(FULL);
    assert_eq!(target.hosts[&HostRole::Sibling], "b.sample.test");
    assert_eq!(target.services[&ServiceRole::Cache].kind, ServiceKind::Memcached);
    assert!(matches!(target.services[&ServiceRole::Database].kind, ServiceKind::Command(_)));
    let target = read(
        "target: 1\nname: a\nbinding: passive\nstart: {run: [./a, '{port}']}\n\
         services: {cache: {kind: redis}, database: {kind: postgres}}\n",
    );
    let kinds: Vec<_> = target.services.into_values().map(|service| service.kind).collect();
    assert_eq!(kinds, [ServiceKind::Redis, ServiceKind::Postgres]);
}

#[test]
fn a_bare_url_is_a_passive_target() {
    let target = Target::for_url(Url::parse("https://shop.example:8443/start").expect("a URL")).expect("http");
    assert_eq!(target.name, "shop.example:8443");
    assert_eq!(target.binding, Binding::Passive);
    assert_eq!(target.default_variants().expect("one").len(), 1);
    assert!(Target::for_url(Url::parse("ftp://shop.example/").expect("a URL")).is_err());
}
