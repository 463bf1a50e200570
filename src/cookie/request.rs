//! The `Cookie` request field, written and read (RFC 6265bis §5.8.3 step 6 and §4.2.1).

use super::set_cookie::trim_whitespace;
use super::stored::StoredCookie;

/// The cookie-string: `name=value` joined with `; `, a nameless cookie as its value alone.
#[must_use]
pub fn serialize_cookies(cookies: &[StoredCookie]) -> Vec<u8> {
    let length = cookies.iter().map(|cookie| cookie.name.len() + cookie.value.len() + 3).sum();
    let mut out = Vec::with_capacity(length);
    for (index, cookie) in cookies.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b"; ");
        }
        if !cookie.name.is_empty() {
            out.extend_from_slice(&cookie.name);
            out.push(b'=');
        }
        out.extend_from_slice(&cookie.value);
    }
    out
}

/// Reads one `Cookie` field value into names and values, in order.
///
/// Pairs are split at semicolons and at their first equals sign and trimmed of spaces and tabs; a
/// pair without an equals sign has an empty name; empty pairs are skipped.
#[must_use]
pub fn parse_cookie_field(value: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    value
        .split(|octet| *octet == b';')
        .map(trim_whitespace)
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|octet| *octet == b'=') {
            Some(equals) => (trim_whitespace(&pair[..equals]).to_vec(), trim_whitespace(&pair[equals + 1..]).to_vec()),
            None => (Vec::new(), pair.to_vec()),
        })
        .collect()
}
