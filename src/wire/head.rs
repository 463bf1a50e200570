//! Taking heads apart without losing an octet.
//!
//! Lines end at LF; a CR before it belongs to the line end. Everything else is
//! kept and, where it is odd, reported.

use std::ops::Range;

use super::{Anomaly, AnomalyKind, HeaderLine};

/// Why octets are no head of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotHttp {
    pub(super) what: &'static str,
    pub(super) offset: usize,
}

/// Finds the end of a head in octets that arrive piece by piece.
#[derive(Default)]
pub(super) struct HeadEnd {
    scanned: usize,
    line_start: usize,
    begun: bool,
}

impl HeadEnd {
    /// The length of the head with its empty line, once that is there. Empty lines before the first line do not end it.
    pub(super) fn find(&mut self, octets: &[u8]) -> Option<usize> {
        while let Some(at) = octets[self.scanned..].iter().position(|&octet| octet == b'\n') {
            let feed = self.scanned + at;
            let line = &octets[self.line_start..feed];
            let empty = matches!(line, b"" | b"\r");
            self.scanned = feed + 1;
            self.line_start = feed + 1;
            if empty && self.begun {
                return Some(feed + 1);
            }
            self.begun |= !empty;
        }
        self.scanned = octets.len();
        None
    }
}

/// One line of a head.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Where it begins.
    pub(super) start: usize,
    /// Without its end.
    pub(super) text: &'a [u8],
    /// Octets of its end: 2 for CR LF, 1 for LF, 0 where the octets run out.
    ending: usize,
}

impl Line<'_> {
    /// Where its text ends.
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Where the next line begins.
    pub(super) fn next(&self) -> usize {
        self.end() + self.ending
    }

    /// Reports what is odd about the octets of the line, each kind once.
    fn inspect(&self, base: usize, anomalies: &mut Vec<Anomaly>) {
        let mut found: Vec<Anomaly> = Vec::new();
        let mut note = |kind, at: usize| {
            if !found.iter().any(|anomaly| anomaly.kind == kind) {
                found.push(Anomaly { kind, offset: base + self.start + at });
            }
        };
        for (at, &octet) in self.text.iter().enumerate() {
            match octet {
                0 => note(AnomalyKind::Nul, at),
                b'\r' => note(AnomalyKind::BareCarriageReturn, at),
                b'\t' | b' '..=b'~' | 0x80.. => {}
                _ => note(AnomalyKind::ControlOctet, at),
            }
        }
        if self.ending == 1 {
            note(AnomalyKind::BareLineFeed, self.text.len());
        }
        anomalies.append(&mut found);
    }
}

/// The lines of `octets`, the last one perhaps without an end.
pub(super) fn lines(octets: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = octets.get(start..).filter(|rest| !rest.is_empty())?;
        let feed = rest.iter().position(|&octet| octet == b'\n');
        let (text, ending) = match feed {
            Some(at) if at > 0 && rest[at - 1] == b'\r' => (&rest[..at - 1], 2),
            Some(at) => (&rest[..at], 1),
            None => (rest, 0),
        };
        let line = Line { start, text, ending };
        start += text.len() + ending;
        Some(line)
    })
}

/// Field lines, and where each begins.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) lines: Vec<HeaderLine>,
    pub(super) offsets: Vec<usize>,
}

/// Reads field lines up to an empty line or the end. `base` is where `octets` begins in the message.
pub(super) fn fields(octets: &[u8], base: usize, anomalies: &mut Vec<Anomaly>) -> Fields {
    let mut fields = Fields::default();
    let mut open: Option<OpenField> = None;
    for line in lines(octets) {
        if line.text.is_empty() {
            if line.ending == 1 {
                anomalies.push(Anomaly { kind: AnomalyKind::BareLineFeed, offset: base + line.start });
            }
            break;
        }
        let continues = matches!(line.text[0], b' ' | b'\t');
        let before = anomalies.len();
        if continues && let Some(field) = &mut open {
            anomalies.push(Anomaly { kind: AnomalyKind::FoldedLine, offset: base + line.start });
            field.fold(octets, &line);
        } else {
            if let Some(done) = open.take() {
                done.close(octets, base, &mut fields);
            }
            open = Some(OpenField::begin(&line, base, anomalies));
        }
        line.inspect(base, anomalies);
        anomalies[before..].sort_by_key(|anomaly| anomaly.offset);
    }
    if let Some(done) = open {
        done.close(octets, base, &mut fields);
    }
    fields
}

/// A field whose value may go on with the next line.
struct OpenField {
    name: String,
    start: usize,
    value: Range<usize>,
    unfolded: Option<Vec<u8>>,
}

