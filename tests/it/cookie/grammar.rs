//! The strict grammar: every code at least once, with the place.

use std::collections::BTreeSet;

use hardtack::cookie::FindingCode::{self as Code, *};
use hardtack::cookie::{GrammarProfile, UserAgentModel, check_grammar};

fn places(line: &[u8], profile: GrammarProfile) -> Vec<(Code, usize)> {
    check_grammar(line, profile).into_iter().map(|finding| (finding.code, finding.offset)).collect()
}

#[test]
fn conforming_lines_have_no_findings() {
    let lines = [
        "a=b",
        "a=",
        "a=\"b\"",
        "a=\"\"",
        "!#$%&'*+-.^_`|~09azAZ=!#$%&'()*+-./:<=>?@[]^_`{|}~",
        "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax",
        "a=b; path=/; secure; httponly; samesite=STRICT; MAX-AGE=0",
        "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=34560000",
        "a=b; Domain=xn--bcher-kva.example; Path=/x?y",
        "__Host-Http-a=b; Secure; HttpOnly; Path=/",
        "__Secure-a=b; Secure; SameSite=None; Partitioned",
    ];
    for line in lines {
        assert_eq!(check_grammar(line.as_bytes(), GrammarProfile::default()), [], "{line}");
    }
}

/// Codes with the offsets of their findings.
type Places = &'static [(Code, usize)];

