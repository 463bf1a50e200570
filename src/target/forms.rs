//! Forms of text that only target files have.

use crate::document::Syntax;

/// `cookies/delete#same-path`, with `@row` for one row of its examples.
pub(super) const CASE: Syntax = Syntax {
    name: "a case's id",
    rule: "it is the spec's path, `#` and the case's name, and `@` and the row for one row of its examples",
    example: "cookies/delete#same-path",
    pattern: "^[a-z0-9/-]+#[a-z0-9-]+(@\\S+)?$",
    holds: |text| {
        let Some((spec, rest)) = text.split_once('#') else {
            return false;
        };
        let (case, row) = rest.split_once('@').map_or((rest, None), |(case, row)| (case, Some(row)));
        (Syntax::PATH.holds)(spec)
            && (Syntax::KEBAB.holds)(case)
            && row.is_none_or(|row| !row.is_empty() && !row.contains(char::is_whitespace))
    },
    repair: |text| text.trim().to_lowercase().replace(".yaml#", "#").replace('_', "-"),
};

/// `5.2`, `cached_db`: the values of axes.
pub(super) const VALUE: Syntax = Syntax {
    name: "the name of a value",
    rule: "it consists of letters, digits, `.`, `_`, `+` and `-`",
    example: "cached_db",
    pattern: "^[A-Za-z0-9._+-]+$",
    holds: |text| {
        !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'+' | b'-'))
    },
    repair: |text| text.trim().replace(' ', "-"),
};

/// A value of an axis, or `*` for all of them.
pub(super) const VALUE_OR_ALL: Syntax = Syntax {
    name: "the name of a value, or `*`",
    pattern: "^([A-Za-z0-9._+-]+|\\*)$",
    holds: |text| text == "*" || (VALUE.holds)(text),
    ..VALUE
};

/// `PATH_INFO`: an environment variable.
pub(super) const VARIABLE: Syntax = Syntax {
    name: "the name of an environment variable",
    rule: "it consists of letters, digits and underscores, and does not begin with a digit",
    example: "CACHE_URL",
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    holds: |text| {
        !text.is_empty()
            && !text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
    },
    repair: |text| text.trim().replace(['-', ' ', '.'], "_"),
};

/// `/_hardtack`: a path that requests are sent to.
pub(super) const REQUEST_PATH: Syntax = Syntax {
    name: "a path",
    rule: "it begins with `/` and holds no white space and no `#`",
    example: "/_hardtack",
    pattern: "^/[^\\s#]*$",
    holds: |text| text.starts_with('/') && !text.contains(|c: char| c.is_whitespace() || c == '#'),
    repair: |text| format!("/{}", text.trim()),
};

/// `/cart/$key`: a path that mapped requests are sent to.
pub(super) const MAPPED_PATH: Syntax = Syntax { example: "/cart/$key", ..REQUEST_PATH };

/// `X-CSRF-Token`: the name of a field of a head.
pub(super) const FIELD_NAME: Syntax = Syntax {
    name: "the name of a field",
    rule: "it consists of letters, digits and hyphens",
    example: "X-CSRF-Token",
    pattern: "^[A-Za-z0-9_-]+$",
    holds: |text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')),
    repair: |text| text.trim().trim_end_matches(':').replace(' ', "-"),
};

/// `json.items[].sku`: a place in an answer, in short.
pub(super) const PLACE: Syntax = Syntax {
    name: "a place in an answer",
    rule: "it begins with `json`, `header.` or `cookie.`, or is `status`; selectors and patterns are written {css: …} \
           and {regex: …}",
    example: "json.items[].sku",
    pattern: "^(json([.\\[].*)?|header\\..+|cookie\\..+|status)$",
    holds: |text| {
        text == "status"
            || text.strip_prefix("json").is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            || ["header.", "cookie."].iter().any(|kind| text.strip_prefix(kind).is_some_and(|name| !name.is_empty()))
    },
    repair: |text| format!("json.{}", text.trim().trim_start_matches("$.").trim_start_matches('.')),
};

/// `/_hardtack`: the path below which the contract's routes are.
pub(super) const BASE_PATH: Syntax = Syntax {
    name: "a base path",
    rule: "it begins with `/`, does not end with one, and has no query",
    example: "/_hardtack",
    pattern: "^/[^\\s#?]*[^\\s#?/]$",
    holds: |text| (REQUEST_PATH.holds)(text) && !text.ends_with('/') && !text.contains('?'),
    repair: |text| format!("/{}", text.trim().trim_matches('/')),
};

/// `app.hardtack.test`: a host without scheme, port and path.
pub(super) const HOST: Syntax = Syntax {
    name: "a host name",
    rule: "it is a name in lower case, or an address, without scheme, port and path",
    example: "app.hardtack.test",
    pattern: "^[a-z0-9.:-]+$",
    holds: is_host,
    repair: |text| {
        let text = text.trim().to_lowercase();
        let host = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let host = host.split(['/', '?']).next().unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(name, _)| name).trim_end_matches('.').to_owned()
    },
};

fn is_host(text: &str) -> bool {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    };
    text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let table: [(Syntax, &[&str], &[&str]); 9] = [
            (
                CASE,
                &["a#b", "cookies/delete#same-path", "a/b#c@max_age=0"],
                &["a", "a#", "#b", "a#b@", "a#b@c d", "A#b", "a#b_c"],
            ),
            (VALUE, &["5.2", "cached_db", "a+b"], &["", "*", "a b", "a,b", "a=b"]),
            (VALUE_OR_ALL, &["5.2", "*"], &["", "**"]),
            (VARIABLE, &["A", "_a1"], &["", "1A", "A-B"]),
            (REQUEST_PATH, &["/", "/a?b=c"], &["", "a", "/a b", "/a#b"]),
            (BASE_PATH, &["/a", "/a/b"], &["", "/", "/a/", "/a?b"]),
            (FIELD_NAME, &["X-CSRF-Token", "accept"], &["", "X:", "a b"]),
            (PLACE, &["json", "json.a", "json[0]", "header.a", "cookie.b", "status"], &["", "jsona", "a", "header."]),
            (HOST, &["localhost", "a.b-c.test", "127.0.0.1", "::1"], &["", "http://a.test", "a.test:80", "a..b", "-a"]),
        ];
        for (syntax, good, bad) in table {
            assert!((syntax.holds)(syntax.example), "{}", syntax.example);
            for text in good {
                assert!((syntax.holds)(text), "{text} is {}", syntax.name);
            }
            for text in bad {
                assert!(!(syntax.holds)(text), "{text} is not {}", syntax.name);
            }
        }
    }

    #[test]
    fn repairs() {
        for (syntax, text, expected) in [
            (CASE, "cookies/Delete.yaml#same_path", "cookies/delete#same-path"),
            (VALUE, "Django 5.2", "Django-5.2"),
            (VARIABLE, "CACHE-URL", "CACHE_URL"),
            (REQUEST_PATH, "ready", "/ready"),
            (FIELD_NAME, "X-Token:", "X-Token"),
            (PLACE, "$.items[].sku", "json.items[].sku"),
            (BASE_PATH, "_hardtack/", "/_hardtack"),
            (HOST, "https://Staging.shop.example:8443/x", "staging.shop.example"),
        ] {
            assert_eq!((syntax.repair)(text), expected);
        }
    }
}
