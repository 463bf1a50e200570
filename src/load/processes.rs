//! The processes behind a listening socket of this machine, and the CPU time that they use.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

/// CPU ticks per second. The kernel tells times in these units whatever it ticks at itself.
const TICKS: u64 = 100;

/// The processes that listen on an address, with all their descendants; empty where the system does not tell. Of a
/// server inside this process it is this process alone: its children are our workers.
pub(super) fn behind(address: SocketAddr) -> BTreeSet<u32> {
    let mut found: BTreeSet<u32> = listeners(address.port());
    if found.contains(&std::process::id()) {
        return BTreeSet::from([std::process::id()]);
    }
    let parents: Vec<(u32, u32)> = processes().filter_map(|pid| Some((pid, stat(pid)?.parent))).collect();
    loop {
        let before = found.len();
        found.extend(
            parents.iter().filter(|(_, parent)| found.contains(parent)).map(|(pid, _)| *pid).collect::<Vec<_>>(),
        );
        if found.len() == before {
            return found;
        }
    }
}

/// CPU time that processes have used so far. A process that has ended counts nothing any more.
pub(super) fn cpu_time(pids: &BTreeSet<u32>) -> Duration {
    let ticks: u64 = pids.iter().filter_map(|pid| stat(*pid)).map(|stat| stat.ticks).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

struct Stat {
    parent: u32,
    ticks: u64,
}

fn stat(pid: u32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The name of a process may hold anything; what follows its last parenthesis are plain fields.
fn parse_stat(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, ticks: number(11)? + number(12)? })
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn listeners(port: u16) -> BTreeSet<u32> {
    let sockets: BTreeSet<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .flat_map(|table| listening(&table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if sockets.is_empty() {
        return BTreeSet::new();
    }
    let holds = |pid: &u32| {
        let files = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|link| sockets.contains(&*link.to_string_lossy()))
    };
    processes().filter(holds).collect()
}

/// The inodes of sockets that listen on a port, out of the kernel's table.
fn listening(table: &str, port: u16) -> Vec<u64> {
    const LISTEN: &str = "0A";
    table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let (_, local) = fields.get(1)?.rsplit_once(':')?;
            let is_ours = u16::from_str_radix(local, 16).ok()? == port && *fields.get(3)? == LISTEN;
            is_ours.then(|| fields.get(9)?.parse().ok()).flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_lines_are_read() {
        let stat = parse_stat("77 (a (odd) name) S 5 77 77 0 -1 4194560 1 2 3 4 150 50 0 0 20 0").unwrap();
        assert_eq!((stat.parent, stat.ticks), (5, 200));
        let table = "  sl  local_address rem_address   st\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 \
                     00:00000000 00000000     0        0 4242 1 0\n   1: 0100007F:1F90 0100007F:9999 01 \
                     00000000:00000000 00:00000000 00000000     0        0 4343 1 0\n";
        assert_eq!(listening(table, 8080), [4242]);
        assert_eq!(listening(table, 8081), Vec::<u64>::new());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_behind_its_own_socket_and_its_workers_are_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut worker = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let found = behind(listener.local_addr().unwrap());
        worker.kill().unwrap();
        worker.wait().unwrap();
        assert_eq!(found, BTreeSet::from([std::process::id()]));
    }
}
