//! Cores: each worker beside a server of the same machine keeps to one, and a server inside this process to the others.

/// The cores that this thread may use, in order.
#[must_use]
pub fn allowed_cores() -> Vec<usize> {
    allowed().unwrap_or_else(|| (0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get)).collect())
}

/// How cores are shared out between a server and `workers` of the same machine: the server's, and the workers'. `None`
/// where there are too few for a core each.
#[must_use]
pub fn shared_out(workers: usize) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut servers = allowed_cores();
    (servers.len() > workers).then(|| {
        let of_workers = servers.split_off(servers.len() - workers);
        (servers, of_workers)
    })
}

#[cfg(target_os = "linux")]
fn allowed() -> Option<Vec<usize>> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).ok()?;
    Some((0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect())
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Option<Vec<usize>> {
    None
}

/// Keeps this thread to some cores, and those that it starts from now on. Where the system cannot, all stays as it was.
#[cfg(target_os = "linux")]
pub fn keep_to(cores: &[usize]) {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    cores.iter().filter(|core| **core < CpuSet::MAX_CPU).for_each(|core| set.set(*core));
    // A core that went away meanwhile: the scheduler chooses, as it did before.
    let _ = sched_setaffinity(None, &set);
}

/// Elsewhere the scheduler chooses.
#[cfg(not(target_os = "linux"))]
pub fn keep_to(_cores: &[usize]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_get_the_last_cores_and_the_server_the_rest() {
        let all = allowed_cores();
        assert!(!all.is_empty());
        assert_eq!(shared_out(all.len()), None);
        assert_eq!(shared_out(0), Some((all.clone(), Vec::new())));
        if let Some((server, workers)) = shared_out(1) {
            assert_eq!([server, workers].concat(), all);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_keeps_to_its_core() {
        let last = allowed_cores().pop().unwrap();
        let seen = std::thread::spawn(move || {
            keep_to(&[last]);
            allowed_cores()
        });
        assert_eq!(seen.join().unwrap(), [last]);
    }
}
