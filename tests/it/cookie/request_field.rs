use hardtack::cookie::{StoredCookie, parse_cookie_field, serialize_cookies};

use super::NOW;

fn read(field: &str) -> Vec<(String, String)> {
    let text = |octets: Vec<u8>| String::from_utf8(octets).expect("text");
    parse_cookie_field(field.as_bytes()).into_iter().map(|(name, value)| (text(name), text(value))).collect()
}

#[test]
fn a_cookie_field_is_read_pair_by_pair() {
    let fields: [(&str, &[(&str, &str)]); 8] = [
        ("", &[]),
        (" ; ;", &[]),
        ("a=b", &[("a", "b")]),
        ("a=b; c=d", &[("a", "b"), ("c", "d")]),
        ("a=b;c = d ;", &[("a", "b"), ("c", "d")]),
        ("a=b=c; a=\"x y\"", &[("a", "b=c"), ("a", "\"x y\"")]),
        ("token; =also; a=", &[("", "token"), ("", "also"), ("a", "")]),
        ("a=\"b;c\"", &[("a", "\"b"), ("", "c\"")]),
    ];
    for (field, pairs) in fields {
        let expected: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(read(field), expected, "{field:?}");
    }
}

#[test]
fn octets_pass_through() {
    assert_eq!(parse_cookie_field(b"\xFF=\x80\0"), [(b"\xFF".to_vec(), b"\x80\0".to_vec())]);
}

#[test]
fn cookies_are_joined_without_attributes() {
    let cookie = |name: &str, value: &str| StoredCookie::new(name.as_bytes(), value.as_bytes(), "example.org", NOW);
    assert_eq!(serialize_cookies(&[]), b"");
    let cookies = [cookie("a", "b"), cookie("", "token"), cookie("c", "")];
    assert_eq!(serialize_cookies(&cookies), b"a=b; token; c=");
}
