//! Reports for other programs and for browsers: the same options for every command that makes a run.

use std::io::Write;

use super::Failure;
use super::output::{Destination, Stream};
use crate::report::{Report, github, html, junit, markdown, sarif};

/// Which formats, and where.
#[derive(Debug, Default, Clone, clap::Args)]
pub(super) struct Outputs {
    /// Write the report as one HTML page that needs no network; `-` is stdout
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    html: Option<Destination>,
    /// Write the report as XML for the test pages of CI systems
    #[arg(
        long,
        value_name = "FILE",
        help = "Write the report as JUnit XML, for the test pages of CI systems",
        help_heading = "Reports"
    )]
    junit: Option<Destination>,
    /// Write the report as Markdown, for a job summary or a comment on a pull request
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    markdown: Option<Destination>,
    /// Write the report as SARIF 2.1.0, for code scanning
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    sarif: Option<Destination>,
    /// Print annotations for GitHub; `auto` does so in a workflow of GitHub Actions
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, num_args = 0..=1, default_missing_value = "always", require_equals = true, help_heading = "Reports")]
    github: Annotate,
}

/// When to print annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Annotate {
    #[default]
    Auto,
    Always,
    Never,
}

/// A format and its file, open.
struct Opened {
    format: Format,
    out: Box<dyn Write + Send>,
}

#[derive(Clone, Copy)]
enum Format {
    Html,
    Junit,
    Markdown,
    Sarif,
}

/// The files of the formats that were asked for.
pub(super) struct Files {
    files: Vec<Opened>,
    annotate: bool,
}

impl Outputs {
    fn all(&self) -> [(Format, &'static str, Option<&Destination>); 4] {
        [
            (Format::Html, "--html", self.html.as_ref()),
            (Format::Junit, "--junit", self.junit.as_ref()),
            (Format::Markdown, "--markdown", self.markdown.as_ref()),
            (Format::Sarif, "--sarif", self.sarif.as_ref()),
        ]
    }

    /// The options that want stdout.
    pub(super) fn on_stdout(&self) -> Vec<&'static str> {
        let all = self.all().into_iter();
        all.filter(|(.., to)| to.is_some_and(Destination::is_stdout)).map(|(_, option, _)| option).collect()
    }

    /// Whether any file was asked for.
    pub(super) fn any(&self) -> bool {
        self.all().iter().any(|(.., to)| to.is_some())
    }

    /// Opens the files, before anything is started.
    pub(super) fn open(&self) -> Result<Files, Failure> {
        let mut files = Vec::new();
        for (format, _, to) in self.all() {
            if let Some(to) = to {
                files.push(Opened { format, out: to.open()? });
            }
        }
        let annotate = match self.github {
            Annotate::Always => true,
            Annotate::Never => false,
            Annotate::Auto => std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
        };
        Ok(Files { files, annotate })
    }
}

impl Files {
    /// Whether a report is needed at all.
    pub(super) fn is_needed(&self) -> bool {
        self.annotate || !self.files.is_empty()
    }

    /// Writes every format; annotations go where people read.
    pub(super) fn write(self, report: &Report, stream: Stream) -> Result<(), Failure> {
        for Opened { format, mut out } in self.files {
            let failed = |what: &str, error: &dyn std::fmt::Display| {
                Failure::bad_input(format!("failed to write the report as {what}: {error}"))
            };
            let (what, text) = match format {
                Format::Html => ("HTML", html::write(report).map_err(|error| failed("HTML", &error))?),
                Format::Junit => ("JUnit XML", junit::write(report).map_err(|error| failed("JUnit XML", &error))?),
                Format::Markdown => ("Markdown", markdown::write(report)),
                Format::Sarif => ("SARIF", sarif::write(report)),
            };
            out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| failed(what, &error))?;
        }
        if self.annotate {
            stream.print(&github::annotations(report));
        }
        Ok(())
    }
}
