//! The user as whom a program runs that refuses to run as root.

#[cfg(not(unix))]
pub use other::Account;
#[cfg(unix)]
pub use unix::Account;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::path::Path;

    use rustix::process::geteuid;

    use crate::rig::RigError;

    /// Where users are listed.
    const USERS: &str = "/etc/passwd";

    /// Users without rights of their own, the best first.
    const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

    /// A user of this machine.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Account {
        pub(in crate::rig) name: String,
        pub(in crate::rig) uid: u32,
        pub(in crate::rig) gid: u32,
    }

    impl Account {
        /// Whom services run as that refuse root: somebody without rights when hardtack runs as root, else `None`:
        /// whoever runs hardtack.
        pub(in crate::rig) fn for_services() -> Result<Option<Self>, RigError> {
            if !geteuid().is_root() {
                return Ok(None);
            }
            let users = std::fs::read_to_string(USERS).unwrap_or_default();
            let found = UNPRIVILEGED.iter().find_map(|name| named(name, &users));
            found.map(Some).ok_or(RigError::NoAccount { names: UNPRIVILEGED })
        }

        /// Gives a file or folder to this user.
        pub(in crate::rig) fn own(&self, path: &Path) -> io::Result<()> {
            std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
        }
    }

    /// The user in a text of the form of passwd(5).
    fn named(name: &str, users: &str) -> Option<Account> {
        users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            match fields[..] {
                [found, _, uid, gid, ..] if found == name => {
                    Some(Account { name: name.to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()? })
                }
                _ => None,
            }
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn users_are_found_by_name() {
            let users = "root:x:0:0:root:/root:/bin/sh\nnobody2:x:1:2::/:\nnobody:x:65534:65533:nobody:/:\nbad:x:y:z\n";
            assert_eq!(named("nobody", users), Some(Account { name: "nobody".into(), uid: 65534, gid: 65533 }));
            for absent in ["bad", "somebody", ""] {
                assert_eq!(named(absent, users), None);
            }
        }
    }
}

#[cfg(not(unix))]
mod other {
    use std::io;
    use std::path::Path;

    use crate::rig::RigError;

    /// A user of this machine: there is no other one to run as.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Account;

    impl Account {
        pub(in crate::rig) fn for_services() -> Result<Option<Self>, RigError> {
            Ok(None)
        }

        pub(in crate::rig) fn own(&self, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }
}
