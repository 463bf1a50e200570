//! A record as lines of text, short enough to pass through any engine.
//!
//! `srun` breaks lines after 1,024 octets and lets other workers' output in between, and terminals and log collectors
//! have limits of their own. So a record goes out in numbered parts, with a sum over the whole that tells damage.

use super::record::MergeError;

/// What stands in front of each part of a record.
pub const MARK: &str = "HARDTACK-LOAD-1 ";

/// Octets of one part, at most.
const PART: usize = 800;

/// The lines of a record of this worker.
pub(super) fn write(rank: u32, json: &str) -> String {
    let parts = parts(json);
    let (sum, of) = (sum(json), parts.len());
    let line = |(index, part): (usize, &&str)| format!("{MARK}{rank} {sum:016x} {}/{of} {part}\n", index + 1);
    parts.iter().enumerate().map(line).collect()
}

/// The records in what workers printed. Other lines, and what an engine puts before its workers' lines, are passed over.
pub(super) fn read(text: &str) -> Result<Vec<String>, MergeError> {
    let mut found: Vec<Unfinished<'_>> = Vec::new();
    for line in text.lines().filter_map(|line| line.split_once(MARK)).map(|(_, line)| line) {
        let unreadable = || MergeError::Unreadable("a part without its number".to_owned());
        let (id, rest) = line.match_indices(' ').nth(1).map(|(at, _)| line.split_at(at)).ok_or_else(unreadable)?;
        let (number, part) = rest[1..].split_once(' ').ok_or_else(unreadable)?;
        let (index, of) = number.split_once('/').ok_or_else(unreadable)?;
        let (index, of): (usize, usize) =
            (index.parse().map_err(|_| unreadable())?, of.parse().map_err(|_| unreadable())?);
        if index == 1 {
            found.push(Unfinished { id, of, json: String::new(), next: 1 });
        }
        let whose = found.iter_mut().rev().find(|one| one.id == id && one.of == of && one.next == index);
        let whose =
            whose.ok_or_else(|| MergeError::Unreadable(format!("a part before part {index} of {of} is missing")))?;
        whose.json.push_str(part);
        whose.next += 1;
    }
    found.into_iter().map(Unfinished::finish).collect()
}

/// A record of which some parts have been read.
struct Unfinished<'a> {
    /// Worker and sum.
    id: &'a str,
    of: usize,
    json: String,
    next: usize,
}

impl Unfinished<'_> {
    fn finish(self) -> Result<String, MergeError> {
        if self.next <= self.of {
            return Err(MergeError::Unreadable(format!("part {} of {} is missing", self.next, self.of)));
        }
        let said = self.id.split_once(' ').map(|(_, sum)| sum).unwrap_or_default();
        if said != format!("{:016x}", sum(&self.json)) {
            return Err(MergeError::Unreadable("it was changed on its way".to_owned()));
        }
        Ok(self.json)
    }
}

/// The text in parts, cut between characters.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > PART {
        let (part, next) = rest.split_at(rest.floor_char_boundary(PART));
        parts.push(part);
        rest = next;
    }
    parts.push(rest);
    parts
}

/// FNV-1a: it tells damage, nothing more.
fn sum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, octet| (sum ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(of: char) -> String {
        of.to_string().repeat(1500) + "µ end"
    }

    #[test]
    fn lines_are_short_and_may_be_mixed_and_labelled() {
        let (one, other) = (long('a'), long('ä'));
        let (first, second) = (write(0, &one), write(1, &other));
        assert!(first.lines().chain(second.lines()).all(|line| line.len() < 1000));
        let mut mixed = String::from("All users launched.\n");
        let mut lines = [first.lines(), second.lines()];
        while lines.iter_mut().enumerate().fold(false, |any, (rank, lines)| {
            let line = lines.next();
            mixed.extend(line.map(|line| format!("{rank}: {line}\n")));
            any || line.is_some()
        }) {}
        assert_eq!(read(&mixed), Ok(vec![one, other]));
    }

    #[test]
    fn the_same_record_twice_is_two_records() {
        let lines = write(3, &long('b'));
        assert_eq!(read(&lines.repeat(2)).map(|found| found.len()), Ok(2));
    }

    #[test]
    fn damage_is_told() {
        let lines = write(0, &long('c'));
        let without = |gone: usize| {
            let left =
                lines.lines().enumerate().filter(|(index, _)| *index != gone).map(|(_, line)| format!("{line}\n"));
            read(&left.collect::<String>()).unwrap_err().to_string()
        };
        assert!(without(0).contains("a part before part 2 of 2 is missing"), "{}", without(0));
        assert!(without(1).contains("part 2 of 2 is missing"), "{}", without(1));
        let changed = read(&lines.replace("ccc µ", "ccd µ").replacen("ccc", "ccd", 1)).unwrap_err();
        assert!(changed.to_string().contains("it was changed on its way"), "{changed}");
        assert!(read("HARDTACK-LOAD-1 {\"run\": 1}").is_err());
    }
}
