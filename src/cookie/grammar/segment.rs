//! A line cut at its semicolons, with every piece knowing its offset.

/// A piece of the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// Octets from the start of the line.
    pub(super) at: usize,
    pub(super) text: &'a [u8],
}

impl Piece<'_> {
    pub(super) const fn end(self) -> usize {
        self.at + self.text.len()
    }

    /// Without spaces and tabs at both ends.
    fn trimmed(self) -> Self {
        let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
        let start = self.text.iter().take_while(|octet| blank(octet)).count();
        let text = &self.text[start..];
        let end = text.iter().rev().take_while(|octet| blank(octet)).count();
        Self { at: self.at + start, text: &text[..text.len() - end] }
    }

    /// The offset and value of the first octet for which `test` holds.
    pub(super) fn first(self, test: impl Fn(u8) -> bool) -> Option<(usize, u8)> {
        let index = self.text.iter().position(|octet| test(*octet))?;
        Some((self.at + index, self.text[index]))
    }

    pub(super) fn lossy(self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }
}

/// What stands between two semicolons.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// With the whitespace around it.
    pub(super) whole: Piece<'a>,
    /// What stands before the equals sign, or everything; trimmed.
    pub(super) name: Piece<'a>,
    /// The offset of the first equals sign.
    pub(super) equals: Option<usize>,
    /// What follows the equals sign, trimmed; empty without one.
    pub(super) value: Piece<'a>,
}

impl<'a> Segment<'a> {
    /// All segments; there always is a first one.
    pub(super) fn all(line: &'a [u8]) -> Vec<Self> {
        let mut at = 0;
        line.split(|octet| *octet == b';')
            .map(|text| {
                let whole = Piece { at, text };
                at += text.len() + 1;
                Self::new(whole)
            })
            .collect()
    }

    fn new(whole: Piece<'a>) -> Self {
        let (before, equals, after) = match whole.text.iter().position(|octet| *octet == b'=') {
            Some(index) => {
                let after = Piece { at: whole.at + index + 1, text: &whole.text[index + 1..] };
                (&whole.text[..index], Some(whole.at + index), after)
            }
            None => (whole.text, None, Piece { at: whole.end(), text: &[] }),
        };
        let name = Piece { at: whole.at, text: before }.trimmed();
        Self { whole, name, equals, value: after.trimmed() }
    }

    /// Whether there is nothing but whitespace.
    pub(super) fn is_empty(&self) -> bool {
        self.name.text.is_empty() && self.equals.is_none()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.text.eq_ignore_ascii_case(name.as_bytes())
    }

    /// How many octets of whitespace stand at the start.
    pub(super) fn leading(&self) -> usize {
        self.whole.text.iter().take_while(|octet| matches!(octet, b' ' | b'\t')).count()
    }

    /// Where the whitespace at the end begins, if there is any after something else.
    pub(super) fn trailing(&self) -> Option<usize> {
        let text = self.whole.text;
        let last = text.iter().rposition(|octet| !matches!(octet, b' ' | b'\t'))?;
        (last + 1 < text.len()).then_some(self.whole.at + last + 1)
    }

    /// Where whitespace beside the equals sign begins: before it, after it. An empty name leaves
    /// its whitespace to the start of the segment, an empty value to the end.
    pub(super) fn around_equals(&self) -> impl Iterator<Item = usize> {
        let before = self
            .equals
            .filter(|equals| !self.name.text.is_empty() && self.name.end() < *equals)
            .map(|_| self.name.end());
        let after =
            self.equals.map(|equals| equals + 1).filter(|after| !self.value.text.is_empty() && *after < self.value.at);
        before.into_iter().chain(after)
    }
}