const TABLE: &[(&[u8], Places)] = &[
    // The pair.
    (b"", &[(PairHasEquals, 0)]),
    (b"token", &[(PairHasEquals, 0)]),
    (b"token; Path=/", &[(PairHasEquals, 0)]),
    (b"=b", &[(NameNonempty, 0)]),
    (b" =b", &[(NoBws, 0), (NameNonempty, 1)]),
    (b"foo[bar]=b", &[(NameToken, 3)]),
    (b"user@site=b", &[(NameToken, 4)]),
    (b"a b=c", &[(NameToken, 1)]),
    (b"a=b c", &[(ValueOctets, 3)]),
    (b"a=b,c", &[(ValueOctets, 3)]),
    (b"a=b\\c", &[(ValueOctets, 3)]),
    (b"a=\"b c\"", &[(ValueOctets, 4)]),
    (b"a={\"x\":1}", &[(ValueQuotesPaired, 3)]),
    (b"a=\"", &[(ValueQuotesPaired, 2)]),
    (b"a=\"b", &[(ValueQuotesPaired, 2)]),
    (b"a=b\"c\"", &[(ValueQuotesPaired, 3)]),
    (b"a=\"b\"c\"", &[(ValueQuotesPaired, 4)]),
    (b"a=\"b;c\"", &[(ValueQuotesPaired, 2), (SeparatorSingleSpace, 4), (AttributeKnown, 5)]),
    (b"a=b\x00c", &[(ValueNoControl, 3)]),
    (b"a=b\tc", &[(ValueNoControl, 3)]),
    (b"a\x7F=b", &[(ValueNoControl, 1)]),
    (b"a=\xC3\xA4", &[(AsciiOnly, 2)]),
    (b"\xFF=b", &[(AsciiOnly, 0)]),
    // Whitespace.
    (b" a=b", &[(NoBws, 0)]),
    (b"a =b", &[(NoBws, 1)]),
    (b"a= b", &[(NoBws, 2)]),
    (b"a=b ; Path=/", &[(NoBws, 3)]),
    (b"a= ; Path=/", &[(NoBws, 2)]),
    (b"a=b ", &[(NoBws, 3)]),
    (b"a=b; Path =/", &[(NoBws, 9)]),
    (b"a=b; Path= /", &[(NoBws, 10)]),
    (b"a=b; Secure ; HttpOnly", &[(NoBws, 11)]),
    (b"a=b;Secure", &[(SeparatorSingleSpace, 3)]),
    (b"a=b;  Secure", &[(SeparatorSingleSpace, 3)]),
    (b"a=b;\tSecure", &[(SeparatorSingleSpace, 3)]),
    (b"a=b;", &[(NoEmptyAttribute, 3)]),
    (b"a=b; ", &[(NoEmptyAttribute, 3)]),
    (b"a=b;; Secure", &[(NoEmptyAttribute, 3)]),
    // Attributes in general.
    (b"a=b; Path=/\x01", &[(ValueNoControl, 11), (AttributeOctets, 11)]),
    (b"a=b; Path=/\xE4", &[(AsciiOnly, 11), (AttributeOctets, 11)]),
    (b"a=b; Priority=High ", &[(AttributeKnown, 5), (AttributeNoEdgeSpace, 18)]),
    (b"a=b; x = y", &[(AttributeKnown, 5)]),
    (b"a=b; Path=/; path=/", &[(AttributeUnique, 13)]),
    (b"a=b; Secure; SECURE", &[(AttributeUnique, 13)]),
    (b"a=b; Http-Only", &[(AttributeKnown, 5)]),
    (b"a=b; Version=1", &[(NoObsoleteAttributes, 5)]),
    (b"a=b; Secure=true", &[(FlagsWithoutValue, 11)]),
    (b"a=b; HttpOnly=", &[(FlagsWithoutValue, 13)]),
    // Expires.
    (b"a=b; Expires=", &[(ExpiresImfFixdate, 13)]),
    (b"a=b; Expires=0", &[(ExpiresImfFixdate, 13)]),
    (b"a=b; Expires=Sun, 06 Nov 1994 08:49:37 UTC", &[(ExpiresImfFixdate, 39)]),
    (b"a=b; Expires=Sun, 06-Nov-1994 08:49:37 GMT", &[(ExpiresImfFixdate, 20)]),
    (b"a=b; Expires=Sunday, 06-Nov-94 08:49:37 GMT", &[(ExpiresImfFixdate, 16), (ExpiresFourDigitYear, 13)]),
    (b"a=b; Expires=Mon, 06 Nov 1994 08:49:37 GMT", &[(ExpiresRealDate, 13)]),
    (b"a=b; Expires=Sun, 31 Feb 1994 08:49:37 GMT", &[(ExpiresRealDate, 13)]),
    (b"a=b; Expires=Sun, 31-Feb-1994 08:49:37 GMT", &[(ExpiresImfFixdate, 20), (ExpiresRealDate, 13)]),
    (b"a=b; Expires=Tue, 19 Jan 2038 03:14:08 GMT", &[(ExpiresBefore2038, 13)]),
    (b"a=b; Expires=Tue, 19 Jan 2038 03:14:07 GMT", &[]),
    // Max-Age.
    (b"a=b; Max-Age=", &[(MaxAgeDigits, 13)]),
    (b"a=b; Max-Age", &[(MaxAgeDigits, 12)]),
    (b"a=b; Max-Age=-1", &[(MaxAgeDigits, 13)]),
    (b"a=b; Max-Age=10.5", &[(MaxAgeDigits, 15)]),
    (b"a=b; Max-Age=007", &[(MaxAgeNoLeadingZero, 13)]),
    (b"a=b; Max-Age=34560001", &[(LifetimeCap, 13)]),
    // Domain, Path, SameSite.
    (b"a=b; Domain=", &[(DomainSyntax, 12)]),
    (b"a=b; Domain=.example.org", &[(DomainSyntax, 12)]),
    (b"a=b; Domain=example.org.", &[(DomainSyntax, 23)]),
    (b"a=b; Domain=example.org:80", &[(DomainSyntax, 23)]),
    (b"a=b; Domain=\"example.org\"", &[(DomainSyntax, 12)]),
    (b"a=b; Domain=http://example.org", &[(DomainSyntax, 12)]),
    (b"a=b; Domain=a..example.org", &[(DomainSyntax, 14)]),
    (b"a=b; Domain=a.-b.example", &[(DomainSyntax, 14)]),
    (b"a=b; Domain=a_b.example", &[(DomainSyntax, 13)]),
    (b"a=b; Domain=127.0.0.1", &[(DomainNotIp, 12)]),
    (b"a=b; Domain=[::1]", &[(DomainNotIp, 12)]),
    (b"a=b; Path=", &[(PathAbsolute, 10)]),
    (b"a=b; Path=x", &[(PathAbsolute, 10)]),
    (b"a=b; Path", &[(PathAbsolute, 9)]),
    (b"a=b; SameSite=", &[(SamesiteValue, 14)]),
    (b"a=b; SameSite=Yes", &[(SamesiteValue, 14)]),
    (b"a=b; SameSite=None", &[(SamesiteNoneSecure, 5)]),
    (b"a=b; Partitioned", &[(PartitionedSecure, 5)]),
    // Prefixes.
    (b"__Secure-a=b", &[(PrefixSecure, 0)]),
    (b"__Host-a=b", &[(PrefixHost, 0), (PrefixHost, 0)]),
    (b"__Host-a=b; Secure; Path=/x; Domain=example.org", &[(PrefixHost, 25), (PrefixHost, 29)]),
    (b"__Http-a=b; Secure", &[(PrefixHttp, 0)]),
    (b"__Host-Http-a=b; Secure; Path=/", &[(PrefixHostHttp, 0)]),
    (b"__host-a=b; Secure; Path=/", &[(PrefixExactCase, 0)]),
    // Joined lines.
    (b"a=b, c=d", &[(ValueOctets, 3), (NotFolded, 3)]),
    (b"a=b; Path=/,c=d", &[(NotFolded, 11)]),
    (b"a=b; Path=/, c", &[]),
];

