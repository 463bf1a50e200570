//! A population kept in a file, so that a later run need not make it anew, and one that was cut short goes on.
//!
//! The first line says what the sessions are; each further line is one session: its number, a tab, its cookie. The
//! cookies are credentials of test sessions: the file is readable by its owner alone.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::plan::Plan;

/// The format of the file.
const FORMAT: u32 = 1;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read or written.
    #[error("the population file {}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        cause: std::io::Error,
    },
    /// It holds something else.
    #[error("the population file {} holds other sessions: {what}. Name another file, or delete this one", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
    },
}

/// What the sessions of a file are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Head {
    hardtack_population: u32,
    base_path: String,
    server: String,
    payload: u32,
    logged_in: bool,
    rank: u32,
    size: u32,
    tag: u32,
}

/// A population in a file.
#[derive(Debug)]
pub(super) struct PopulationFile {
    path: PathBuf,
    head: Head,
    sessions: BTreeMap<u32, Vec<u8>>,
    writer: BufWriter<File>,
}

impl PopulationFile {
    /// Opens or makes the file of this worker.
    pub(super) fn open(path: &Path, plan: &Plan) -> Result<Self, FileError> {
        let path = path_of(path, plan);
        let io = |cause| FileError::Io { path: path.clone(), cause };
        let mut file = options().open(&path).map_err(io)?;
        let mut octets = Vec::new();
        file.read_to_end(&mut octets).map_err(io)?;
        // A line that was cut short does not count.
        let whole = octets.iter().rposition(|&octet| octet == b'\n').map_or(0, |at| at + 1);
        let mut lines = octets[..whole].split(|&octet| octet == b'\n');
        let ours = head_of(plan);
        let first = lines.next().unwrap_or_default();
        if first.is_empty() {
            let mut file = Self { path, head: ours, sessions: BTreeMap::new(), writer: BufWriter::new(file) };
            file.write_head()?;
            return Ok(file);
        }
        let other = |what: String| FileError::Other { path: path.clone(), what };
        let theirs: Head = serde_json::from_slice(first).map_err(|_| other("it is no population file".to_owned()))?;
        if theirs != (Head { tag: theirs.tag, ..ours.clone() }) {
            return Err(other(format!("it says {}", String::from_utf8_lossy(first))));
        }
        let sessions = lines.filter_map(|line| {
            let tab = line.iter().position(|&octet| octet == b'\t')?;
            let number = str::from_utf8(&line[..tab]).ok()?.parse().ok()?;
            Some((number, line[tab + 1..].to_vec()))
        });
        let sessions = sessions.collect();
        file.set_len(whole as u64).map_err(io)?;
        drop(file);
        let file = OpenOptions::new().append(true).open(&path).map_err(io)?;
        Ok(Self { path, head: theirs, sessions, writer: BufWriter::new(file) })
    }

    /// What the markers of its sessions begin with.
    pub(super) const fn tag(&self) -> u32 {
        self.head.tag
    }

    pub(super) fn take_sessions(&mut self) -> BTreeMap<u32, Vec<u8>> {
        std::mem::take(&mut self.sessions)
    }

    /// Empties it: its sessions are no more.
    pub(super) fn start_again(&mut self, tag: u32) -> Result<(), FileError> {
        let file = options().truncate(true).open(&self.path).map_err(|cause| self.io(cause))?;
        self.writer = BufWriter::new(file);
        self.head.tag = tag;
        self.write_head()
    }

    pub(super) fn add(&mut self, number: u32, cookie: &[u8]) -> Result<(), FileError> {
        let written = write!(self.writer, "{number}\t")
            .and_then(|()| self.writer.write_all(cookie))
            .and_then(|()| self.writer.write_all(b"\n"));
        written.map_err(|cause| self.io(cause))
    }

    pub(super) fn flush(&mut self) -> Result<(), FileError> {
        self.writer.flush().map_err(|cause| self.io(cause))
    }

    fn write_head(&mut self) -> Result<(), FileError> {
        let head = serde_json::to_string(&self.head).unwrap_or_default();
        let written = writeln!(self.writer, "{head}").and_then(|()| self.writer.flush());
        written.map_err(|cause| self.io(cause))
    }

    fn io(&self, cause: std::io::Error) -> FileError {
        FileError::Io { path: self.path.clone(), cause }
    }
}

fn head_of(plan: &Plan) -> Head {
    let population = &plan.scenario.population;
    Head {
        hardtack_population: FORMAT,
        base_path: plan.site.base_path.clone(),
        server: plan.site.server.clone(),
        payload: population.payload,
        logged_in: population.logged_in,
        rank: plan.identity.rank,
        size: plan.identity.size,
        tag: super::prepare::tag_of(&plan.run),
    }
}

/// Each worker has a file of its own.
fn path_of(path: &Path, plan: &Plan) -> PathBuf {
    let identity = plan.identity;
    if identity.size == 1 {
        return path.to_owned();
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-of-{}", identity.rank, identity.size));
    path.with_file_name(name)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
