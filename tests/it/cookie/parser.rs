use hardtack::cookie::{
    DateError, IgnoredBecause, LIFETIME_LIMIT, Lifetime, Refusal, SameSite, SetCookie, UserAgentModel,
    format_imf_fixdate, parse_set_cookie,
};

use super::NOW;

fn bis(line: &str) -> SetCookie {
    parse_set_cookie(line.as_bytes(), UserAgentModel::Rfc6265bis).expect("a line that is not refused")
}

fn plain(line: &str) -> SetCookie {
    parse_set_cookie(line.as_bytes(), UserAgentModel::Rfc6265).expect("a line that is not refused")
}

#[test]
fn the_pair_is_cut_at_the_first_semicolon_and_equals() {
    let pairs = [
        ("a=b", "a", "b"),
        ("a=\"x;y\"", "a", "\"x"),
        ("A=== BC", "A", "== BC"),
        ("\tfoo\t=\tbar\t \t;", "foo", "bar"),
        ("foo bar=a  b", "foo bar", "a  b"),
        ("foo=\"bar\"", "foo", "\"bar\""),
        ("a=%32%33", "a", "%32%33"),
        ("foo=bar, baz=qux", "foo", "bar, baz=qux"),
        ("a=", "a", ""),
        ("a=b\tc", "a", "b\tc"),
    ];
    for (line, name, value) in pairs {
        for model in UserAgentModel::ALL {
            let set = parse_set_cookie(line.as_bytes(), model).unwrap();
            assert_eq!((&set.name[..], &set.value[..]), (name.as_bytes(), value.as_bytes()), "{line}");
        }
    }
    let raw = parse_set_cookie(b"n\xC3=\xFF\x80", UserAgentModel::Rfc6265bis).unwrap();
    assert_eq!((&raw.name[..], &raw.value[..]), (&b"n\xC3"[..], &b"\xFF\x80"[..]));
}

#[test]
fn a_pair_without_a_name_depends_on_the_model() {
    for (line, value) in [("foo", "foo"), ("=foo", "foo"), (" = foo", "foo"), ("==a", "=a")] {
        let set = bis(line);
        assert_eq!((&set.name[..], &set.value[..]), (&b""[..], value.as_bytes()), "{line}");
    }
    let refused = |line: &str, model| parse_set_cookie(line.as_bytes(), model).unwrap_err();
    for line in ["", "=", "; Secure", "  ", " = ;a=b"] {
        assert_eq!(refused(line, UserAgentModel::Rfc6265bis), Refusal::EmptyNameAndValue, "{line:?}");
    }
    for line in ["", "foo", "foo; a=b"] {
        assert_eq!(refused(line, UserAgentModel::Rfc6265), Refusal::NoEquals, "{line:?}");
    }
    for line in ["=", "=foo", "\t=foo"] {
        assert_eq!(refused(line, UserAgentModel::Rfc6265), Refusal::EmptyName, "{line:?}");
    }
}

#[test]
fn control_octets_refuse_the_whole_line() {
    for octet in (0..=0x1F).chain([0x7F]) {
        for line in [&[b'a', b'=', octet, b'b'][..], &[b'a', b'=', b';', octet, b'b'][..]] {
            let read = parse_set_cookie(line, UserAgentModel::Rfc6265bis);
            if octet == b'\t' {
                assert!(read.is_ok());
            } else {
                let offset = line.len() - 2;
                assert_eq!(read, Err(Refusal::ControlOctet { offset, octet }));
            }
            assert!(parse_set_cookie(line, UserAgentModel::Rfc6265).is_ok());
        }
    }
}

#[test]
fn name_and_value_share_4096_octets() {
    for (name, value) in [(1, 4095), (4096, 0), (0, 4096), (2048, 2048)] {
        let line = |extra: usize| format!("{}={}", "n".repeat(name), "v".repeat(value + extra));
        assert!(parse_set_cookie(line(0).as_bytes(), UserAgentModel::Rfc6265bis).is_ok());
        let refused = parse_set_cookie(line(1).as_bytes(), UserAgentModel::Rfc6265bis);
        assert_eq!(refused, Err(Refusal::TooLarge { length: 4097 }));
        if name > 0 {
            assert!(parse_set_cookie(line(1).as_bytes(), UserAgentModel::Rfc6265).is_ok());
        }
    }
}

#[test]
fn the_last_valid_attribute_counts() {
    let set = bis("a=b; Path=/x; path = /y ; Domain=.Home.Example.Org; MAX-AGE=5; Max-Age=x; secure=false; httponly; \
         SameSite=strict; Partitioned=1; customvalue");
    assert_eq!(set.path(), Some(&b"/y"[..]));
    assert!(set.has_path());
    assert_eq!(set.domain(), Some(&b"home.example.org"[..]));
    assert_eq!(set.max_age(), Some(5));
    assert!(set.secure() && set.http_only() && set.partitioned());
    assert_eq!(set.same_site(), Some(SameSite::Strict));

    let bare = bis("a=b; \"Secure\"; Secure qux; HttpOnly x=1");
    assert!(!bare.secure() && !bare.http_only());
    assert_eq!((bare.path(), bare.domain(), bare.max_age(), bare.expires()), (None, None, None, None));
    assert!(!bare.has_path() && bare.same_site().is_none() && !bare.partitioned());

    assert_eq!(bis("a=b; Path=/dog; Path=").path(), None);
    assert!(bis("a=b; Path").has_path());
    assert_eq!(bis("a=b; Domain=x.org; Domain=").domain(), Some(&b""[..]));
    assert_eq!(plain("a=b; Domain=x.org; Domain=").domain(), Some(&b"x.org"[..]));
    assert_eq!(bis("a=b; Domain=..x").domain(), Some(&b".x"[..]));
    assert_eq!(bis("a=b; SameSite=Strict; SameSite=foo").same_site(), Some(SameSite::Default));
    assert_eq!(plain("a=b; SameSite=Strict").same_site(), None);
    assert!(!plain("a=b; Partitioned").partitioned());
}

