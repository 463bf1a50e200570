//! A folder for the time being.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

use super::RigError;

/// A fresh folder that only this user can read; removed with its content when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes one below a folder, or below the system's temporary folder.
    pub fn new(below: Option<&Path>) -> Result<Self, RigError> {
        let below = below.map_or_else(std::env::temp_dir, Path::to_owned);
        let mut random = [0; 8];
        let failed = |path: &Path, cause| RigError::DataDir { path: path.to_owned(), cause };
        getrandom::fill(&mut random).map_err(|error| failed(&below, std::io::Error::other(error)))?;
        let path = below.join(format!("hardtack-{}-{:016x}", std::process::id(), u64::from_ne_bytes(random)));
        let path = std::path::absolute(&path).map_err(|cause| failed(&path, cause))?;
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|cause| failed(&path, cause))?;
        Ok(Self { path })
    }

    /// Where it is, absolute.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
