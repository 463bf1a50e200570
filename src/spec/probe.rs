//! Probes: native code with a name, for what data cannot say. A closed table.

use crate::contract::{Parameter, ParameterKind, ResultField};

/// One probe.
#[derive(Debug, Clone, Copy)]
pub struct ProbeInfo {
    /// Its name in specs.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// How its result is spoken of.
    pub result: ResultField,
}

/// Every probe that a spec may name.
pub const PROBES: &[ProbeInfo] = &[
    ProbeInfo {
        name: "probe.readable",
        about: "whether anybody can read a text out of a cookie's value: as it stands, percent-decoded, or in a part \
                that is base64 or base64url",
        parameters: &[
            must("value", ParameterKind::Text, "the cookie's value"),
            must("marker", ParameterKind::Text, "the text to look for"),
        ],
        result: ResultField::Value("readable"),
    },
    ProbeInfo {
        name: "probe.unique",
        about: "whether all values of a list differ",
        parameters: &[must("values", ParameterKind::Json, "the list, as `repeat` collects it")],
        result: ResultField::Value("unique"),
    },
    ProbeInfo {
        name: "probe.key_entropy",
        about: "how many bits the values of a list can hold at most, judged by the characters seen at each place",
        parameters: &[must("values", ParameterKind::Json, "the list, as `repeat` collects it")],
        result: ResultField::Value("bits"),
    },
    ProbeInfo {
        name: "probe.predictable",
        about: "whether the values of a list are a counter or a clock, as they stand, reversed or encoded, with \
                too little beside it that varies",
        parameters: &[must("values", ParameterKind::Json, "the list, in the order in which the values were made")],
        result: ResultField::Value("predictable"),
    },
    ProbeInfo {
        name: "probe.growth",
        about: "how the time of four sizes, each twice the one before, grows: `quick` when it hardly does, `linear` or \
                `quadratic`; inconclusive when the times say neither",
        parameters: &[
            must(
                "single",
                ParameterKind::Json,
                "the times of the smallest size, in microseconds, as `repeat` collects them",
            ),
            must("double", ParameterKind::Json, "the times of twice the size"),
            must("fourfold", ParameterKind::Json, "the times of four times the size"),
            must("eightfold", ParameterKind::Json, "the times of eight times the size"),
        ],
        result: ResultField::Value("growth"),
    },
    ProbeInfo {
        name: "probe.biased",
        about: "whether at some place of the values of a list one character is far more frequent than chance allows; \
                needs a hundred values",
        parameters: &[must("values", ParameterKind::Json, "the list, as `repeat` collects it")],
        result: ResultField::Value("biased"),
    },
];

const fn must(name: &'static str, kind: ParameterKind, about: &'static str) -> Parameter {
    Parameter { name, kind, required: true, about }
}

impl ProbeInfo {
    /// The probe called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROBES.iter().find(|probe| probe.name == name)
    }
}
