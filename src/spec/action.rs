//! What a step can do, by the word under `do`.

use super::ProbeInfo;
use crate::contract::{CONTROLS, Control, OPERATIONS, Operation, Parameter, ParameterKind, operation};
use crate::document::nearest;

/// Something that can be done to a browser.
#[derive(Debug, Clone, Copy)]
pub(super) struct BrowserActionInfo {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) parameters: &'static [Parameter],
}

const COOKIE: Parameter = must("cookie", "the cookie's name, or `session`");

/// Everything that can be done to a browser.
pub(super) const BROWSER_ACTIONS: &[BrowserActionInfo] = &[
    BrowserActionInfo {
        name: "browser.restart",
        about: "the browser is closed and opened again: cookies without a lifetime are gone",
        parameters: &[],
    },
    BrowserActionInfo {
        name: "browser.plant",
        about: "a cookie is put into the jar, as an attacker or another tab would",
        parameters: &[
            COOKIE,
            may("value", "its value"),
            may("base64", "its octets in base64, in place of a value"),
            may("path", "its path; `/` when nothing is said"),
        ],
    },
    BrowserActionInfo {
        name: "browser.copy",
        about: "cookies of another client are put into the jar, as an attacker who can set cookies would",
        parameters: &[
            must("from", "the client whose cookies they are"),
            may("except", "the cookie, or `session`, that is left out"),
        ],
    },
    BrowserActionInfo {
        name: "browser.forget",
        about: "the cookies of a name are removed from the jar",
        parameters: &[COOKIE],
    },
    BrowserActionInfo {
        name: "browser.tamper",
        about: "a cookie's value is damaged: flip, cut, append, swap_case, unsigned, no_algorithm or move_to",
        parameters: &[
            COOKIE,
            must("how", "in which way"),
            may("to", "for `how: move_to`: the name of the cookie that the value moves to"),
        ],
    },
];

const fn must(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ParameterKind::Text, required: true, about }
}

const fn may(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ParameterKind::Text, required: false, about }
}

/// What a word under `do` means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Known {
    Operation(&'static Operation),
    Request,
    Visit,
    Browser(&'static BrowserActionInfo),
    Control(Control),
    Probe(&'static ProbeInfo),
}

impl Known {
    /// The meaning of `word`.
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            "request" => Some(Self::Request),
            "visit" => Some(Self::Visit),
            _ => operation(word)
                .map(Self::Operation)
                .or_else(|| Control::named(word).map(Self::Control))
                .or_else(|| ProbeInfo::named(word).map(Self::Probe))
                .or_else(|| BROWSER_ACTIONS.iter().find(|action| action.name == word).map(Self::Browser)),
        }
    }
}

/// The word that was probably meant, among all or among operations only.
pub(super) fn meant(word: &str, operations_only: bool) -> Option<&'static str> {
    let operations = OPERATIONS.iter().map(|operation| operation.name);
    if operations_only {
        return nearest(word, operations);
    }
    let controls = CONTROLS.iter().map(|control| control.name);
    let probes = super::PROBES.iter().map(|probe| probe.name);
    let browser = BROWSER_ACTIONS.iter().map(|action| action.name);
    nearest(word, operations.chain(["request", "visit"]).chain(browser).chain(controls).chain(probes))
}
