//! `hardtack load`, from the outside: what it refuses, how it ends, and what it leaves behind.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use hardtack::load::LoadRun;

use crate::cli::command::{Ran, command, hardtack};
use crate::cli::serve::{Served, serve};

/// The words of a short run with one worker, unless `more` says otherwise.
fn words<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut words = vec!["load", "--scenario", "lookup", "--workers", "1", "--no-ceiling"];
    for (flag, value) in [("--sessions", "50"), ("--users", "4"), ("--duration", "300ms")] {
        if !more.contains(&flag) {
            words.extend([flag, value]);
        }
    }
    words.extend(more);
    words
}

fn short(more: &[&str]) -> Ran {
    hardtack(&words(more))
}

/// Runs with a report as JSON on stdout.
#[track_caller]
fn told(more: &[&str]) -> (i32, LoadRun) {
    let ran = short(&[more, &["--json", "-"]].concat());
    let run = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}"));
    (ran.code, run)
}

#[test]
fn a_host_that_nobody_allowed_is_not_even_looked_at() {
    // 192.0.2.1 is nobody's: had anything been sent there, the run would end as unreachable, with 3.
    let ran = short(&["http://192.0.2.1/"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.err.contains("`192.0.2.1` may not be written to") && ran.err.contains("allow_hosts"), "{ran}");
}

#[test]
fn a_missed_threshold_ends_with_1_and_says_which() {
    let (code, run) = told(&["--min-rate", "1000000"]);
    assert_eq!(code, 1);
    let missed: Vec<&str> = run.legs[0].missed.iter().map(|missed| missed.threshold.as_str()).collect();
    assert_eq!(missed, ["min_rate"]);
    assert_eq!(told(&["--p50", "1m", "--min-rate", "1"]).1.legs[0].missed, []);
}

#[test]
fn a_rate_that_cannot_be_reached_makes_the_run_invalid() {
    let ran = short(&["--rate", "1000000"]);
    assert_eq!(ran.code, 6, "{ran}");
    let reasons = ["rate not reached: ", "generator-bound: "];
    assert!(reasons.iter().any(|reason| ran.out.contains(reason)), "{ran}");
    assert!(ran.out.contains("INVALID: the numbers are not the server's"), "{ran}");
}

#[test]
fn a_scenario_that_the_server_cannot_offer_measures_nothing_and_says_what_would() {
    let ran = hardtack(&["load", "--scenario", "cache-loss", "--quiet"]);
    assert_eq!(ran.code, 5, "{ran}");
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("control.cache.flush") && told.contains("--variant engine=cached_db"), "{ran}");
}

#[test]
fn the_search_brackets_the_greatest_rate() {
    let (_, run) =
        told(&["--find-max", "--p99=1m", "--errors=50%", "--find-from=4", "--step=300ms", "--max-requests=400"]);
    let search = run.search.unwrap();
    assert!(search.steps.len() > 1, "{search:?}");
    assert!(search.held.is_some(), "{search:?}");
    let rates: Vec<f64> = search.by_rate().iter().map(|step| step.rate).collect();
    assert!(rates.is_sorted(), "{rates:?}");
}

#[test]
fn gooses_own_client_counts_the_same_and_gooses_report_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("goose.html");
    let (_, run) = told(&["--client", "reqwest", "--goose-report", report.to_str().unwrap()]);
    let record = run.legs[0].record.as_ref().unwrap();
    let all: u64 = record.phases.iter().flat_map(|phase| &phase.steps).map(|step| step.ok + step.failed).sum();
    assert_eq!(record.counted_by_goose, all);
    assert_eq!(record.connections, 0, "Goose's client has its own");
    let page = std::fs::read_to_string(folder.path().join("goose.0-of-1.html")).unwrap();
    assert!(page.contains("look/session.get"));
}

#[test]
fn a_baseline_says_what_changed_and_what_was_not_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("before.json");
    let file = file.to_str().unwrap();
    short(&["--json", file]);
    let ran = short(&["--users", "3", "--baseline", file]);
    assert!(ran.out.contains("lookup (then with 4 users)"), "{ran}");
    let other = hardtack(&["load", "--scenario", "mixed", "--baseline", file]);
    assert_eq!(other.code, 2, "{other}");
    assert!(other.err.contains("the baseline is a run of `lookup`, and this one is of `mixed`"), "{other}");
}

#[test]
fn a_population_in_a_file_is_used_again() {
    let served = serve(&["--engine", "cache"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("population");
    let run = |more: &[&str]| {
        let (_, run) = told(&[&[served.url.as_str(), "--population", file.to_str().unwrap()], more].concat());
        run.legs.into_iter().next().unwrap().record.unwrap()
    };
    run(&[]);
    let first = std::fs::read_to_string(&file).unwrap();
    let record = run(&["--sessions", "60"]);
    assert_eq!(record.sessions, 60);
    let second = std::fs::read_to_string(&file).unwrap();
    assert!(second.starts_with(&first), "what was there stays");
    assert!(second.lines().count() > first.lines().count());
}

/// The exchanges that a text shows, without the label of their leg.
fn traced<'a>(text: &'a str, label: &str) -> Vec<&'a str> {
    let lines: Vec<&str> = text.lines().collect();
    let took = |line: &str| line.strip_prefix("  ").and_then(|rest| rest.strip_suffix(" ms")?.parse::<f64>().ok());
    let heads = lines.windows(2).filter(|pair| took(pair[1]).is_some());
    heads.map(|pair| pair[0].strip_prefix(label).unwrap_or_else(|| panic!("no {label} before {}", pair[0]))).collect()
}

