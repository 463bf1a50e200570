//! Agreement with the public http-state corpus: 222 parser cases and 70 dates, per user-agent model.
//!
//! The corpus is not part of this repository. `HARDTACK_HTTP_STATE` names a checkout of it (the
//! folder that holds `tests/data`); without the variable every group is reported as ignored.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hardtack::cookie::{
    Attribute, IgnoredBecause, Jar, Meaning, Origin, RequestContext, Scheme, Timestamp, UserAgentModel,
    parse_imf_fixdate,
};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

const VARIABLE: &str = "HARDTACK_HTTP_STATE";

/// The host and the paths of the corpus's own test server.
const HOST: &str = "home.example.org";
const PORT: u16 = 8888;
const SETTER: &str = "/cookie-parser";
const RESULT: &str = "/cookie-parser-result";

/// The corpus speaks of fixed years: 2007 is past in it, 2019 is future. So time stands still in 2011.
const NOW: Timestamp = Timestamp::from_secs(1_300_000_000);

/// A case in which a model does something else than the corpus expects, and why.
struct Disagreement {
    case: &'static str,
    model: UserAgentModel,
    /// The cookie-string of the model.
    sends: Option<&'static str>,
    because: &'static str,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        None => absent(),
        Some(checkout) => match present(Path::new(&checkout)) {
            Ok(trials) => trials,
            Err(message) => {
                eprintln!("failed to read the corpus named by {VARIABLE}: {message}");
                return ExitCode::FAILURE;
            }
        },
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One ignored trial for each group of cases.
fn absent() -> Vec<Trial> {
    let groups = ["parser", "dates"];
    groups
        .into_iter()
        .flat_map(|group| UserAgentModel::ALL.map(|model| format!("{group}::{model}")))
        .map(|name| {
            Trial::ignorable_test(name, || {
                let reason = format!("set {VARIABLE} to a checkout of the http-state corpus");
                Ok(Completion::ignored_with(reason))
            })
        })
        .collect()
}

fn present(checkout: &Path) -> Result<Vec<Trial>, String> {
    let data = checkout.join("tests").join("data");
    let parser = parser_cases(&data.join("parser"))?;
    let dates = date_cases(&data.join("dates"))?;
    let names: BTreeSet<String> = parser.iter().map(|case| case.name.clone()).collect();
    let (parser_count, date_count) = (parser.len(), dates.len());

    let mut trials = vec![Trial::test("corpus::is-complete", move || {
        if (parser_count, date_count) == (222, 70) {
            return Ok(());
        }
        Err(format!("expected 222 parser cases and 70 dates, found {parser_count} and {date_count}").into())
    })];
    trials.push(Trial::test("corpus::has-every-stated-disagreement", move || {
        match DISAGREEMENTS.iter().find(|stated| !names.contains(stated.case)) {
            None => Ok(()),
            Some(stated) => Err(format!("the corpus has no case {}", stated.case).into()),
        }
    }));
    for model in UserAgentModel::ALL {
        trials.extend(
            parser
                .iter()
                .cloned()
                .map(|case| Trial::test(format!("parser::{model}::{}", case.name), move || case.judge(model))),
        );
        trials.extend(
            dates
                .iter()
                .cloned()
                .map(|case| Trial::test(format!("dates::{model}::{}", case.name), move || case.judge(model))),
        );
    }
    Ok(trials)
}

/// Set-Cookie lines of one response, and the Cookie field of the next request.
#[derive(Clone)]
struct ParserCase {
    name: String,
    lines: Vec<Vec<u8>>,
    /// Where the next request goes.
    host: String,
    path: String,
    expected: Option<Vec<u8>>,
}

impl ParserCase {
    fn read(name: &str, folder: &Path) -> Result<Self, String> {
        let mut case = Self {
            name: name.to_owned(),
            lines: Vec::new(),
            host: HOST.to_owned(),
            path: RESULT.to_owned(),
            expected: None,
        };
        for line in read(&folder.join(format!("{name}-test")))?.split(|octet| *octet == b'\n') {
            if let Some(value) = field(line, b"Set-Cookie:") {
                case.lines.push(value.to_vec());
            } else if let Some(location) = field(line, b"Location:") {
                let location = String::from_utf8_lossy(location).into_owned();
                match location.strip_prefix("http://").and_then(|rest| rest.split_once('/')) {
                    Some((authority, path)) => {
                        case.host = String::from(authority.split(':').next().unwrap_or(authority));
                        case.path = format!("/{path}");
                    }
                    None => case.path = location,
                }
            }
        }
        let expected = read(&folder.join(format!("{name}-expected")))?;
        case.expected =
            expected.split(|octet| *octet == b'\n').find_map(|line| field(line, b"Cookie:")).map(<[u8]>::to_vec);
        Ok(case)
    }

