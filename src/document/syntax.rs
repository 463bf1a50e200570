//! Forms that a text may have to follow.

/// The form of a text: how people, editors and the check know it.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    /// What it is, with its article: "a kebab-case name".
    pub name: &'static str,
    /// The form in one sentence, for the cause of a diagnostic.
    pub rule: &'static str,
    /// A text of this form.
    pub example: &'static str,
    /// The form as a regular expression (ECMA 262), for JSON Schema. It accepts
    /// at least what `holds` accepts.
    pub pattern: &'static str,
    /// Whether a text has the form.
    pub holds: fn(&str) -> bool,
    /// What was probably meant; used only when it holds.
    pub repair: fn(&str) -> String,
}

impl PartialEq for Syntax {
    /// By name: the functions follow from it.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Syntax {
    /// `after-flush`: the ids of cases, designs, faults and variants.
    pub const KEBAB: Self = Self {
        name: "a kebab-case name",
        rule: "it consists of lower-case letters, digits and single hyphens, and begins with a letter",
        example: "after-flush",
        pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
        holds: |text| begins_with_letter(text) && text.split('-').all(is_word),
        repair: |text| lower(text, '-'),
    };

    /// `cookies/expires-and-max-age`: the ids of specs.
    pub const PATH: Self = Self {
        name: "a path of kebab-case names",
        rule: "it consists of kebab-case names with `/` between them",
        example: "cookies/expires-and-max-age",
        pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*)*$",
        holds: |text| text.split('/').all(Self::KEBAB.holds),
        repair: |text| {
            let text = text.trim_matches('/').replace(' ', "-");
            lower(text.trim_end_matches(".yaml"), '-')
        },
    };

    /// `cookie.set.max-age-expires-agree`: operations, controls and rules.
    pub const DOTTED: Self = Self {
        name: "a dotted name",
        rule: "it consists of lower-case words with `.` between them; words may hold digits, `-` and `_`",
        example: "cookie.set",
        pattern: "^[a-z][a-z0-9]*([-_][a-z0-9]+)*(\\.[a-z][a-z0-9]*([-_][a-z0-9]+)*)*$",
        holds: |text| text.split('.').all(|part| begins_with_letter(part) && part.split(['-', '_']).all(is_word)),
        repair: |text| text.trim_matches('.').to_lowercase().replace(' ', "-"),
    };

    /// `cached_db`: engines, facts, axes, services.
    pub const IDENTIFIER: Self = Self {
        name: "an identifier",
        rule: "it consists of lower-case letters, digits and underscores, and begins with a letter",
        example: "cached_db",
        pattern: "^[a-z][a-z0-9_]*$",
        holds: |text| begins_with_letter(text) && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_')),
        repair: |text| lower(text, '_'),
    };

    /// `$lifetime`: a saved value.
    pub const VARIABLE: Self = Self {
        name: "a saved value",
        rule: "it consists of a `$` and an identifier",
        example: "$lifetime",
        pattern: "^\\$[a-z][a-z0-9_]*$",
        holds: |text| text.strip_prefix('$').is_some_and(Self::IDENTIFIER.holds),
        repair: |text| format!("${}", lower(text.trim_start_matches('$'), '_')),
    };

    /// `2027-06-30`: a day.
    pub const DATE: Self = Self {
        name: "a date",
        rule: "it is a day that exists, written as year, month and day",
        example: "2027-06-30",
        pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        holds: is_date,
        repair: |text| text.replace(['/', '.'], "-"),
    };
}

fn begins_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Lower case, with `joint` between words.
fn lower(text: &str, joint: char) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in text.trim().chars() {
        if matches!(c, '-' | '_' | ' ') {
            out.push(joint);
            after_lower = false;
            continue;
        }
        if c.is_uppercase() && after_lower {
            out.push(joint);
        }
        after_lower = c.is_lowercase();
        out.extend(c.to_lowercase());
    }
    out
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let digits = |part: &str, length| {
        (part.len() == length && part.bytes().all(|c| c.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let table: [(Syntax, &[&str], &[&str]); 6] = [
            (Syntax::KEBAB, &["a", "after-flush", "x2-3"], &["", "A", "a--b", "-a", "a-", "2a", "a_b", "é"]),
            (Syntax::PATH, &["a", "cookies/expires-and-max-age"], &["/a", "a/", "a//b", "a/B"]),
            (Syntax::DOTTED, &["cookie.set", "a.b-c.d_e", "control"], &["", ".", "a.", ".a", "a..b", "a.-b", "A.b"]),
            (Syntax::IDENTIFIER, &["db", "cached_db", "a1_"], &["", "_a", "1a", "a-b", "aB"]),
            (Syntax::VARIABLE, &["$a", "$life_time"], &["a", "$", "$$a", "$1"]),
            (
                Syntax::DATE,
                &["2024-02-29", "2027-06-30", "2000-02-29"],
                &["2023-02-29", "2027-13-01", "2027-6-30", "1900-02-29", "2027-06-31", "x"],
            ),
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
            (Syntax::KEBAB, "Asked For_both", "asked-for-both"),
            (Syntax::KEBAB, "cacheFlush", "cache-flush"),
            (Syntax::PATH, "Cookies/MaxAge.yaml", "cookies/max-age"),
            (Syntax::IDENTIFIER, "cached-db", "cached_db"),
            (Syntax::VARIABLE, "lifeTime", "$life_time"),
            (Syntax::DATE, "2027/06/30", "2027-06-30"),
        ] {
            assert_eq!((syntax.repair)(text), expected);
        }
    }
}
