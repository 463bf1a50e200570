//! Choices: every way that a design leaves open, one after the other.

/// A path through open questions. The same computation is run again with [`Choices::advance`] until every path was taken.
#[derive(Debug, Default)]
pub struct Choices {
    /// What was chosen, of how many.
    path: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    /// One of `ways`, from 0. The usual way comes first.
    pub fn pick(&mut self, ways: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((0, ways.max(1)));
        }
        let (chosen, _) = self.path[self.at];
        self.at += 1;
        chosen
    }

    /// The answer to a question: the known one, else each of both, `usual` first; it is remembered.
    pub fn ask(&mut self, known: &mut Option<bool>, usual: bool) -> bool {
        let answer = known.unwrap_or_else(|| if self.pick(2) == 0 { usual } else { !usual });
        *known = Some(answer);
        answer
    }

    /// Whether something unusual happened; it may, where that is said.
    pub fn unusual(&mut self, possible: bool) -> bool {
        possible && self.pick(2) == 1
    }

    /// Goes to the next path; false when there is none.
    pub fn advance(&mut self) -> bool {
        self.at = 0;
        while let Some((chosen, ways)) = self.path.pop() {
            if chosen + 1 < ways {
                self.path.push((chosen + 1, ways));
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_taken_once() {
        let mut choices = Choices::default();
        let mut seen = Vec::new();
        loop {
            let first = choices.pick(2);
            let second = if first == 0 { choices.pick(3) } else { 9 };
            seen.push((first, second));
            if !choices.advance() {
                break;
            }
        }
        assert_eq!(seen, [(0, 0), (0, 1), (0, 2), (1, 9)]);
    }

    #[test]
    fn an_answer_is_remembered() {
        let mut known = None;
        let mut choices = Choices::default();
        assert!(choices.ask(&mut known, true));
        assert_eq!(known, Some(true));
        assert!(choices.ask(&mut known, false), "known by now");
        assert!(choices.advance());
        let mut again = None;
        assert!(!choices.ask(&mut again, true));
        assert!(!choices.advance());
    }
}
