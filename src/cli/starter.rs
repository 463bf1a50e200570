//! The files that `hardtack init` writes.

use std::fmt::Write as _;

use url::Url;

use crate::verify::{LoginForm, Site};

/// A target file to begin with.
pub(super) fn target_file(url: Option<&Url>, site: &Site) -> String {
    let host = url.and_then(Url::host_str).unwrap_or("my-app");
    let name = kebab(host);
    let mut text = format!("target: 1\nname: {name}\nabout: Say in one sentence what it is.\n");
    let Some(url) = url else {
        text.push_str(CONTRACT);
        return text;
    };
    let origin = &url[..url::Position::BeforePath];
    let _ = writeln!(text, "base_url: {origin}");
    if !is_loopback(host) {
        let _ = writeln!(
            text,
            "# Logins and writes go to this machine, and to hosts that you name. Take a test system, not your customers'.\n\
             # allow_hosts: [{host}]"
        );
    }
    if let Some(base) = &site.contract {
        let _ = writeln!(text, "binding: contract\nbase_path: {base}");
        return text;
    }
    let cookie = site.session_cookie.as_deref();
    let cookies = match cookie {
        Some(cookie) => format!("cookies: {{session: {}}}\n", quoted(cookie)),
        None => "# cookies: {session: NAME}             # the session's cookie; none was seen yet\n".to_owned(),
    };
    if let Some(login) = &site.login {
        text.push_str("binding: mapped\n");
        text.push_str(&cookies);
        text.push_str(&mapped(login, site, &name));
    } else {
        text.push_str("binding: passive\n");
        text.push_str(&cookies);
        text.push_str(NO_FORM);
    }
    text
}

const CONTRACT: &str = "\
binding: contract                        # docs/contract.md: two routes, about a hundred lines
base_path: /_hardtack
start:
  run: [./my-app, --port, \"{port}\"]
  ready: {get: /_hardtack, within: 30s}
# hosts: {main: app.localhost, sub: a.app.localhost, sibling: b.localhost, other: other.test}
";

const NO_FORM: &str = "\
# No form with a password was found. If there is a login, write `binding: mapped` above and begin with this:
# secrets: {alice_password: {env: ALICE_PASSWORD}}
# users: {alice: {password: $secret.alice_password}}
# operations:
#   auth.login: {send: {post: /api/login, json: {name: $user, password: $user.password}}, keep: {token: json.token}}
#   auth.whoami: {send: {get: /api/me}, result: {user: json.name}, nothing: {status: 401}}
";

fn mapped(login: &LoginForm, site: &Site, name: &str) -> String {
    let prefix = name.to_uppercase().replace('-', "_");
    let mut fields =
        vec![format!("{}: $user", quoted(&login.user)), format!("{}: $user.password", quoted(&login.password))];
    let mut takes = Vec::new();
    for (index, token) in login.tokens.iter().enumerate() {
        let variable = if index == 0 { "csrf".to_owned() } else { format!("token_{index}") };
        takes.push(format!("{variable}: {{css: {}}}", quoted(&format!("input[name='{token}']@value"))));
        fields.push(format!("{}: ${variable}", quoted(token)));
    }
    fields.extend(
        login.fixed.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(&value.replace('$', "$$")))),
    );
    let mut text = format!(
        "\n# Two users that exist, with passwords from the environment.\nsecrets:\n  alice_password: {{env: {prefix}_ALICE_PASSWORD}}\n  \
         bob_password: {{env: {prefix}_BOB_PASSWORD}}\nusers:\n  alice: {{password: $secret.alice_password}}       # login: NAME, where it is another one\n  \
         bob: {{password: $secret.bob_password}}\n\noperations:\n  auth.login:\n"
    );
    if !takes.is_empty() {
        let _ = writeln!(text, "    before: {{get: {}, take: {{{}}}}}", quoted(&login.page), takes.join(", "));
    }
    let _ = write!(
        text,
        "    send: {{post: {}, form: {{{}}}}}\n    worked: {{status: [302, 303]}}         # what a good login answers; a bad one must not\n",
        quoted(&login.action),
        fields.join(", ")
    );
    match &site.whoami {
        Some((path, status)) => {
            let nothing = if *status == 200 { String::new() } else { format!(", nothing: {{status: {status}}}") };
            let _ = writeln!(
                text,
                "  auth.whoami: {{send: {{get: {path}}}, result: {{user: json.name}}{nothing}}}   # where the name stands"
            );
        }
        None => text.push_str(
            "  # auth.whoami: {send: {get: /account}, result: {user: {css: \"#name\"}}, nothing: {status: 302}}\n",
        ),
    }
    text.push_str(
        "  # auth.logout: {send: {post: /logout}}\n  \
         # session.put: {send: {post: /cart, form: {sku: $key, quantity: $value}}, accepts: {key: [a, b], value: [1, 2]}}\n  \
         # session.get: {send: {get: /api/cart}, result: {value: \"json.items[sku=$key].quantity\"}}\n\n\
         # facts: {storage: server, rotate: login, logout_cookie: deleted}\n",
    );
    text
}

/// A workflow for GitHub that checks and verifies on every push.
pub(super) fn workflow(target: &str, has_secrets: bool, name: &str) -> String {
    let prefix = name.to_uppercase().replace('-', "_");
    let env = if has_secrets {
        format!(
            "    env:\n      {prefix}_ALICE_PASSWORD: ${{{{ secrets.{prefix}_ALICE_PASSWORD }}}}\n      \
             {prefix}_BOB_PASSWORD: ${{{{ secrets.{prefix}_BOB_PASSWORD }}}}\n"
        )
    } else {
        String::new()
    };
    format!(
        "name: hardtack\non: [push, pull_request]\npermissions: {{contents: read}}\njobs:\n  cookies-and-sessions:\n    \
         runs-on: ubuntu-latest\n{env}    steps:\n      - uses: actions/checkout@v4\n      - run: cargo install --locked hardtack\n      \
         # Start your application here, unless the target file does.\n      - run: hardtack check-target {target}\n      \
         - run: hardtack verify {target} --junit hardtack.xml --color never\n      - if: always()\n        \
         uses: actions/upload-artifact@v4\n        with: {{name: hardtack, path: hardtack.xml}}\n"
    )
}

/// The name of a target for a host.
pub(super) fn kebab(host: &str) -> String {
    let words = host.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    if name.starts_with(|c: char| c.is_ascii_lowercase()) { name } else { "my-app".to_owned() }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.")
}

/// A text as a value in a flow of YAML.
fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'))
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'_' | b'-' | b'.' | b'$'))
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null");
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
