//! Which of several workers this process is, as the engine that started it says.

/// A worker among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// Its number, from 0.
    pub rank: u32,
    /// How many there are.
    pub size: u32,
}

/// What the environment says and cannot be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// No number.
    #[error("the environment variable {variable} is `{value}`, which is no whole number")]
    NotANumber {
        /// The variable.
        variable: &'static str,
        /// Its value.
        value: String,
    },
    /// A rank without a size.
    #[error("{variable} says that this is worker {rank}, but nothing says how many there are")]
    NoSize {
        /// The variable.
        variable: &'static str,
        /// The rank.
        rank: u32,
    },
    /// A rank beyond the size.
    #[error("worker {rank} of {size} cannot be: ranks count from 0")]
    Beyond {
        /// The rank.
        rank: u32,
        /// The size.
        size: u32,
    },
}

/// The variables that engines set: rank and size, in the order in which they are believed.
const VARIABLES: [(&str, &str); 5] = [
    ("RANK", "WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_NTASKS"),
    // Kubernetes does not tell the number of completions; the manifest does.
    ("JOB_COMPLETION_INDEX", "WORLD_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
];

impl Identity {
    /// The only worker.
    pub const ALONE: Self = Self { rank: 0, size: 1 };

    /// A worker among others.
    pub fn new(rank: u32, size: u32) -> Result<Self, IdentityError> {
        if rank < size { Ok(Self { rank, size }) } else { Err(IdentityError::Beyond { rank, size }) }
    }

    /// Who the environment says that this is; `None` when it says nothing, or that there is only one.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, IdentityError> {
        let number = |name: &'static str| {
            variable(name)
                .map(|value| {
                    value.trim().parse::<u32>().map_err(|_| IdentityError::NotANumber { variable: name, value })
                })
                .transpose()
        };
        for (rank_variable, size_variable) in VARIABLES {
            let Some(rank) = number(rank_variable)? else { continue };
            return match number(size_variable)? {
                Some(1) if rank == 0 => Ok(None),
                Some(size) => Self::new(rank, size).map(Some),
                None => Err(IdentityError::NoSize { variable: rank_variable, rank }),
            };
        }
        Ok(None)
    }

    /// This worker's share of a number of things that are dealt out in turn.
    #[must_use]
    pub const fn share(self, all: u32) -> u32 {
        all / self.size + if self.rank < all % self.size { 1 } else { 0 }
    }

    /// The number, among all workers', of this worker's `local`-th thing.
    #[must_use]
    pub const fn global(self, local: u32) -> u32 {
        local.wrapping_mul(self.size).wrapping_add(self.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Result<Option<Identity>, IdentityError> {
        Identity::from_environment(|name| {
            set.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn engines_are_recognised() {
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[("SLURM_PROCID", "2"), ("SLURM_NTASKS", "4")]), Ok(Some(Identity { rank: 2, size: 4 })));
        assert_eq!(of(&[("SLURM_PROCID", "0"), ("SLURM_NTASKS", "1")]), Ok(None));
        assert_eq!(of(&[("JOB_COMPLETION_INDEX", "1"), ("WORLD_SIZE", "3")]), Ok(Some(Identity { rank: 1, size: 3 })));
        // Explicit variables win over an engine's.
        let both = [("RANK", "1"), ("WORLD_SIZE", "2"), ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "9")];
        assert_eq!(of(&both), Ok(Some(Identity { rank: 1, size: 2 })));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(of(&[("RANK", "one"), ("WORLD_SIZE", "2")]), Err(IdentityError::NotANumber { .. })));
        assert!(matches!(of(&[("JOB_COMPLETION_INDEX", "1")]), Err(IdentityError::NoSize { .. })));
        assert!(matches!(of(&[("RANK", "2"), ("WORLD_SIZE", "2")]), Err(IdentityError::Beyond { .. })));
    }

    #[test]
    fn shares_add_up_and_numbers_do_not_meet() {
        let size = 3;
        let mut all: Vec<u32> = (0..size)
            .map(|rank| Identity { rank, size })
            .flat_map(|one| (0..one.share(10)).map(move |local| one.global(local)))
            .collect();
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
    }
}