#[test]
fn findings_name_the_rule_and_the_place() {
    for (line, expected) in TABLE {
        let mut found = places(line, GrammarProfile::default());
        let mut expected = expected.to_vec();
        found.sort_by_key(|(code, offset)| (*offset, *code));
        expected.sort_by_key(|(code, offset)| (*offset, *code));
        assert_eq!(found, expected, "{}", line.escape_ascii());
    }
}

#[test]
fn every_code_that_a_line_decides_is_in_a_table() {
    let mut met: BTreeSet<Code> = TABLE.iter().flat_map(|(_, found)| found.iter().map(|(code, _)| *code)).collect();
    // Sizes have a test of their own; the rest needs the origin or the Date of the response.
    met.extend([
        SizePair,
        SizeAttribute,
        MaxAgeExpiresAgree,
        DomainCoversHost,
        DomainNotPublicSuffix,
        SecureOverTlsOnly,
    ]);
    assert_eq!(met, Code::ALL.iter().copied().collect());
}

#[test]
fn sizes_are_counted_as_clients_do() {
    let default = GrammarProfile::default();
    let pair = |extra: usize| format!("a={}", "x".repeat(4095 + extra));
    assert_eq!(places(pair(0).as_bytes(), default), []);
    assert_eq!(places(pair(1).as_bytes(), default), [(SizePair, 0)]);
    let path = |extra: usize| format!("a=b; Path=/{}", "x".repeat(1023 + extra));
    assert_eq!(places(path(0).as_bytes(), default), []);
    assert_eq!(places(path(1).as_bytes(), default), [(SizeAttribute, 10)]);
}

#[test]
fn findings_show_octet_and_reason() {
    let found = check_grammar(b"a=b c; Http-Only; Max-Agee=5", UserAgentModel::Rfc6265bis);
    assert_eq!(found[0].octet, Some(b' '));
    assert_eq!(found[0].message, "a space is not allowed in a value");
    assert_eq!(found[1].octet, None);
    assert!(found[1].message.ends_with("did you mean HttpOnly?"), "{}", found[1].message);
    assert!(found[2].message.ends_with("did you mean Max-Age?"), "{}", found[2].message);
    let json = check_grammar(b"a={\"x\": 1}", GrammarProfile::default());
    assert!(json.iter().any(|finding| finding.message.contains("raw JSON")));
    let unknown = check_grammar(b"a=b; Colour=red", GrammarProfile::default());
    assert!(!unknown[0].message.contains("did you mean"), "{}", unknown[0].message);
}

