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