#[test]
fn a_trace_shows_the_first_exchange_of_each_kind() {
    let ran = short(&["--trace"]);
    assert_eq!(traced(&ran.out, "lookup: "), ["(begin a session)", "look/session.get"], "{ran}");
    for part in
        ["> POST /_hardtack/run", "< Set-Cookie: sessionid=", "> GET /_hardtack/run?program=", "> Cookie: sessionid="]
    {
        assert!(ran.out.contains(part), "`{part}` is missing:\n{ran}");
    }
    assert!(!short(&[]).out.contains("< 200 OK"), "nobody asked");
    // Several sizes ask the same; what does not fit stdout goes beside it.
    let ran = short(&["--sessions", "20,30", "--trace", "--json", "-"]);
    assert_eq!(traced(&ran.err, "20 sessions: "), ["(begin a session)", "look/session.get"], "{ran}");
    serde_json::from_str::<LoadRun>(&ran.out).unwrap();
}

#[test]
fn a_trace_shows_what_is_answered_wrongly() {
    let ran = short(&["--trace", "--rare", "lost-session", "--one-in", "2"]);
    let traced = traced(&ran.out, "lookup: ");
    for expected in ["look/session.get was wrong: lost_session", "(begin again)"] {
        assert!(traced.contains(&expected), "{traced:?}\n{ran}");
    }
}

#[test]
fn one_worker_of_an_engine_traces_and_not_where_its_record_goes() {
    let served = serve(&["--engine", "cache"]);
    for (rank, expected) in [("0", vec!["(begin a session)", "look/session.get"]), ("1", vec![])] {
        let ended = worker(&served, rank, &["--trace"]).output().unwrap();
        let [out, err] = [ended.stdout, ended.stderr].map(|octets| String::from_utf8(octets).unwrap());
        assert_eq!(traced(&err, ""), expected, "{err}");
        assert!(out.contains("HARDTACK-LOAD-1 ") && !out.contains("< 200 OK"), "{out}");
    }
}

/// A worker of two, as an engine on several machines starts it.
fn worker(served: &Served, rank: &str, more: &[&str]) -> Command {
    let mut worker = command(&words(&[&[served.url.as_str()], more].concat()));
    worker.envs([("SLURM_PROCID", rank), ("SLURM_NTASKS", "2"), ("RUN_ID", "monday")]);
    worker.stdout(Stdio::piped()).stderr(Stdio::piped());
    worker
}

#[test]
fn workers_of_an_engine_are_merged_and_no_others() {
    let served = serve(&["--engine", "cache"]);
    let workers: Vec<Child> = ["0", "1"].map(|rank| worker(&served, rank, &[]).spawn().unwrap()).into();
    let lines: Vec<String> = workers
        .into_iter()
        .map(|worker| String::from_utf8(worker.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    let file = file.to_str().unwrap();
    std::fs::write(file, lines.concat()).unwrap();
    let json = folder.path().join("run.json");
    hardtack(&["report", "merge", file, "--json", json.to_str().unwrap()]);
    let run: LoadRun = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    let record = run.legs[0].record.as_ref().unwrap();
    assert_eq!((record.ranks.as_slice(), record.users, record.sessions), ([0, 1].as_slice(), 4, 50));
    std::fs::write(file, &lines[0]).unwrap();
    let half = hardtack(&["report", "merge", file]);
    assert_eq!(half.code, 2, "{half}");
    assert!(half.err.contains("1 of 2 workers are missing: 1"), "{half}");
}

#[cfg(unix)]
fn interrupt(child: &Child, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_child(child), signal).unwrap();
}

/// Waits until a run says on stderr that it measures.
fn wait_until_measuring(child: &mut Child) -> BufReader<std::process::ChildStderr> {
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("measuring for") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended before it measured");
    }
    lines
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_a_report_and_leaves_no_process() {
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let mut child = command(&words(&["--duration", "10m", "--json", "-"]))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _lines = wait_until_measuring(&mut child);
        interrupt(&child, signal);
        let mut out = String::new();
        // The end of the output is the end of the workers, too: they hold it as long as they live.
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let run: LoadRun = serde_json::from_str(&out).unwrap();
        assert!(run.legs[0].record.as_ref().unwrap().interrupted);
    }
}

#[cfg(unix)]
#[test]
fn a_worker_that_is_ended_early_says_so_in_its_line() {
    let served = serve(&["--engine", "cache"]);
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        let mut child = worker(&served, "0", &["--duration", "10m"]).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        // Goose says on standard output that all users are there.
        out.read_line(&mut line).unwrap();
        interrupt(&child, signal);
        out.read_to_string(&mut line).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{line}");
        assert!(line.contains("HARDTACK-LOAD-1 ") && line.contains("\"interrupted\":true"), "{line}");
    }
}