    fn sent(&self, model: UserAgentModel) -> Option<Vec<u8>> {
        let context = RequestContext::default();
        let mut jar = Jar::new(model);
        for line in &self.lines {
            jar.receive(&Origin::new(Scheme::Http, HOST, PORT), SETTER, &context, line, NOW);
        }
        let target = Origin { scheme: Scheme::Http, host: self.host.clone(), port: PORT };
        jar.cookie_string(&target, &self.path, &context, NOW)
    }

    fn judge(&self, model: UserAgentModel) -> Result<(), Failed> {
        let sent = self.sent(model);
        let stated = DISAGREEMENTS.iter().find(|stated| stated.case == self.name && stated.model == model);
        let wanted = match stated {
            None => self.expected.clone(),
            Some(stated) if sent == self.expected => {
                let because = stated.because;
                return Err(format!("stale: the model agrees with the corpus, but is said not to ({because})").into());
            }
            Some(stated) => stated.sends.map(|sends| sends.as_bytes().to_vec()),
        };
        if sent == wanted {
            return Ok(());
        }
        let lines: Vec<_> = self.lines.iter().map(|line| format!("{}", line.escape_ascii())).collect();
        let show = |cookie: Option<&Vec<u8>>| cookie.map_or("nothing".to_owned(), |c| c.escape_ascii().to_string());
        Err(format!("{lines:?}: wanted {}, sent {}", show(wanted.as_ref()), show(sent.as_ref())).into())
    }
}

/// A text and the moment it denotes, if any.
#[derive(Clone)]
struct DateCase {
    name: String,
    text: String,
    expected: Option<Timestamp>,
}

impl DateCase {
    fn judge(&self, model: UserAgentModel) -> Result<(), Failed> {
        let attribute = Attribute::new(b"Expires".to_vec(), Some(self.text.clone().into_bytes()), model);
        let agrees = match (&attribute.meaning, self.expected) {
            (Meaning::Expires(at), Some(expected)) => *at == expected,
            (Meaning::Ignored(IgnoredBecause::BadDate(_)), None) => true,
            _ => false,
        };
        if agrees {
            return Ok(());
        }
        Err(format!("{:?}: wanted {:?}, read {:?}", self.text, self.expected, attribute.meaning).into())
    }
}

fn parser_cases(folder: &Path) -> Result<Vec<ParserCase>, String> {
    let mut names: Vec<String> = files(folder)?
        .iter()
        .filter_map(|path| path.file_name()?.to_str()?.strip_suffix("-test").map(ToOwned::to_owned))
        .collect();
    names.sort();
    names.iter().map(|name| ParserCase::read(name, folder)).collect()
}

fn date_cases(folder: &Path) -> Result<Vec<DateCase>, String> {
    #[derive(serde::Deserialize)]
    struct Entry {
        test: String,
        expected: Option<String>,
    }
    let mut paths = files(folder)?;
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&read(&path)?).into_owned();
        // One of the files is JSON under a heading of comments.
        let json: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let entries: Vec<Entry> = serde_json::from_str(&json).map_err(|why| format!("{}: {why}", path.display()))?;
        for (index, entry) in (1..).zip(entries) {
            let expected = match entry.expected {
                None => None,
                Some(date) => Some(
                    parse_imf_fixdate(date.as_bytes()).map_err(|why| format!("{}: {date:?}: {why}", path.display()))?,
                ),
            };
            cases.push(DateCase { name: format!("{stem}-{index:02}"), text: entry.test, expected });
        }
    }
    Ok(cases)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let explain = |why: std::io::Error| format!("{}: {why}", folder.display());
    fs::read_dir(folder).map_err(explain)?.map(|entry| entry.map(|entry| entry.path()).map_err(explain)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// The value of a header line with this name, without the whitespace that HTTP strips.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let start = line.get(..name.len())?;
    if !start.eq_ignore_ascii_case(name) {
        return None;
    }
    let mut value = &line[name.len()..];
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    Some(value)
}

