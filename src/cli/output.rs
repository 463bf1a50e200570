//! Where output goes, and how it looks there.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use super::failure::{Failure, What};
use crate::document;
use crate::event::ExitCode;
use crate::report::terminal::{Look, Page, tame};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}

/// stdout and stderr, as the user wants them.
#[derive(Debug, Clone)]
pub(super) struct Console {
    colour: Colour,
    width: usize,
}

impl Console {
    pub(super) fn new(colour: Colour) -> Self {
        let choice = match colour {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        };
        // For clap, panics and everything else that prints through anstream.
        choice.write_global();
        let width = terminal_size::terminal_size().map_or(Look::USUAL_WIDTH, |(width, _)| usize::from(width.0));
        Self { colour, width: width.max(40) }
    }

    /// The usual look of reports on a stream.
    pub(super) fn look(&self, stream: Stream) -> Look {
        Look { colour: self.is_coloured(stream), width: self.width, ..Look::default() }
    }

    fn is_coloured(&self, stream: Stream) -> bool {
        match (self.colour, stream) {
            (Colour::Always, _) => true,
            (Colour::Never, _) => false,
            (Colour::Auto, Stream::Out) => AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
            (Colour::Auto, Stream::Err) => AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
        }
    }

    /// Writes a page to stdout.
    pub(super) fn page(&self, write: impl FnOnce(&mut Page<'_>)) {
        let look = self.look(Stream::Out);
        let mut page = Page::new(&look);
        write(&mut page);
        Stream::Out.print(&page.finish());
    }

    /// Tells why a command failed, on stderr; its exit code.
    pub(super) fn tell(&self, failure: &Failure) -> ExitCode {
        let look = self.look(Stream::Err);
        let text = match &failure.what {
            What::Found(found) => found.iter().map(|one| one.render(self.style(Stream::Err))).collect(),
            What::Message { message, fix } => {
                let word = |style: Style, word: &str| look.paint(style.bold(), word);
                let mut text = format!("{}: {}\n", word(AnsiColor::Red.on_default(), "error"), tame(message));
                if !fix.is_empty() {
                    text = format!("{text}  {}: {}\n", word(AnsiColor::Cyan.on_default(), "fix"), tame(fix));
                }
                text
            }
        };
        Stream::Err.print(&text);
        failure.exit
    }

    /// How diagnostics look on a stream.
    pub(super) fn style(&self, stream: Stream) -> document::Style {
        if self.is_coloured(stream) { document::Style::Colour } else { document::Style::Plain }
    }

    /// A remark on stderr.
    pub(super) fn note(&self, text: &str) {
        let _ = writeln!(Stream::Err.writer(), "{}", self.look(Stream::Err).paint(Style::new().dimmed(), &tame(text)));
    }

    /// A warning on stderr; the command goes on.
    pub(super) fn warn(&self, text: &str) {
        let word = self.look(Stream::Err).paint(AnsiColor::Yellow.on_default().bold(), "warning");
        let _ = writeln!(Stream::Err.writer(), "{word}: {}", tame(text));
    }
}

/// One of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

impl Stream {
    /// A writer that leaves colours as they are: who writes has decided about them. On old Windows consoles they
    /// become calls.
    pub(super) fn writer(self) -> Box<dyn Write + Send> {
        match self {
            Self::Out => Box::new(AutoStream::always(io::stdout())),
            Self::Err => Box::new(AutoStream::always(io::stderr())),
        }
    }

    /// Writes finished text. A closed pipe is nobody's failure: `hardtack … | head` ends quietly.
    pub(super) fn print(self, text: &str) {
        let _ = self.writer().write_all(text.as_bytes());
    }

    pub(super) fn is_terminal(self) -> bool {
        match self {
            Self::Out => io::stdout().is_terminal(),
            Self::Err => io::stderr().is_terminal(),
        }
    }
}

/// A file to write, or stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// `-`
    Stdout,
    File(PathBuf),
}

impl From<PathBuf> for Destination {
    fn from(path: PathBuf) -> Self {
        if path == Path::new("-") { Self::Stdout } else { Self::File(path) }
    }
}

impl std::str::FromStr for Destination {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(PathBuf::from(text).into())
    }
}

impl Destination {
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout)
    }

    /// Whether one of some reports goes to stdout; more cannot.
    pub(super) fn any_on_stdout(reports: &[&Option<Self>]) -> Result<bool, Failure> {
        match reports.iter().filter(|to| to.as_ref().is_some_and(Self::is_stdout)).count() {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Failure::bad_input("only one report can have stdout").fix("name a file for the others")),
        }
    }

    /// Opens it; an old file is replaced.
    pub(super) fn open(&self) -> Result<Box<dyn Write + Send>, Failure> {
        match self {
            Self::Stdout => Ok(Box::new(io::stdout())),
            Self::File(path) => match File::create(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(Failure::bad_input(format!("failed to write {}: {error}", path.display()))
                    .fix("name a file in a folder that exists and may be written to")),
            },
        }
    }
}

/// A file that was asked for, opened before anything is started.
pub(super) type Opened = Option<Box<dyn Write + Send>>;

/// Opens a file that was asked for.
pub(super) fn open(to: Option<&Destination>) -> Result<Opened, Failure> {
    to.map(Destination::open).transpose()
}

/// Writes a text to a file that was asked for; otherwise the text is not even made.
pub(super) fn write<E: std::fmt::Display>(
    out: Opened,
    what: &str,
    text: impl FnOnce() -> Result<String, E>,
) -> Result<(), Failure> {
    let Some(mut out) = out else { return Ok(()) };
    let text = text().map_err(|error| not_written(what, &error))?;
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| not_written(what, &error))
}

/// A report or file that could not be written.
pub(super) fn not_written(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::bad_input(format!("failed to write {what}: {error}"))
}