#[test]
fn expires_says_what_kind_of_date_it_is() {
    let kinds = [
        ("", "empty"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "weekday is written in full"),
        ("Sun, 06-Nov-1994 08:49:37 GMT", "dashes"),
        ("Sun, 6-Nov-1994 08:49:37 GMT", "dashes"),
        ("Sun, 06 Nov 94 08:49:37 GMT", "fewer than four digits"),
        ("Sun, 06 Nov 1994 08:49:37 UTC", "does not end with GMT"),
        ("dom, 06 dez 1994 08:49:37 GMT", "English"),
        ("Sun, 6 Nov 1994 08:49:37 GMT", "must read like"),
    ];
    for (date, kind) in kinds {
        let found = check_grammar(format!("a=b; Expires={date}").as_bytes(), GrammarProfile::default());
        assert!(
            found.iter().any(|finding| finding.code == ExpiresImfFixdate && finding.message.contains(kind)),
            "{found:?}"
        );
    }
}

#[test]
fn profiles_differ_where_the_texts_do() {
    use GrammarProfile::{LayeredCookies, Rfc6265, Rfc6265bis, Rfc6265bis22};
    let expectations: [(&str, GrammarProfile, Places); 12] = [
        ("a=b; Max-Age=0", Rfc6265, &[(MaxAgeNoLeadingZero, 13)]),
        ("a=b; Max-Age=0", Rfc6265bis22, &[(MaxAgeNoLeadingZero, 13)]),
        ("a=b; Max-Age=0", Rfc6265bis, &[]),
        ("a=b; Max-Age=0", LayeredCookies, &[]),
        ("a=b; ", Rfc6265, &[]),
        ("a=b;", Rfc6265, &[(SeparatorSingleSpace, 3)]),
        ("a=b;", Rfc6265bis22, &[(NoEmptyAttribute, 3)]),
        ("a=b;", Rfc6265bis, &[(NoEmptyAttribute, 3)]),
        ("a=b;", LayeredCookies, &[]),
        ("a=b;Secure", Rfc6265, &[(SeparatorSingleSpace, 3)]),
        ("a=b;Secure", Rfc6265bis, &[(SeparatorSingleSpace, 3)]),
        ("a=b;; Secure", LayeredCookies, &[]),
    ];
    for (line, profile, expected) in expectations {
        assert_eq!(places(line.as_bytes(), profile), expected, "{line} {profile:?}");
    }
    assert!(SeparatorSingleSpace.breaks_grammar(Rfc6265));
    assert!(!SeparatorSingleSpace.breaks_grammar(Rfc6265bis));
    assert!(MaxAgeNoLeadingZero.breaks_grammar(Rfc6265bis22));
    assert!(!MaxAgeNoLeadingZero.breaks_grammar(Rfc6265bis));
    assert!(NameToken.breaks_grammar(Rfc6265bis));
    assert!(!PathAbsolute.breaks_grammar(Rfc6265bis));
}

#[test]
fn codes_are_rule_ids() {
    let ids: BTreeSet<&str> = Code::ALL.iter().map(|code| code.rule_id()).collect();
    assert_eq!(ids.len(), Code::ALL.len());
    for code in Code::ALL {
        let json = serde_json::to_value(code).unwrap();
        assert_eq!(format!("cookie.set.{}", json.as_str().unwrap()), code.rule_id());
        assert_eq!(serde_json::from_value::<Code>(json).unwrap(), *code);
    }
    assert_eq!(ExpiresBefore2038.rule_id(), "cookie.set.expires-before-2038");
}
