//! The servers that histories are played on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::RwLock;

use super::subject::Subject;
use crate::verify::{Instance, Setting, Stage};

/// The servers that histories are played on: one, or several of one variant, so that more histories can have a server for
/// themselves at the same time.
#[derive(Clone)]
pub struct Servers<'a> {
    /// Where histories that failed are played again.
    pub first: &'a dyn Stage,
    /// More of the same variant.
    pub others: Vec<&'a dyn Stage>,
}

impl<'a> From<&'a dyn Stage> for Servers<'a> {
    fn from(first: &'a dyn Stage) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl Servers<'_> {
    /// What histories share on each of them, the first one first.
    pub(super) fn all(&self) -> Vec<Arc<Server>> {
        std::iter::once(&self.first)
            .chain(&self.others)
            .map(|stage| {
                Arc::new(Server {
                    setting: stage.setting().clone(),
                    shared: stage.shared(),
                    alone: RwLock::new(()),
                    batches: AtomicUsize::new(0),
                })
            })
            .collect()
    }
}

/// What histories on one server share.
pub(super) struct Server {
    setting: Setting,
    shared: Arc<dyn Instance>,
    /// A history that touches the world has it for itself where there is only one.
    pub(super) alone: RwLock<()>,
    batches: AtomicUsize,
}

impl Server {
    /// The one with the fewest batches, the first of several.
    pub(super) fn least_busy(servers: &[Arc<Self>]) -> Option<(usize, &Arc<Self>)> {
        servers.iter().enumerate().min_by_key(|(_, server)| server.batches.load(Ordering::Relaxed))
    }

    /// What is under test, seen from this server.
    pub(super) fn subject(&self, of_the_first: &Arc<Subject>) -> Arc<Subject> {
        if of_the_first.setting.main == self.setting.main {
            return Arc::clone(of_the_first);
        }
        Arc::new(Subject { setting: self.setting.clone(), ..of_the_first.as_ref().clone() })
    }

    /// The instance that its histories share.
    pub(super) fn shared(&self) -> Arc<dyn Instance> {
        Arc::clone(&self.shared)
    }

    /// A batch begins here, and ends when what is given back is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.batches.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }
}

/// A batch that goes on.
pub(super) struct Busy(Arc<Server>);

impl Busy {
    pub(super) fn server(&self) -> &Server {
        &self.0
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.batches.fetch_sub(1, Ordering::Relaxed);
    }
}
