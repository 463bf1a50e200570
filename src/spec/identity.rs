//! Names of specs, cases, rules, faults and clients.

use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps text that the reader has checked.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

name! {
    /// A spec's id, its path without the ending: `cookies/delete`.
    SpecId
}
name! {
    /// A rule of the catalogue: `cookie.set.name-token`.
    RuleId
}
name! {
    /// A fault of the reference server: `delete-ignores-path`.
    FaultName
}
name! {
    /// A client of a spec: `alice`.
    ClientName
}
name! {
    /// A design that `classify` names: `last-write-wins`.
    DesignName
}
name! {
    /// A case: `cookies/delete#same-path`, and `cookies/delete#same-path@row` for a row of its examples.
    CaseId
}

impl RuleId {
    /// The group of the rule: `cookie.set`, `session.logout`, or `cache`, which has no parts.
    #[must_use]
    pub fn group(&self) -> &str {
        let mut dots = self.0.match_indices('.').map(|(at, _)| at);
        let first = dots.next().unwrap_or(self.0.len());
        let end = if &self.0[..first] == "cache" { first } else { dots.next().unwrap_or(first) };
        &self.0[..end]
    }
}

impl CaseId {
    /// The id of a case of a spec, or of one row of its examples.
    #[must_use]
    pub fn of(spec: &SpecId, case: &str, row: Option<&str>) -> Self {
        Self(match row {
            None => format!("{spec}#{case}"),
            Some(row) => format!("{spec}#{case}@{row}"),
        })
    }

    /// The id without the row of its examples.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.split_once('@').map_or(self.0.as_str(), |(base, _)| base)
    }

    /// The spec part, before `#`.
    #[must_use]
    pub fn spec(&self) -> &str {
        self.0.split_once('#').map_or(self.0.as_str(), |(spec, _)| spec)
    }
}

#[cfg(test)]
mod tests {
    use super::RuleId;

    #[test]
    fn rules_have_groups() {
        for (id, group) in [
            ("cookie.set.name-token", "cookie.set"),
            ("cache.vary-cookie.both-variants", "cache"),
            ("cache.vary-cookie", "cache"),
            ("rule.alone", "rule"),
            ("alone", "alone"),
        ] {
            assert_eq!(RuleId::new(id).group(), group, "{id}");
        }
    }
}