impl OpenField {
    fn begin(line: &Line<'_>, base: usize, anomalies: &mut Vec<Anomaly>) -> Self {
        let mut note = |kind, at: usize| anomalies.push(Anomaly { kind, offset: base + line.start + at });
        let lead = line.text.iter().take_while(|octet| is_blank(**octet)).count();
        if lead > 0 {
            note(AnomalyKind::StrayContinuation, 0);
        }
        let Some(colon) = line.text.iter().position(|&octet| octet == b':') else {
            note(AnomalyKind::MissingColon, 0);
            return Self { name: String::new(), start: line.start, value: line.start..line.end(), unfolded: None };
        };
        let name = &line.text[..colon];
        let name_end = name.iter().rposition(|&octet| !is_blank(octet)).map_or(0, |last| last + 1);
        if name_end < colon {
            note(AnomalyKind::SpaceBeforeColon, name_end);
        }
        if name_end == 0 {
            note(AnomalyKind::BadFieldName, 0);
        } else if let Some(at) = name[lead..name_end].iter().position(|&octet| !is_token(octet)) {
            note(AnomalyKind::BadFieldName, lead + at);
        }
        Self {
            name: String::from_utf8_lossy(name).into_owned(),
            start: line.start,
            value: line.start + colon + 1..line.end(),
            unfolded: None,
        }
    }

    fn fold(&mut self, octets: &[u8], line: &Line<'_>) {
        let mut value = self.unfolded.take().unwrap_or_else(|| octets[self.value.clone()].to_vec());
        value.truncate(value.iter().rposition(|&octet| !is_blank(octet)).map_or(0, |last| last + 1));
        value.push(b' ');
        value.extend(line.text.iter().skip_while(|octet| is_blank(**octet)));
        self.unfolded = Some(value);
        self.value.end = line.end();
    }

    fn close(self, octets: &[u8], base: usize, fields: &mut Fields) {
        let raw = octets[self.value].to_vec();
        fields.offsets.push(base + self.start);
        fields.lines.push(match self.unfolded {
            Some(unfolded) => HeaderLine::folded(self.name, raw, unfolded),
            None => HeaderLine::from_raw(self.name, raw),
        });
    }
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// Whether an octet may stand in a token (RFC 9110, section 5.6.2).
pub(super) fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet)
}

/// The head of a response, taken apart.
pub(super) struct ResponseHead {
    /// Whether it says HTTP/1.0, where connections end unless kept.
    pub(super) old: bool,
    pub(super) status: u16,
    pub(super) reason: Vec<u8>,
    pub(super) fields: Fields,
    pub(super) anomalies: Vec<Anomaly>,
}

/// Whether octets may still become a response, so that garbage need not be read to its end.
pub(super) fn may_be_response(octets: &[u8]) -> bool {
    let line = octets.iter().skip_while(|octet| matches!(octet, b'\r' | b'\n'));
    line.zip(b"HTTP/").all(|(octet, wanted)| octet.eq_ignore_ascii_case(wanted))
}

/// Takes the head of a response apart.
pub(super) fn response_head(head: &[u8]) -> Result<ResponseHead, NotHttp> {
    let mut anomalies = Vec::new();
    let mut rows = lines(head).inspect(|line| {
        if line.text.is_empty() {
            anomalies.push(Anomaly { kind: AnomalyKind::LeadingBlankLine, offset: line.start });
        }
    });
    let status_line = rows.find(|line| !line.text.is_empty());
    drop(rows);
    let Some(line) = status_line else {
        return Err(NotHttp { what: "no status line", offset: 0 });
    };
    let status = StatusLine::read(&line, &mut anomalies)?;
    line.inspect(0, &mut anomalies);
    let rest = line.next();
    let fields = fields(&head[rest..], rest, &mut anomalies);
    Ok(ResponseHead { old: status.old, status: status.code, reason: status.reason.to_vec(), fields, anomalies })
}

struct StatusLine<'a> {
    old: bool,
    code: u16,
    reason: &'a [u8],
}

