//! One golden file for each way in which a target file can be wrong.

use std::collections::BTreeSet;
use std::path::Path;

use hardtack::target::{code, read_target};

use super::sample::SMALL;

const STARTED: &str = "target: 1\nname: a\nbinding: contract\nstart: {run: [./server, \"{port}\"]}\n";

const MAPPED: &str = "target: 1\nname: a\nbinding: mapped\nbase_url: http://127.0.0.1:8000\noperations:\n";

fn golden(name: &str, expected: &[&str], text: &str) {
    let found = read_target("targets/a/target.yaml", Path::new("targets/a"), text.as_bytes())
        .expect_err("the target file is wrong");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, found.to_string());
    });
    let codes: Vec<&str> = found.found().iter().map(|one| one.code).collect();
    assert_eq!(codes, expected);
    for one in found.found() {
        assert!(!one.because.is_empty(), "{} has a cause", one.code);
        assert!(!one.fix.is_empty(), "{} has a fix", one.code);
        assert!(!one.labels.is_empty(), "{} has a place", one.code);
    }
}

macro_rules! golden {
    ($($name:ident [$($code:ident)+] $text:expr;)+) => {
        $(#[test] fn $name() {
            golden(stringify!($name), &[$(code::$code),+], $text.as_ref());
        })+

        #[test]
        fn every_code_has_a_golden_file() {
            let covered: BTreeSet<&str> = [$($(code::$code),+),+].into();
            // The shape refuses a request without a method before the reader does.
            let all: BTreeSet<&str> =
                code::ALL.iter().map(|(code, _)| *code).filter(|code| *code != code::REQUEST).collect();
            assert_eq!(covered, all);
        }
    };
}