const NAMELESS: &str = "RFC 6265 ignored a pair without a name; RFC 6265bis §5.6 step 3 stores it as a nameless cookie";
const NO_TRUNCATION: &str =
    "the case, disabled in the corpus, wants the value cut at the octet; RFC 6265 §5.2 knows no such rule";
const NO_CONTROLS: &str =
    "the case, disabled in the corpus, wants the value cut at the octet; RFC 6265bis §5.6 step 1 ignores the line";
const NO_DECODING: &str =
    "the case, disabled in the corpus, wants percent escapes decoded; §5.1.4 compares paths as they are";
const EMPTY_DOMAIN: &str = "the case, optional in the corpus, wants an empty Domain skipped as RFC 6265 advises; in RFC 6265bis §5.7 \
     step 7 the last Domain counts, and an empty one means host-only";

const fn plain(case: &'static str, sends: Option<&'static str>, because: &'static str) -> Disagreement {
    Disagreement { case, model: UserAgentModel::Rfc6265, sends, because }
}

const fn bis(case: &'static str, sends: Option<&'static str>, because: &'static str) -> Disagreement {
    Disagreement { case, model: UserAgentModel::Rfc6265bis, sends, because }
}

const DISAGREEMENTS: &[Disagreement] = &[
    plain("disabled-chromium0022", Some("AAA=BB\0ZYX"), NO_TRUNCATION),
    plain("disabled-chromium0023", Some("AAA=BB\rZYX"), NO_TRUNCATION),
    plain("disabled-path0029", None, NO_DECODING),
    bis("disabled-chromium0022", None, NO_CONTROLS),
    bis("disabled-chromium0023", None, NO_CONTROLS),
    bis("disabled-path0029", None, NO_DECODING),
    bis("optional-domain0042", Some("foo=bar"), EMPTY_DOMAIN),
    bis("0004", Some("foo"), NAMELESS),
    bis("0021", Some("a=b; x; c=d"), NAMELESS),
    bis("0023", Some("foo"), NAMELESS),
    bis("0024", Some("foo"), NAMELESS),
    bis("0025", Some("foo"), NAMELESS),
    bis("0026", Some("foo"), NAMELESS),
    bis("0027", Some("bar"), NAMELESS),
    bis("0028", Some("foo"), NAMELESS),
    bis("chromium0009", Some("BLAHHH"), NAMELESS),
    bis("chromium0010", Some("\"BLA\\\"HHH\""), NAMELESS),
    bis("chromium0012", Some("ABC"), NAMELESS),
    bis("mozilla0012", Some("test=\"fubar! = foo; five"), NAMELESS),
    bis("mozilla0014", Some("six"), NAMELESS),
    bis("mozilla0015", Some("seven"), NAMELESS),
    bis("mozilla0016", Some("eight"), NAMELESS),
    bis("mozilla0017", Some("eight; test=six"), NAMELESS),
    bis("name0017", Some("a=bar"), NAMELESS),
    bis("name0023", Some("foo"), NAMELESS),
    bis("name0025", Some("==a=bar"), NAMELESS),
    bis("name0028", Some("a"), NAMELESS),
    bis("name0031", Some("\"foo"), NAMELESS),
    bis("name0032", Some("\"foo\\\"bar"), NAMELESS),
    bis("name0033", Some("aaa"), NAMELESS),
];
