//! Variants: a point on a target's axes.

use std::collections::BTreeMap;
use std::fmt;

use super::{Axis, Target, VariantPattern};
use crate::contract::Facts;

/// One value of each axis. Prints as `engine=db,release=5.2`, or `default` for a target without axes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Variant {
    choices: Vec<(String, String)>,
}

/// A choice that a target does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariantError {
    /// No such axis.
    #[error("the target has no axis `{axis}`: it has {known}")]
    NoAxis {
        /// What was asked for.
        axis: String,
        /// What there is.
        known: String,
    },
    /// No such value.
    #[error("axis `{axis}` has no value `{value}`: it has {known}")]
    NoValue {
        /// The axis.
        axis: String,
        /// What was asked for.
        value: String,
        /// What there is.
        known: String,
    },
}

impl Variant {
    /// The value on an axis.
    #[must_use]
    pub fn value(&self, axis: &str) -> Option<&str> {
        self.choices.iter().find(|(name, _)| name == axis).map(|(_, value)| value.as_str())
    }

    /// Axis and value, in the order of the target file.
    #[must_use]
    pub fn choices(&self) -> &[(String, String)] {
        &self.choices
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.choices.is_empty() {
            return formatter.write_str("default");
        }
        for (index, (axis, value)) in self.choices.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            write!(formatter, "{axis}={value}")?;
        }
        Ok(())
    }
}

impl Target {
    /// The variants of a plain run: what `variants` says, or the default and each other value of each axis.
    pub fn default_variants(&self) -> Result<Vec<Variant>, VariantError> {
        if !self.variants.is_empty() {
            return self.expand(&self.variants);
        }
        let mut patterns = vec![VariantPattern::default()];
        for axis in &self.axes {
            patterns.push(VariantPattern(BTreeMap::from([(axis.name.clone(), "*".to_owned())])));
        }
        self.expand(&patterns)
    }

    /// The variants that patterns stand for, each once, in the order of the patterns.
    pub fn expand(&self, patterns: &[VariantPattern]) -> Result<Vec<Variant>, VariantError> {
        let mut variants = Vec::new();
        for pattern in patterns {
            self.check(pattern)?;
            let mut partial = vec![Variant::default()];
            for axis in &self.axes {
                let values = chosen(axis, pattern.0.get(&axis.name).map(String::as_str));
                partial = partial
                    .into_iter()
                    .flat_map(|variant| {
                        values.iter().map(move |value| {
                            let mut choices = variant.choices.clone();
                            choices.push((axis.name.clone(), (*value).to_owned()));
                            Variant { choices }
                        })
                    })
                    .collect();
            }
            for variant in partial {
                if !variants.contains(&variant) {
                    variants.push(variant);
                }
            }
        }
        Ok(variants)
    }

    /// The facts that the target file states about a variant.
    #[must_use]
    pub fn facts_of(&self, variant: &Variant) -> Facts {
        let mut facts = self.facts.clone();
        for axis in &self.axes {
            let value = variant.value(&axis.name);
            if let Some(chosen) = axis.values.iter().find(|candidate| Some(candidate.name.as_str()) == value) {
                facts.extend(chosen.facts.iter().map(|(name, fact)| (name.clone(), fact.clone())));
            }
        }
        facts
    }

    fn check(&self, pattern: &VariantPattern) -> Result<(), VariantError> {
        for (name, value) in &pattern.0 {
            let axis = self.axes.iter().find(|axis| axis.name == *name).ok_or_else(|| VariantError::NoAxis {
                axis: name.clone(),
                known: list(self.axes.iter().map(|axis| axis.name.as_str())),
            })?;
            if value != "*" && !axis.values.iter().any(|candidate| candidate.name == *value) {
                return Err(VariantError::NoValue {
                    axis: name.clone(),
                    value: value.clone(),
                    known: list(axis.values.iter().map(|value| value.name.as_str())),
                });
            }
        }
        Ok(())
    }
}

fn chosen<'a>(axis: &'a Axis, choice: Option<&'a str>) -> Vec<&'a str> {
    match choice {
        Some("*") => axis.values.iter().map(|value| value.name.as_str()).collect(),
        Some(value) => vec![value],
        None => axis.values.first().map(|value| value.name.as_str()).into_iter().collect(),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
