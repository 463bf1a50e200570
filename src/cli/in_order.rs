//! Work that runs at once and is told in the order in which it was asked for.

use tokio::task::JoinSet;

/// What came of numbered tasks, by their numbers. A panic in one is a panic here.
pub(super) async fn in_order<T: 'static>(mut tasks: JoinSet<(usize, T)>) -> Vec<T> {
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        match ended {
            Ok(one) => all.push(one),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, one)| one).collect()
}
