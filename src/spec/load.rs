//! Spec files from a folder.

use std::path::Path;
use std::{fs, io};

use super::catalogue::SpecFile;

/// All `.yaml` files below a folder, by name. Folders that begin with an underscore or a dot are left out.
pub fn load_directory(folder: &Path) -> io::Result<Vec<SpecFile>> {
    let mut files = Vec::new();
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if name.as_encoded_bytes().starts_with(b"_") || name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // Links are followed; one that leads in a circle ends in an error of the operating system.
        if path.is_dir() {
            files.extend(load_directory(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            files.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    Ok(files)
}
