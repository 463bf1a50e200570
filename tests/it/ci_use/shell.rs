//! Running a line of a CI file as a CI system does, in an empty folder.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The file at the root of the repository.
pub fn repository_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An empty folder with the shim of cargo before everything else on the path.
pub struct Runner {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Runner {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shims = folder.path().join("shims");
        std::fs::create_dir(&shims).unwrap();
        let shim = shims.join("cargo");
        std::fs::write(
            &shim,
            format!(
                "#!/bin/sh\n[ \"$1\" = install ] || {{ echo \"not expected: cargo $*\" >&2; exit 9; }}\n\
                 root={shims}\nwhile [ $# -gt 0 ]; do [ \"$1\" = --root ] && root={outside}$2/bin; shift; done\n\
                 mkdir -p \"$root\" && cp {program} \"$root/hardtack\"\n",
                shims = shims.display(),
                // A root that the line takes for one of its own machine is moved into this folder.
                outside = "${OUTSIDE:-}",
                program = env!("CARGO_BIN_EXE_hardtack"),
            ),
        )
        .unwrap();
        std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", shims.display(), std::env::var("PATH").unwrap());
        Self { folder, environment: vec![("PATH".to_owned(), path)] }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Runs a script as CI systems do: any command that fails ends it.
    pub fn run(&self, script: &str) -> Output {
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.folder.path())
            .env_remove("GITHUB_ACTIONS")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap()
    }

    /// Runs a script that must succeed.
    #[track_caller]
    pub fn succeed(&self, script: &str) {
        let output = self.run(script);
        assert!(
            output.status.success(),
            "{script}\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