impl<'a> StatusLine<'a> {
    /// Reads `HTTP/1.1 SP code SP [reason]`, other spacing and case with a note.
    fn read(line: &Line<'a>, anomalies: &mut Vec<Anomaly>) -> Result<Self, NotHttp> {
        let wrong = |what, at: usize| NotHttp { what, offset: line.start + at };
        let text = line.text;
        if text.len() < 5 || !text[..5].eq_ignore_ascii_case(b"HTTP/") {
            return Err(wrong("no status line", 0));
        }
        let version_end = text.iter().position(|&octet| is_blank(octet)).unwrap_or(text.len());
        let version = &text[5..version_end];
        if version.is_empty() || !version.iter().all(|octet| octet.is_ascii_digit() || *octet == b'.') {
            return Err(wrong("no version", 5));
        }
        let gap = text[version_end..].iter().take_while(|octet| is_blank(**octet)).count();
        let code_at = version_end + gap;
        let digits = text[code_at..].iter().take_while(|octet| octet.is_ascii_digit()).count();
        let after = &text[code_at + digits..];
        if digits != 3 || !after.first().is_none_or(|octet| is_blank(*octet)) {
            return Err(wrong("no status code of three digits", code_at));
        }
        let code = text[code_at..code_at + 3].iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        if code < 100 {
            return Err(wrong("a status code below 100", code_at));
        }
        if !matches!(version, b"1.0" | b"1.1") {
            anomalies.push(Anomaly { kind: AnomalyKind::OddVersion, offset: line.start + 5 });
        }
        if !text.starts_with(b"HTTP/") || text[version_end..code_at] != *b" " || after.first() != Some(&b' ') {
            anomalies.push(Anomaly { kind: AnomalyKind::OddStatusLine, offset: line.start });
        }
        Ok(Self { old: version == b"1.0", code, reason: after.get(1..).unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(head: &[u8]) -> Vec<(AnomalyKind, usize)> {
        response_head(head).unwrap().anomalies.iter().map(|anomaly| (anomaly.kind, anomaly.offset)).collect()
    }

    fn pairs(head: &[u8]) -> Vec<(String, Vec<u8>)> {
        let fields = response_head(head).unwrap().fields;
        fields.lines.iter().map(|line| (line.name.clone(), line.value().to_vec())).collect()
    }

    #[test]
    fn a_clean_head_has_no_anomalies() {
        let head = b"HTTP/1.1 200 OK\r\nA: b\r\nEmpty:\r\nObs: \xff\t\x80\r\n\r\n";
        assert_eq!(kinds(head), []);
        assert_eq!(kinds(b"HTTP/1.0 204 \r\n\r\n"), []);
    }

    #[test]
    fn oddities_are_kept_and_reported_where_they_stand() {
        use AnomalyKind::*;
        for (head, expected) in [
            (&b"HTTP/1.1 200 OK\nA: b\n\n"[..], vec![(BareLineFeed, 15), (BareLineFeed, 20), (BareLineFeed, 21)]),
            (b"\r\nHTTP/1.1 200 OK\r\n\r\n", vec![(LeadingBlankLine, 0)]),
            (b"http/1.1 200 OK\r\n\r\n", vec![(OddStatusLine, 0)]),
            (b"HTTP/1.1  200 OK\r\n\r\n", vec![(OddStatusLine, 0)]),
            (b"HTTP/1.1 200\r\n\r\n", vec![(OddStatusLine, 0)]),
            (b"HTTP/2 200 OK\r\n\r\n", vec![(OddVersion, 5)]),
            (b"HTTP/1.1 200 OK\r\nA: b\0c\0\r\n\r\n", vec![(Nul, 21)]),
            (b"HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", vec![(BareCarriageReturn, 21)]),
            (b"HTTP/1.1 200 OK\r\nA: b\x7f\x01\r\n\r\n", vec![(ControlOctet, 21)]),
            (b"HTTP/1.1 200 OK\r\nA b\r\n\r\n", vec![(MissingColon, 17)]),
            (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", vec![(SpaceBeforeColon, 18)]),
            (b"HTTP/1.1 200 OK\r\n: b\r\n\r\n", vec![(BadFieldName, 17)]),
            (b"HTTP/1.1 200 OK\r\nA(: b\r\n\r\n", vec![(BadFieldName, 18)]),
            (b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", vec![(StrayContinuation, 17)]),
            (b"HTTP/1.1 200 OK\r\nA: b\r\n c\0\r\n\r\n", vec![(FoldedLine, 23), (Nul, 25)]),
        ] {
            assert_eq!(kinds(head), expected, "{}", head.escape_ascii());
        }
    }

    #[test]
    fn folds_read_as_one_space_and_stay_in_raw() {
        let head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; \r\n\t Path=/\r\n\r\nX";
        let fields = response_head(head).unwrap().fields;
        assert_eq!(fields.lines[0].value(), b"a=1; Path=/".as_slice());
        assert_eq!(fields.lines[0].raw(), b" a=1; \r\n\t Path=/".as_slice());
        assert_eq!(fields.offsets, [17]);
    }

    #[test]
    fn a_line_without_colon_is_kept_under_no_name() {
        let head = b"HTTP/1.1 200 OK\r\nSet-Cookie a=1\r\nB: 2\r\n\r\n";
        let expected = [(String::new(), b"Set-Cookie a=1".to_vec()), ("B".to_owned(), b"2".to_vec())];
        assert_eq!(pairs(head), expected);
    }

    #[test]
    fn what_has_no_status_is_no_head() {
        for (head, offset) in [
            (&b"200 OK\r\n\r\n"[..], 0),
            (b"HTTP/ 200 OK\r\n\r\n", 5),
            (b"HTTP/1.1 OK\r\n\r\n", 9),
            (b"HTTP/1.1 2000 OK\r\n\r\n", 9),
            (b"HTTP/1.1 099 OK\r\n\r\n", 9),
            (b"HTTP/1.1\r\n\r\n", 8),
        ] {
            let error = response_head(head).err().unwrap();
            assert_eq!(error.offset, offset, "{}", head.escape_ascii());
        }
    }

    #[test]
    fn the_end_is_found_however_the_octets_arrive() {
        let octets = b"\r\nHTTP/1.1 200 OK\r\nA: b\n\r\nbody\r\n\r\n";
        let mut end = HeadEnd::default();
        let found = (0..=octets.len()).find_map(|count| end.find(&octets[..count]));
        assert_eq!(found, Some(26));
        assert_eq!(HeadEnd::default().find(octets), Some(26));
        assert_eq!(HeadEnd::default().find(b"\r\n\r\n\r\n"), None);
    }
}
