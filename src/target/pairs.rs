//! A file of version pairs: the last release that had a defect, beside the first that had not.

use std::collections::BTreeMap;

use super::VariantPattern;
use super::forms::{CASE, VALUE};
use crate::document::{Diagnostic, Diagnostics, Node, Shape, Shapes, Source, Span, read};
use crate::spec::CaseId;

/// A file of version pairs.
#[derive(Debug, Clone)]
pub struct PairsFile {
    /// Its text, for places.
    pub source: Source,
    /// The pairs, in the order of the file.
    pub pairs: Vec<Pair>,
}

/// Two variants of a target: one with a defect that really happened, one without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// A short name.
    pub name: String,
    /// The folder of the target, as seen from the file.
    pub target: String,
    /// What kind of defect it is.
    pub class: String,
    /// Where it is described, `CVE-2023-30861`.
    pub reference: Option<String>,
    /// What was updated, `flask 2.2.4 -> 2.2.5`.
    pub package: String,
    /// The variant that has the defect; axes that are left out have their default.
    pub vulnerable: VariantPattern,
    /// The variant that has it no more.
    pub fixed: VariantPattern,
    /// The cases that tell them apart: none passes on the first, each passes on the second.
    pub cases: Vec<(CaseId, Span)>,
}

/// The shape of a file of version pairs.
#[must_use]
pub fn pairs_shape() -> Shape {
    let variant = || Shape::map_of(Shape::identifier(), Shape::syntax(VALUE)).not_empty();
    let pair = Shape::map("Pair")
        .required("name", Shape::kebab_id(), "A short name.")
        .required("target", Shape::non_empty_text(), "The folder of the target, as seen from this file.")
        .required("class", Shape::non_empty_text(), "What kind of defect it is.")
        .optional("reference", Shape::non_empty_text(), "Where it is described.")
        .required("package", Shape::non_empty_text(), "What was updated, from which version to which.")
        .required("vulnerable", variant(), "The variant that has the defect; other axes have their default.")
        .required("fixed", variant(), "The variant that has it no more.")
        .required(
            "cases",
            Shape::non_empty_list(Shape::syntax(CASE)),
            "The cases that tell them apart: none passes on the first, each passes on the second.",
        );
    Shape::map("Pairs")
        .about("Defects that really happened: the last release that had each, beside the first that had not.")
        .required("pairs", Shape::integer(1..=1), "The version of the format.")
        .required("list", Shape::non_empty_list(pair), "The pairs.")
        .into()
}

/// The JSON Schema of files of version pairs, as `schemas/pairs.schema.json` holds it.
#[must_use]
pub fn pairs_json_schema() -> serde_json::Value {
    Shapes::new().json_schema(&pairs_shape(), "urn:hardtack:schema:pairs")
}

/// Reads a file of version pairs.
pub fn read_pairs(name: &str, bytes: &[u8]) -> Result<PairsFile, Diagnostics> {
    let document = read(name, bytes)?;
    let source = document.source.clone();
    let found = Shapes::new().check(&pairs_shape(), &document);
    Diagnostics::unless_errors(&source, found, ())?;
    let pairs = || document.root.at("list")?.items()?.iter().map(pair).collect::<Result<Vec<_>, Diagnostic>>();
    let pairs = pairs().map_err(|error| Diagnostics::new(source.clone(), vec![error]))?;
    Ok(PairsFile { source, pairs })
}

fn pair(item: &Node) -> Result<Pair, Diagnostic> {
    let text = |key: &str| Ok::<_, Diagnostic>(item.at(key)?.text()?.to_owned());
    let case = |node: &Node| Ok::<_, Diagnostic>((CaseId::new(node.text()?), node.span));
    Ok(Pair {
        name: text("name")?,
        target: text("target")?,
        class: text("class")?,
        reference: item.get("reference").map(|node| node.text().map(str::to_owned)).transpose()?,
        package: text("package")?,
        vulnerable: variant(item.at("vulnerable")?)?,
        fixed: variant(item.at("fixed")?)?,
        cases: item.at("cases")?.items()?.iter().map(case).collect::<Result<_, _>>()?,
    })
}

fn variant(node: &Node) -> Result<VariantPattern, Diagnostic> {
    let choices = node.entries()?.iter().map(|(axis, value)| Ok((axis.text.clone(), value.text()?.to_owned())));
    Ok(VariantPattern(choices.collect::<Result<BTreeMap<_, _>, Diagnostic>>()?))
}
