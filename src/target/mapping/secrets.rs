//! Secrets: taken from the environment, never shown.

use std::collections::BTreeMap;
use std::fmt;

use super::model::Mapping;
use crate::document::Source;

/// The secrets of a mapping. Printing them gives their names only.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

/// A secret that the environment does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret `{name}` comes from the environment variable {variable}, which is {state} ({place}): set it, as in \
     `{variable}=… hardtack …`"
)]
pub struct MissingSecret {
    /// Its name in the file.
    pub name: String,
    /// The environment variable.
    pub variable: String,
    /// Why there is none: not set, or empty.
    pub state: &'static str,
    /// Where the file names it.
    pub place: String,
}

impl Secrets {
    /// Takes the secrets of a mapping from the environment.
    pub fn from_environment(
        mapping: &Mapping,
        source: &Source,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, MissingSecret> {
        let mut secrets = BTreeMap::new();
        for (name, (variable, span)) in &mapping.secrets {
            let missing = |state| MissingSecret {
                name: name.clone(),
                variable: variable.clone(),
                state,
                place: format!("{}:{}", source.name(), span.line),
            };
            match environment(variable) {
                None => return Err(missing("not set")),
                Some(value) if value.is_empty() => return Err(missing("empty")),
                Some(value) => secrets.insert(name.clone(), value),
            };
        }
        Ok(Self(secrets))
    }

    /// The secret of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All of them, to be hidden in evidence.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Secrets").field(&self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    #[test]
    fn a_secret_is_found_or_named_and_never_printed() {
        let secrets = [("bob".to_owned(), ("BOB_PASSWORD".to_owned(), Span::START))].into();
        let mapping = Mapping { secrets, ..Mapping::default() };
        let source = Source::new("target.yaml", "");
        let found =
            Secrets::from_environment(&mapping, &source, |name| (name == "BOB_PASSWORD").then(|| "hunter2".to_owned()))
                .unwrap();
        assert_eq!(found.get("bob"), Some("hunter2"));
        assert!(!format!("{found:?}").contains("hunter2"));
        for (value, state) in [(None, "not set"), (Some(String::new()), "empty")] {
            let error = Secrets::from_environment(&mapping, &source, |_| value.clone()).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "the secret `bob` comes from the environment variable BOB_PASSWORD, which is {state} \
                     (target.yaml:1): set it, as in `BOB_PASSWORD=… hardtack …`"
                )
            );
        }
    }
}
