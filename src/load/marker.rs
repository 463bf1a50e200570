//! Markers: what a session holds so that its answers can be told from everybody else's.

/// Octets of a marker.
pub(super) const LENGTH: usize = 16;

/// 16 hexadecimal digits: the run's tag and the session's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker([u8; LENGTH]);

impl Marker {
    pub(super) fn new(tag: u32, number: u32) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut octets = [0; LENGTH];
        let whole = (u64::from(tag) << 32) | u64::from(number);
        for (index, octet) in octets.iter_mut().enumerate() {
            let digit = usize::try_from((whole >> (60 - 4 * index)) & 15).unwrap_or_default();
            *octet = DIGITS[digit];
        }
        Self(octets)
    }

    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn text(&self) -> &str {
        // Hexadecimal digits are text.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The value of a version: the marker, so that it can be told whose it is, and a number.
pub(super) fn write_version(marker: Marker, number: u32, to: &mut Vec<u8>) {
    to.extend_from_slice(marker.octets());
    to.push(b':');
    write_number(u64::from(number), to);
}

/// The number of a version of this session; `None` when it is another's or no version at all.
pub(super) fn read_version(text: &str, marker: Marker) -> Option<u32> {
    text.strip_prefix(marker.text())?.strip_prefix(':')?.parse().ok()
}

/// A number in decimal digits.
pub(super) fn write_number(number: u64, to: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_differ_by_run_and_by_session() {
        assert_eq!(Marker::new(0xdead_beef, 10).text(), "deadbeef0000000a");
        assert_ne!(Marker::new(1, 2), Marker::new(2, 1));
    }

    #[test]
    fn versions_survive_and_are_owned() {
        let marker = Marker::new(1, 2);
        let mut octets = Vec::new();
        write_version(marker, 4_294_967_295, &mut octets);
        let text = String::from_utf8(octets).unwrap();
        assert_eq!(text, "0000000100000002:4294967295");
        assert_eq!(read_version(&text, marker), Some(u32::MAX));
        assert_eq!(read_version(&text, Marker::new(1, 3)), None);
        assert_eq!(read_version("0000000100000002:x", marker), None);
    }
}
