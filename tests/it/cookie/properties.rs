//! Properties: print then parse is identity, no input panics, and what always holds for a jar.

use std::collections::HashSet;

use hardtack::cookie::{
    Attribute, FindingCode, GrammarProfile, Jar, Limits, Origin, Reception, RequestContext, SetCookie, Timestamp,
    UserAgentModel, check_grammar, check_in_context, domain_matches, parse_cookie_date, parse_cookie_field,
    parse_imf_fixdate, parse_set_cookie, path_matches, serialize_cookies,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::NOW;

fn models() -> impl Strategy<Value = UserAgentModel> {
    select(UserAgentModel::ALL.to_vec())
}

/// Attributes that mean something, nearly mean something, or mean nothing.
fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "Secure",
            "HttpOnly",
            "Partitioned",
            "SameSite=None",
            "SameSite=Lax",
            "SameSite=Strict",
            "SameSite",
            "Path=/",
            "Path=/a",
            "Path=/a/b",
            "Path",
            "Domain=example.org",
            "Domain=.www.example.org",
            "Domain=org",
            "Domain=",
            "Domain=127.0.0.1",
            "Max-Age=0",
            "Max-Age=5",
            "Max-Age=-1",
            "Max-Age=x",
            "",
            "Expires=Sun, 06 Nov 1994 08:49:37 GMT",
            "Expires=Sat, 06 Nov 2060 08:49:37 GMT",
            "Version=1",
        ])
        .prop_map(str::to_owned),
        "[A-Za-z-]{0,8}( ?= ?[!-:<-~]{0,10})?",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let name = prop_oneof![4 => "[abc]", 1 => "(__Secure-|__Host-|__http-|__Host-Http-)a", 1 => Just(String::new())];
    (name, "[a-z\"= ]{0,6}", vec(attribute(), 0..5)).prop_map(|(name, value, attributes)| {
        let mut line = format!("{name}={value}");
        for attribute in attributes {
            line.push_str("; ");
            line.push_str(&attribute);
        }
        line
    })
}

/// A plausible line with some octets replaced, inserted, removed or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    (line(), vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..6)).prop_map(|(line, changes)| {
        let mut line = line.into_bytes();
        for (place, octet, change) in changes {
            let at = place.index(line.len() + 1);
            match change {
                0 if at < line.len() => line[at] = octet,
                1 if at < line.len() => {
                    line.remove(at);
                }
                2 if at < line.len() => line.insert(at, line[at]),
                _ => line.insert(at, octet),
            }
        }
        line
    })
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..80), mutated()]
}

fn origin() -> impl Strategy<Value = Origin> {
    let host =
        select(vec!["example.org", "www.example.org", "a.www.example.org", "other.example", "localhost", "127.0.0.1"]);
    (any::<bool>(), host).prop_map(|(tls, host)| if tls { Origin::https(host) } else { Origin::http(host) })
}

fn path() -> impl Strategy<Value = &'static str> {
    select(vec!["/", "/a", "/a/", "/a/b", "/ab", "/a/b/c?q=/x", ""])
}

fn context() -> impl Strategy<Value = RequestContext> {
    (
        prop::bool::weighted(0.8),
        any::<bool>(),
        any::<bool>(),
        prop::bool::weighted(0.8),
        prop::option::of(Just("https://top.example".to_owned())),
    )
        .prop_map(|(same_site, top_level_navigation, safe_method, http_api, top_level_site)| RequestContext {
            same_site,
            top_level_navigation,
            safe_method,
            http_api,
            top_level_site,
            lax_allowing_unsafe: false,
        })
}