#[test]
fn ignored_attributes_say_why() {
    let long = "x".repeat(1025);
    let line = format!("a=b; Path=/a; Path=/{long}; Expires=nonsense; Max-Age=+5; Version=1; ; Domain=");
    let set = bis(&line);
    let why: Vec<_> = set.attributes.iter().map(hardtack::cookie::Attribute::ignored).collect();
    assert_eq!(
        why,
        [
            None,
            Some(IgnoredBecause::TooLong { length: 1026 }),
            Some(IgnoredBecause::BadDate(DateError::NoDay)),
            Some(IgnoredBecause::BadMaxAge),
            Some(IgnoredBecause::Unknown),
            Some(IgnoredBecause::Empty),
            None,
        ]
    );
    assert_eq!(set.path(), Some(&b"/a"[..]));
    let set = plain(&line);
    assert_eq!(set.attributes[6].ignored(), Some(IgnoredBecause::EmptyDomain));
    assert_eq!(set.path().map(<[u8]>::len), Some(1026));
    assert!(set.attributes[3].is("max-age"));
}

#[test]
fn max_age_is_an_optional_minus_and_digits() {
    let values = [
        ("0", Some(0)),
        ("-1", Some(-1)),
        ("-00", Some(0)),
        ("007", Some(7)),
        ("99999999999999999999", Some(i64::MAX)),
        ("-99999999999999999999", Some(-i64::MAX)),
        ("", None),
        ("-", None),
        ("--1", None),
        ("+5", None),
        ("2.63", None),
        ("50,399", None),
        ("\"5\"", None),
        ("5 s", None),
    ];
    for (value, expected) in values {
        for model in UserAgentModel::ALL {
            let set = parse_set_cookie(format!("a=b; Max-Age={value}").as_bytes(), model).unwrap();
            assert_eq!(set.max_age(), expected, "{value}");
        }
    }
}

#[test]
fn the_lifetime_is_max_age_before_expires_and_capped() {
    let date = |seconds| format_imf_fixdate(NOW.plus(seconds));
    let lifetimes = [
        ("a=b".to_owned(), Lifetime::UntilClose),
        ("a=b; Expires=nonsense; Max-Age=abc".to_owned(), Lifetime::UntilClose),
        ("a=b; Max-Age=10".to_owned(), Lifetime::Seconds(10)),
        (format!("a=b; Expires={}", date(20)), Lifetime::Seconds(20)),
        (format!("a=b; Max-Age=10; Expires={}", date(20)), Lifetime::Seconds(10)),
        (format!("a=b; Expires={}; Max-Age=10", date(-20)), Lifetime::Seconds(10)),
        (format!("a=b; Expires={}; Max-Age=0", date(20)), Lifetime::Seconds(0)),
        (format!("a=b; Expires={}; Max-Age=x", date(-20)), Lifetime::Seconds(-20)),
        (format!("a=b; Max-Age={}", LIFETIME_LIMIT + 1), Lifetime::Seconds(LIFETIME_LIMIT)),
        (format!("a=b; Expires={}", date(LIFETIME_LIMIT + 1)), Lifetime::Seconds(LIFETIME_LIMIT)),
    ];
    for (line, expected) in lifetimes {
        let set = bis(&line);
        assert_eq!(set.effective_lifetime(NOW, UserAgentModel::Rfc6265bis), expected, "{line}");
    }
    let long = plain("a=b; Max-Age=99999999999");
    assert_eq!(long.effective_lifetime(NOW, UserAgentModel::Rfc6265), Lifetime::Seconds(99_999_999_999));
    // Half a second to go is not yet removal.
    let soon = bis(&format!("a=b; Expires={}", date(1)));
    let late = hardtack::cookie::Timestamp::from_millis(NOW.as_millis() + 500);
    assert_eq!(soon.effective_lifetime(late, UserAgentModel::Rfc6265bis), Lifetime::Seconds(1));
    assert_eq!(soon.effective_lifetime(NOW.plus(1), UserAgentModel::Rfc6265bis), Lifetime::Seconds(0));
}

#[test]
fn a_line_is_printed_as_it_was_read() {
    let set = bis("  a = b ;Path=/;  Secure;X=");
    assert_eq!(set.to_string(), "a=b; Path=/; Secure; X=");
    assert!(set.is_printable(UserAgentModel::Rfc6265bis));
    let built = SetCookie::new("a", "b").with("Path", Some("/")).with("Secure", None).with("X", Some(""));
    assert_eq!(built, set);
    assert!(!SetCookie::new("a", "b;c").is_printable(UserAgentModel::Rfc6265bis));
    assert!(!SetCookie::new("a=b", "c").is_printable(UserAgentModel::Rfc6265bis));
    assert!(!SetCookie::new("", "c").is_printable(UserAgentModel::Rfc6265));
}
