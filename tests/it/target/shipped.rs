//! The target files of this repository.

use std::path::Path;

use hardtack::target::read_target;

#[test]
fn every_shipped_target_file_is_good() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets");
    let mut read = 0;
    for folder in std::fs::read_dir(targets).expect("there are targets") {
        let folder = folder.expect("it can be listed").path();
        // What several targets share has a name that begins with `_`, or is a script.
        if !folder.is_dir() || folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('_')) {
            continue;
        }
        let file = folder.join("target.yaml");
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let target =
            read_target(&file.display().to_string(), &folder, &bytes).unwrap_or_else(|found| panic!("{found}"));
        target.default_variants().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        read += 1;
    }
    assert!(read > 0);
}