/// Something that happens to a browser.
#[derive(Clone, Debug)]
enum Event {
    Receive(Origin, &'static str, RequestContext, Vec<u8>),
    Request(Origin, &'static str, RequestContext),
    Wait(i64),
    Close,
}

fn event() -> impl Strategy<Value = Event> {
    let received = prop_oneof![8 => line().prop_map(String::into_bytes), 1 => mutated()];
    prop_oneof![
        12 => (origin(), path(), context(), received).prop_map(|(o, p, c, l)| Event::Receive(o, p, c, l)),
        4 => (origin(), path(), context()).prop_map(|(o, p, c)| Event::Request(o, p, c)),
        2 => (0..8_i64).prop_map(Event::Wait),
        1 => Just(Event::Close),
    ]
}

fn check_limits(jar: &Jar, limits: Limits) -> Result<(), TestCaseError> {
    prop_assert!(jar.len() <= limits.total);
    let identities: HashSet<_> = jar
        .iter()
        .map(|c| {
            let host_only = jar.model() == UserAgentModel::Rfc6265bis && c.host_only;
            (&c.name, &c.domain, host_only, &c.path, &c.partition)
        })
        .collect();
    prop_assert_eq!(identities.len(), jar.len(), "one cookie per identity");
    let orders: HashSet<_> = jar.iter().map(|c| c.creation_order).collect();
    prop_assert_eq!(orders.len(), jar.len(), "creation orders are unique");
    for cookie in jar {
        let sharing = jar.iter().filter(|c| c.domain == cookie.domain && c.partition == cookie.partition).count();
        prop_assert!(sharing <= limits.per_domain);
    }
    Ok(())
}

fn check_request(
    jar: &mut Jar,
    origin: &Origin,
    path: &str,
    context: &RequestContext,
    now: Timestamp,
) -> Result<(), TestCaseError> {
    let bis = jar.model() == UserAgentModel::Rfc6265bis;
    let mut peeked = jar.peek(origin, path, context, now);
    let before = jar.clone();
    let sent = jar.cookies_for(origin, path, context, now);
    for cookie in &mut peeked {
        cookie.last_access = now;
    }
    prop_assert_eq!(&peeked, &sent);
    prop_assert!(jar.iter().all(|cookie| !cookie.is_expired(now)));
    let request_path = path.split('?').next().filter(|path| !path.is_empty()).unwrap_or("/");
    for cookie in &sent {
        prop_assert!(!cookie.is_expired(now));
        prop_assert!(!cookie.secure || origin.is_potentially_trustworthy());
        prop_assert!(domain_matches(&origin.host, &cookie.domain));
        prop_assert!(!cookie.host_only || origin.host == cookie.domain);
        prop_assert!(path_matches(request_path, &cookie.path));
        prop_assert!(context.http_api || !cookie.http_only);
    }
    prop_assert!(sent.is_sorted_by_key(|c| (std::cmp::Reverse(c.path.len()), c.creation, c.creation_order)));
    // What is not sent has its reason; the same request from the page itself over TLS would get it.
    let mut first_party = before;
    let tls = Origin::https(&origin.host);
    let all = first_party.cookies_for(&tls, path, &RequestContext::default(), now);
    prop_assert!(
        !bis || sent
            .iter()
            .all(|c| c.partition.is_some() || all.iter().any(|other| other.creation_order == c.creation_order))
    );
    if sent.iter().all(|c| !c.name.is_empty() && !c.name.contains(&b'=')) {
        let pairs: Vec<_> = sent.iter().map(|c| (c.name.clone(), c.value.clone())).collect();
        prop_assert_eq!(parse_cookie_field(&serialize_cookies(&sent)), pairs);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_then_parsing_is_identity(line in any_line(), model in models()) {
        if let Ok(set) = parse_set_cookie(&line, model) {
            let printed = set.to_line();
            prop_assert_eq!(parse_set_cookie(&printed, model), Ok(set.clone()));
            prop_assert!(set.is_printable(model));
            if let Ok(text) = String::from_utf8(printed) {
                prop_assert_eq!(set.to_string(), text);
            }
        }
    }

    #[test]
    fn built_cookies_print_and_parse(
        name in "[!#-+--:<>-~]{1,12}",
        value in "[!-:<-~]([ -:<-~]{0,12}[!-:<-~])?",
        attributes in vec(("[!-:<>-~]{1,10}", prop::option::of("[!-:<-~]{0,12}")), 0..6),
        model in models(),
    ) {
        let attributes = attributes
            .into_iter()
            .map(|(name, value)| Attribute::new(name.into_bytes(), value.map(String::into_bytes), model))
            .collect();
        let set = SetCookie { name: name.into_bytes(), value: value.into_bytes(), attributes };
        prop_assert_eq!(parse_set_cookie(&set.to_line(), model), Ok(set));
    }

    #[test]
    fn no_input_panics(line in any_line(), model in models(), origin in origin()) {
        let _ = parse_cookie_date(&line);
        let _ = parse_imf_fixdate(&line);
        let _ = parse_cookie_field(&line);
        let _ = Attribute::new(b"Expires".to_vec(), Some(line.clone()), model);
        for finding in check_grammar(&line, model).into_iter().chain(check_in_context(&line, &origin, Some(NOW))) {
            prop_assert!(finding.offset <= line.len());
            if let Some(octet) = finding.octet {
                prop_assert_eq!(line.get(finding.offset), Some(&octet));
            }
        }
        Jar::new(model).receive(&origin, &String::from_utf8_lossy(&line), &RequestContext::default(), &line, NOW);
    }

    #[test]
    fn what_keeps_the_grammar_is_read_as_it_stands(line in line()) {
        let profile = GrammarProfile::Rfc6265bis;
        let well_formed = !check_grammar(line.as_bytes(), profile).iter().any(|found| found.code.breaks_grammar(profile));
        if well_formed {
            let set = parse_set_cookie(line.as_bytes(), UserAgentModel::Rfc6265bis).unwrap();
            // An extension attribute may have spaces beside its equals sign.
            prop_assert_eq!(set.to_string().replace(' ', ""), line.replace(' ', ""));
        }
    }

    #[test]
    fn a_refused_control_octet_is_a_finding(line in any_line()) {
        use hardtack::cookie::Refusal;
        if let Err(Refusal::ControlOctet { .. }) = parse_set_cookie(&line, UserAgentModel::Rfc6265bis) {
            let found = check_grammar(&line, GrammarProfile::Rfc6265bis);
            prop_assert!(found.iter().any(|finding| finding.code == FindingCode::ValueNoControl));
        }
    }

    #[test]
    fn a_jar_keeps_its_promises(events in vec(event(), 1..60), model in models(), per_domain in 1..4_usize, total in 3..8_usize) {
        let limits = Limits { per_domain, total };
        let mut jar = Jar::with_limits(model, limits);
        let mut now = NOW;
        for event in events {
            match event {
                Event::Receive(origin, path, context, line) => {
                    let before = jar.clone();
                    match jar.receive(&origin, path, &context, &line, now) {
                        Reception::Stored { cookie } | Reception::Replaced { cookie, .. } => {
                            prop_assert!(jar.iter().any(|stored| *stored == cookie));
                            prop_assert!(cookie.host_only || domain_matches(&origin.host, &cookie.domain));
                        }
                        Reception::Removed { previous } => {
                            prop_assert_eq!(jar.len() + usize::from(previous.is_some()), before.iter().filter(|c| !c.is_expired(now)).count());
                        }
                        Reception::Refused(_) => {
                            let kept: Vec<_> = before.iter().filter(|c| !c.is_expired(now)).collect();
                            prop_assert!(jar.iter().all(|cookie| kept.contains(&cookie)));
                        }
                    }
                }
                Event::Request(origin, path, context) => check_request(&mut jar, &origin, path, &context, now)?,
                Event::Wait(seconds) => now = now.plus(seconds),
                Event::Close => {
                    jar.close();
                    prop_assert!(jar.iter().all(|cookie| cookie.expires.is_some()));
                }
            }
            check_limits(&jar, limits)?;
        }
    }
}
