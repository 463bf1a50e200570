//! `hardtack specs new`: a spec to begin with.

use std::path::{Path, PathBuf};

use super::super::Failure;
use super::super::init::{refuse_to_replace, write};
use super::super::output::Stream;
use crate::event::ExitCode;
use crate::spec;

/// Write a spec to begin with
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// Its id, such as `shop/basket`: the file's place in the folder
    id: String,
    /// The folder of specs
    #[arg(long = "specs", value_name = "DIR", default_value = "specs")]
    folder: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

const AFTER_HELP: &str = "\
The first line gives completion in editors. It names schemas/spec.schema.json of the folder or of one above it;
where there is none, a schema is written beside the specs.

Examples:
  hardtack specs new shop/basket
  hardtack specs new shop/basket --specs my-specs";

/// The schema, from the folder that has it.
const SCHEMA: &str = "schemas/spec.schema.json";

/// How many folders up a schema is looked for.
const FAR: usize = 12;

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let id = arguments.id.as_str();
    let part = |part: &str| {
        let mut octets = part.bytes();
        octets.next().is_some_and(|first| first.is_ascii_lowercase())
            && octets.all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-')
    };
    if !id.split('/').all(part) {
        return Err(Failure::bad_input(format!("`{id}` is no id for a spec"))
            .fix("use small letters, digits and hyphens, with `/` between folders: shop/basket"));
    }
    let file = arguments.folder.join(format!("{id}.yaml"));
    refuse_to_replace(&file, arguments.force)?;
    let within = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(within)
        .map_err(|error| Failure::bad_input(format!("failed to make the folder {}: {error}", within.display())))?;
    let schema = if let Some(schema) = schema_above(within) {
        schema
    } else {
        let text = format!("{:#}\n", spec::json_schema());
        write(&arguments.folder.join("spec.schema.json"), &text, true)?;
        format!("{}spec.schema.json", "../".repeat(id.matches('/').count()))
    };
    write(&file, &skeleton(id, &schema), arguments.force)?;
    let folder = arguments.folder.display();
    let file = file.display();
    Stream::Out.print(&format!(
        "wrote {file}\n\nnext:\n  1. say in it what should hold; docs/write-a-spec.md explains how\n  2. hardtack specs lint \
         {file}\n  3. hardtack verify --specs {folder} --filter {id}\n"
    ));
    Ok(ExitCode::CONFORMS)
}

/// The way from a folder to the schema of a folder above it.
fn schema_above(folder: &Path) -> Option<String> {
    let ways = (0..FAR).map(|up| format!("{}{SCHEMA}", "../".repeat(up)));
    ways.into_iter().find(|way| folder.join(way).is_file())
}

fn skeleton(id: &str, schema: &str) -> String {
    format!(
        "\
# yaml-language-server: $schema={schema}
spec: 1
id: {id}
title: What this spec is about, in one sentence
why: >
  What goes wrong, and for whom, when it does not hold.
clients: {{alice: browser, bob: browser}}

cases:
  - case: next-page
    title: What somebody stores is there on the next page, and nobody else sees it
    level: must
    steps:
      - {{who: alice, do: session.put, with: {{key: basket, value: apple}}}}
      - who: alice
        do: session.get
        with: {{key: basket}}
        expect: {{result: {{value: apple}}}}
      - who: bob
        do: session.get
        with: {{key: basket}}
        expect: {{result: {{value: null}}}}
    # Broken servers that this case must notice; `hardtack serve --list-faults` names them all.
    catches: [writes-lost]
"
    )
}
