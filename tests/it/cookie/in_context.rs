//! The rules that need the origin or the Date of the response.

use hardtack::cookie::FindingCode::{self as Code, *};
use hardtack::cookie::{LIFETIME_LIMIT, Origin, check_in_context, format_imf_fixdate};

use super::NOW;

fn codes(line: &str, origin: &Origin) -> Vec<(Code, usize)> {
    check_in_context(line.as_bytes(), origin, Some(NOW)).into_iter().map(|found| (found.code, found.offset)).collect()
}

#[test]
fn domains_are_compared_with_the_host() {
    let host = Origin::https("www.example.org");
    let lines: [(&str, &[(Code, usize)]); 9] = [
        ("a=b", &[]),
        ("a=b; Domain=", &[]),
        ("a=b; Domain=www.example.org", &[]),
        ("a=b; Domain=.Example.org", &[]),
        ("a=b; Domain=org", &[(DomainNotPublicSuffix, 12)]),
        ("a=b; Domain=example.com", &[(DomainCoversHost, 12)]),
        ("a=b; Domain=x.www.example.org", &[(DomainCoversHost, 12)]),
        ("a=b; Domain=example.org.", &[(DomainCoversHost, 12)]),
        ("a=b; Domain=example.com; Domain=example.org", &[]),
    ];
    for (line, expected) in lines {
        assert_eq!(codes(line, &host), expected, "{line}");
    }
    assert_eq!(codes("a=b; Domain=github.io", &Origin::https("github.io")), []);
}

#[test]
fn secure_belongs_on_tls() {
    assert_eq!(codes("a=b; Secure", &Origin::http("example.org")), [(SecureOverTlsOnly, 5)]);
    assert_eq!(codes("a=b; Secure", &Origin::http("localhost")), []);
    assert_eq!(codes("a=b; Secure", &Origin::https("example.org")), []);
}

#[test]
fn lifetimes_are_measured_from_the_date_of_the_response() {
    let origin = Origin::https("example.org");
    let line = |age: &str, until: i64| {
        let max_age = if age.is_empty() { String::new() } else { format!("; Max-Age={age}") };
        format!("a=b{max_age}; Expires={}", format_imf_fixdate(NOW.plus(until)))
    };
    let agree = [("3600", 3600), ("3600", 3660), ("3600", 3540), ("0", -9999), ("-5", 0), ("x", 10), ("", 10)];
    for (age, until) in agree {
        assert_eq!(codes(&line(age, until), &origin), [], "{age} {until}");
    }
    for (age, until) in [("3600", 3661), ("3600", 3539), ("0", 10), ("10", -10), ("99999999999999999999", 10)] {
        let found = codes(&line(age, until), &origin);
        assert_eq!(found.iter().map(|found| found.0).collect::<Vec<_>>(), [MaxAgeExpiresAgree], "{age} {until}");
    }
    assert_eq!(codes(&line("", LIFETIME_LIMIT + 86_400), &origin), []);
    assert_eq!(codes(&line("", LIFETIME_LIMIT + 86_401), &origin), [(LifetimeCap, 13)]);
    let without_date = check_in_context(line("0", 10).as_bytes(), &origin, None);
    assert_eq!(without_date, []);
}
