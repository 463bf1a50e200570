//! Every reading of the answers so far that still makes sense.

use std::collections::BTreeSet;

use super::answer::{Answer, Asked};
use super::choices::Choices;
use super::mismatch::Mismatch;
use super::working::Working;
use super::world::World;
use crate::prop::design::Design;

/// How many readings are kept.
const MOST: usize = 400;

/// How many ways of one step are followed.
const WAYS: usize = 20_000;

/// A request and its answer, in the order in which answers came.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Whose it is.
    pub browser: u8,
    /// The request.
    pub asked: Asked,
    /// The answer.
    pub answer: Answer,
}

/// Every reading of the answers so far that still makes sense.
#[derive(Debug, Clone)]
pub struct Possible {
    worlds: Vec<World>,
}

impl Possible {
    /// A server of this design that has answered nothing.
    #[must_use]
    pub fn new(design: Design) -> Self {
        Self { worlds: vec![World::new(design)] }
    }

    /// The readings.
    #[must_use]
    pub fn worlds(&self) -> &[World] {
        &self.worlds
    }

    /// Takes one request and its answer. When nothing explains the answer, the mismatch of the usual way; of several
    /// readings the one with the least that is wrong.
    pub fn request(&mut self, turn: &Turn) -> Result<(), Mismatch> {
        self.step(|world, choices| one(world, turn, choices))
    }

    /// Takes requests that were under way at the same time. They are explained by any order, and, where sessions are
    /// saved as a whole, by saving copies that were loaded together.
    pub fn together(&mut self, turns: &[Turn], gated: bool) -> Result<(), Mismatch> {
        self.step(|world, choices| {
            let overlapping = choices.pick(2) == 0;
            // What was held and let go in turn cannot have happened in another order.
            let any_order = |choices: &mut Choices| {
                if gated { (0..turns.len()).collect() } else { order(turns.len(), choices) }
            };
            if !overlapping {
                for index in any_order(choices) {
                    one(world, &turns[index], choices).map_err(|wrong| Mismatch { request: index, ..wrong })?;
                }
                return Ok(());
            }
            let mut sessions = Vec::new();
            for (index, turn) in turns.iter().enumerate() {
                let at = |wrong| Mismatch { request: index, ..wrong };
                let now = turn.answer.at;
                let mut working = Working::load(world, &turn.asked, now, choices);
                working.run(world, &turn.asked, turn.answer.results.as_deref(), now, choices).map_err(at)?;
                sessions.push(Some(working));
            }
            // Some servers end and replace sessions at once, others when the request ends.
            let at_once = choices.pick(3);
            if at_once > 0 {
                // Who ends a session may come before whoever replaces it, in whichever order they are saved.
                let ended = sessions.iter().flatten().flat_map(|working| &working.ended).copied();
                let mut over: BTreeSet<usize> = if at_once == 2 { ended.collect() } else { BTreeSet::new() };
                sessions.iter_mut().flatten().for_each(|working| working.settle(world, &mut over));
            }
            for index in any_order(choices) {
                let Some(working) = sessions[index].take() else { continue };
                let turn = &turns[index];
                working
                    .save(world, &turn.asked, &turn.answer, choices)
                    .map_err(|wrong| Mismatch { request: index, ..wrong })?;
            }
            Ok(())
        })
    }

    /// Something that no answer tells of, known for sure.
    pub fn happened(&mut self, change: impl Fn(&mut World)) {
        self.worlds.iter_mut().for_each(change);
    }

    /// Something that may or may not have happened.
    pub fn perhaps(&mut self, change: impl Fn(&mut World)) {
        let mut changed = self.worlds.clone();
        changed.iter_mut().for_each(change);
        self.worlds.extend(changed);
        self.prune();
    }

    fn step(&mut self, step: impl Fn(&mut World, &mut Choices) -> Result<(), Mismatch>) -> Result<(), Mismatch> {
        let mut left = Vec::new();
        let mut wrong: Option<Mismatch> = None;
        let mut ways = 0;
        for world in &self.worlds {
            let mut usual = true;
            let mut choices = Choices::default();
            loop {
                let mut next = world.clone();
                match step(&mut next, &mut choices) {
                    Ok(()) => left.push(next),
                    // Of what is wrong in each reading the usual way the least counts.
                    Err(less) if usual && wrong.as_ref().is_none_or(|wrong| less.level < wrong.level) => {
                        wrong = Some(less);
                    }
                    Err(_) => {}
                }
                usual = false;
                ways += 1;
                if ways >= WAYS || !choices.advance() {
                    break;
                }
            }
        }
        if let (true, Some(wrong)) = (left.is_empty(), wrong) {
            return Err(wrong);
        }
        self.worlds = left;
        self.prune();
        Ok(())
    }

    /// Drops what is there twice, and keeps the readings with the least that is wrong.
    fn prune(&mut self) {
        let mut kept: Vec<World> = Vec::with_capacity(self.worlds.len());
        for world in self.worlds.drain(..) {
            if !kept.contains(&world) {
                kept.push(world);
            }
        }
        kept.sort_by_key(|world| world.deviations.len());
        kept.truncate(MOST);
        self.worlds = kept;
    }
}

fn one(world: &mut World, turn: &Turn, choices: &mut Choices) -> Result<(), Mismatch> {
    let now = turn.answer.at;
    let mut working = Working::load(world, &turn.asked, now, choices);
    working.run(world, &turn.asked, turn.answer.results.as_deref(), now, choices)?;
    working.save(world, &turn.asked, &turn.answer, choices)
}

/// An order of so many things; the given one first.
fn order(count: usize, choices: &mut Choices) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let mut order = Vec::with_capacity(count);
    while !left.is_empty() {
        let chosen = if left.len() == 1 { 0 } else { choices.pick(left.len()) };
        order.push(left.remove(chosen.min(left.len() - 1)));
    }
    order
}