golden! {
    mapped [MAPPED] "target: 1\nname: shop\nbase_url: https://shop.example\nbinding: mapped\n";
    mapped_unused [UNUSED UNUSED]
        format!("{SMALL}operations: {{auth.logout: {{send: {{get: /logout}}}}}}\nusers: {{bob: {{password: x}}}}\n");
    mapped_place [PLACE PLACE PLACE]
        format!("{MAPPED}  auth.whoami: {{send: {{get: /me}}, result: {{user: {{css: 'p['}}}}}}\n  session.get: {{send: {{get: /a}}, result: {{value: {{regex: '('}}}}}}\n  session.keys: {{send: {{get: /a}}, result: {{keys: 'json.a[b'}}}}\n");
    mapped_result [RESULT RESULT RESULT]
        format!("{MAPPED}  auth.whoami: {{send: {{get: /me}}, result: {{name: json.name}}}}\n  auth.logout: {{send: {{post: /logout}}, result: {{token: json.t}}}}\n  session.keys: {{send: {{get: /cart}}}}\n");
    mapped_accepts [ACCEPTS]
        format!("{MAPPED}  session.put: {{send: {{post: /cart, form: {{sku: $key}}}}, accepts: {{keys: [a, b]}}}}\n");
    mapped_name [NAME NAME NAME NAME]
        format!("{MAPPED}  auth.login:\n    before: {{post: /form, form: {{a: $csrf}}, take: {{csrf: cookie.csrf}}}}\n    send: {{post: /login, form: {{user: $usr, password: $user.pasword, x: $secret.other}}}}\nusers: {{bob: {{password: $secret.bob}}}}\nsecrets: {{bob: {{env: BOB}}}}\n");
    mapped_users [USERS]
        format!("{MAPPED}  auth.login: {{send: {{post: /login, form: {{user: $user}}}}}}\n");
    nowhere [NOWHERE] "target: 1\nname: a\nbinding: passive\n";
    not_started [NOT_STARTED NOT_STARTED]
        format!("{STARTED}services: {{cache: {{kind: memcached}}}}\nbase_url: http://127.0.0.1:80\n");
    unused [UNUSED] format!("{SMALL}base_path: /_hardtack\n");
    url_scheme [URL] "target: 1\nname: a\nbinding: passive\nbase_url: ftp://a.test\n";
    url_text [URL] "target: 1\nname: a\nbinding: passive\nbase_url: a.test\n";
    url_password [URL] "target: 1\nname: a\nbinding: passive\nbase_url: http://me:secret@a.test\n";
    url_query [URL] "target: 1\nname: a\nbinding: passive\nbase_url: http://a.test/?a=b\n";
    host_roles [HOST HOST HOST]
        format!("{SMALL}hosts: {{main: app.a.test, sub: b.a.test, sibling: x.app.a.test, other: c.a.test}}\n");
    host_without_main [HOST] format!("{SMALL}hosts: {{sub: b.a.test}}\n");
    no_port [NO_PORT] "target: 1\nname: a\nbinding: contract\nstart:\n  run: [./server, \"{{port}}\"]\n";
    placeholder [PLACEHOLDER PLACEHOLDER PLACEHOLDER]
        format!("{STARTED}axes: {{engine: {{db: {{env: {{A: '{{engin}}', B: '{{colour}}', C: '{{cache.url}}'}}}}}}}}\n");
    too_early [TOO_EARLY TOO_EARLY]
        format!("{STARTED}install: ['echo {{port}}']\naxes: {{engine: {{db: {{requires: [test, -d, '{{data_dir}}']}}}}}}\n");
    service [SERVICE] format!("{STARTED}axes:\n  engine:\n    cache: {{services: [cache]}}\n");
    service_kind [SERVICE_KIND] format!("{STARTED}services:\n  database: {{kind: memcached}}\n");
    service_no_command [SERVICE_COMMAND] format!("{STARTED}services:\n  database: {{kind: command}}\n");
    service_needless_command [SERVICE_COMMAND SERVICE_COMMAND]
        format!("{STARTED}services:\n  cache:\n    kind: redis\n    run: [redis-server, --port, '{{port}}']\n    flush: [redis-cli, FLUSHALL]\n");
    service_no_port [NO_PORT SERVICE_COMMAND]
        format!("{STARTED}services:\n  database:\n    kind: command\n    run: [rabbitmq]\n    ready: {{get: /, run: [rabbitmqctl, status]}}\n");
    service_too_early [TOO_EARLY]
        format!("{STARTED}services:\n  cache: {{kind: redis}}\n  database: {{kind: command, run: [db, '{{port}}', '{{data_dir}}', '{{cache.url}}']}}\n");
    axis_name [AXIS_NAME] format!("{STARTED}axes: {{folder: {{a: {{}}}}}}\n");
    unknown_axis [UNKNOWN_AXIS UNKNOWN_AXIS]
        format!("{STARTED}axes: {{engine: {{db: {{}}}}}}\nvariants: [{{engin: db}}]\nknown: [{{case: 'a#b', variant: {{release: x}}, fails_as: c, because: d}}]\n");
    unknown_value [UNKNOWN_VALUE UNKNOWN_VALUE]
        format!("{STARTED}axes: {{engine: {{db: {{}}, file: {{}}}}}}\nvariants: [{{engine: fil}}]\nclaims: [{{case: 'a#b', variant: {{engine: [db, redis]}}, design: c}}]\n");
    twice [TWICE TWICE]
        format!("{STARTED}axes: {{engine: {{db: {{}}, file: {{}}}}}}\nknown:\n  - {{case: 'a#b', variant: {{engine: db}}, fails_as: c, because: d}}\n  - {{case: 'a#b', variant: {{engine: file}}, fails_as: c, because: d}}\n  - {{case: 'a#b', fails_as: c, because: d}}\nclaims: [{{case: 'a#b', design: c}}, {{case: 'a#b', design: d}}]\n");
}

/// What the shape refuses carries the codes of the `document` floor.
#[test]
fn shapes_are_checked_first() {
    let text = "target: 2\nname: A b\nbinding: contrat\nfacts: {storage: servr}\nstart: {run: [a]}\n";
    let found = read_target("target.yaml", Path::new("."), text.as_bytes()).expect_err("the target file is wrong");
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("shapes", found.to_string());
    });
}
