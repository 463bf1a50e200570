//! Targets that no file describes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::contract::Facts;
use crate::document::Source;
use crate::target::{Binding, Target};

/// A target without anything beyond its name and binding.
pub(super) fn made_up(source: Source, name: &str, binding: Binding) -> Target {
    Target {
        source,
        folder: PathBuf::from("."),
        name: name.to_owned(),
        about: String::new(),
        binding,
        base_url: None,
        allow_hosts: Vec::new(),
        install: Vec::new(),
        launch: None,
        services: BTreeMap::new(),
        axes: Vec::new(),
        variants: Vec::new(),
        hosts: BTreeMap::new(),
        facts: Facts::new(),
        session_cookies: Vec::new(),
        claims: Vec::new(),
        known: Vec::new(),
    }
}
