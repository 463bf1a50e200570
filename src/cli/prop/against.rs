//! `hardtack prop A --against B`: the first behaviour that differs.

use std::fmt::Write as _;

use super::Arguments;
use crate::cli::output::{Console, Stream};
use crate::cli::under_test::UnderTest;
use crate::cli::verify::limits;
use crate::cli::{Failure, serve};
use crate::event::{Event, ExitCode, Sink};
use crate::prop::{Difference, Onlooker, SearchOptions, Side, compare, lines};
use crate::report::terminal::{Look, trace};

/// Plays the same histories on two targets.
pub(super) async fn run(arguments: &Arguments, options: SearchOptions, console: &Console) -> Result<ExitCode, Failure> {
    let limits = limits(arguments.timeout);
    let one = match &arguments.target {
        Some(text) => UnderTest::named(text, limits).await?,
        None => UnderTest::embedded(serve::faults(&arguments.faults)?)?,
    };
    let text = arguments.against.as_deref().unwrap_or_default();
    let other =
        if text == "reference" { UnderTest::embedded(Vec::new())? } else { UnderTest::named(text, limits).await? };
    let first = |variants: Vec<crate::target::Variant>| {
        variants.into_iter().next().ok_or_else(|| Failure::bad_input("there is no variant to compare"))
    };
    let sides = (
        Side { stages: one.stages.clone(), variant: first(one.variants(&arguments.variants)?)? },
        Side { stages: other.stages.clone(), variant: first(other.variants(&arguments.against_variant)?)? },
    );
    let cancel = crate::cli::ctrl_c::watch_for(console, "stopping; Ctrl-C again ends at once");
    let mut exchanges = Exchanges(console.look(Stream::Out));
    let onlooker = arguments
        .reports
        .trace
        .then_some(Onlooker { sink: &mut exchanges, show_secrets: arguments.reports.show_secrets });
    let compared = compare(&sides.0, &sides.1, options, limits, onlooker, cancel)
        .await
        .map_err(|error| Failure::new(error.exit, error.reason))?;
    Stream::Out.print(&format!("{} histories on both\n", compared.histories));
    if let Some(Difference { history, step, here, there, .. }) = &compared.difference {
        let mut text = "They differ. The shortest history that shows it:\n".to_owned();
        for (index, line) in lines(history).iter().enumerate() {
            let mark = if index == *step { ">" } else { " " };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{mark} {}. {line}", index + 1);
        }
        let _ = writeln!(text, "{}: {here}\n{}: {there}", compared.names.0, compared.names.1);
        Stream::Out.print(&text);
        return Ok(ExitCode::FAILED);
    }
    Stream::Out.print("They behave alike.\n");
    Ok(if compared.interrupted { ExitCode::INTERRUPTED } else { ExitCode::CONFORMS })
}

/// Shows exchanges as they happen.
struct Exchanges(Look);

impl Sink for Exchanges {
    fn take(&mut self, event: &Event) {
        if let Event::Exchanged { variant, what, line, exchange, .. } = event {
            Stream::Out.print(&trace(Some(variant), None, what, *line, exchange, &self.0));
        }
    }
}
