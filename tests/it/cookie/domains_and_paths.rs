use hardtack::cookie::{
    Origin, canonical_host, default_path, domain_matches, is_ip_address, is_public_suffix, path_matches,
    registrable_domain, site_of,
};

#[test]
fn domains_match_at_labels_only() {
    let matches = [
        ("example.org", "example.org", true),
        ("www.example.org", "example.org", true),
        ("a.b.example.org", "example.org", true),
        ("badexample.org", "example.org", false),
        ("example.org", "www.example.org", false),
        ("example.org", "ample.org", false),
        ("example.org.", "example.org", false),
        ("example.org", "example.org.", false),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "0.0.1", false),
        ("[::1]", "[::1]", true),
        ("example.org", ".org", false),
    ];
    for (host, domain, expected) in matches {
        assert_eq!(domain_matches(host, domain), expected, "{host} {domain}");
    }
}

#[test]
fn hosts_become_canonical() {
    let hosts = [
        ("example.org", Some("example.org")),
        ("EXAMPLE.Org", Some("example.org")),
        ("bücher.example", Some("xn--bcher-kva.example")),
        ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
        ("XN--BCHER-KVA.example", Some("xn--bcher-kva.example")),
        // A fake A-label: what stands after the prefix decodes to nothing valid.
        ("xn--a.example", None),
        ("::1", Some("[::1]")),
        ("[0:0::1]", Some("[::1]")),
        ("127.0.0.1", Some("127.0.0.1")),
    ];
    for (host, expected) in hosts {
        assert_eq!(canonical_host(host).as_deref(), expected, "{host}");
    }
}

#[test]
fn addresses_are_recognised() {
    for host in ["127.0.0.1", "::1", "[::1]", "[2001:db8::1]"] {
        assert!(is_ip_address(host), "{host}");
    }
    for host in ["localhost", "1.2.3", "a.1", "example.org:80", "1.2.3.4.example", "256.1.1.1"] {
        assert!(!is_ip_address(host), "{host}");
    }
}

#[test]
fn public_suffixes_come_from_the_list() {
    for domain in ["org", "co.uk", "github.io", "localhost", "parser-unknown-tld", "bar.ck"] {
        assert!(is_public_suffix(domain), "{domain}");
    }
    for domain in ["", "example.org", "www.ck", "127.0.0.1", "[::1]", "foo.github.io", "example.unknown-tld"] {
        assert!(!is_public_suffix(domain), "{domain}");
    }
    assert_eq!(registrable_domain("a.b.example.co.uk"), Some("example.co.uk"));
    assert_eq!(registrable_domain("co.uk"), None);
    assert_eq!(site_of(&Origin::https("A.example.co.uk")), "https://example.co.uk");
    assert_eq!(site_of(&Origin::http("127.0.0.1")), "http://127.0.0.1");
    assert_eq!(site_of(&Origin::http("localhost")), "http://localhost");
}

#[test]
fn the_default_path_is_the_directory() {
    let paths = [
        ("", "/"),
        ("/", "/"),
        ("/a", "/"),
        ("/a/", "/a"),
        ("/a/b", "/a"),
        ("/a/b/", "/a/b"),
        ("/a//b", "/a/"),
        ("//", "/"),
        ("a/b", "/"),
        ("/a/b?x=/c/d", "/a"),
        ("/a/b#/c/d", "/a"),
        ("?/a/b", "/"),
    ];
    for (request, expected) in paths {
        assert_eq!(default_path(request), expected, "{request}");
    }
}

#[test]
fn paths_match_at_segments_only() {
    let matches = [
        ("/", "/", true),
        ("/foo", "/", true),
        ("/foo", "/foo", true),
        ("/foo/", "/foo", true),
        ("/foo/bar", "/foo", true),
        ("/foobar", "/foo", false),
        ("/foo", "/foo/", false),
        ("/foo/bar", "/foo/", true),
        ("/foo//bar", "/foo/", true),
        ("/Foo", "/foo", false),
        ("/f%6Fo", "/foo", false),
        ("/fo", "/foo", false),
    ];
    for (request, cookie, expected) in matches {
        assert_eq!(path_matches(request, cookie), expected, "{request} {cookie}");
    }
}

#[test]
fn loopback_is_trustworthy() {
    for host in ["localhost", "LOCALHOST", "a.localhost", "localhost.", "127.0.0.1", "127.8.8.8", "::1", "[::1]"] {
        assert!(Origin::http(host).is_potentially_trustworthy(), "{host}");
    }
    for host in ["example.org", "notlocalhost", "localhost.example", "128.0.0.1", "127.0.0.1.example", "[::2]"] {
        assert!(!Origin::http(host).is_potentially_trustworthy(), "{host}");
        assert!(Origin::https(host).is_potentially_trustworthy(), "{host}");
    }
}

#[test]
fn origins_print_as_urls() {
    assert_eq!(Origin::https("Example.org").to_string(), "https://example.org");
    assert_eq!(Origin { port: 8000, ..Origin::http("::1") }.to_string(), "http://[::1]:8000");
}
