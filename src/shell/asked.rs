//! What the operator wants to have asked now, on its way from the key to the
//! rounds and to whoever reads artifacts. The same wish twice is one wish.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use crate::domain::id::SourceId;

/// The wishes that no round has heard yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    /// Which endpoints; none means all.
    wishes: Mutex<BTreeSet<Option<SourceId>>>,
    came: Notify,
    /// For those who take no wish, and look whenever there is one.
    overheard: Notify,
}

impl Asked {
    /// Wants this endpoint, or all.
    pub(super) fn want(&self, endpoint: Option<SourceId>) {
        self.0.wishes.lock().unwrap_or_else(PoisonError::into_inner).insert(endpoint);
        self.0.came.notify_one();
        self.0.overheard.notify_waiters();
    }

    /// Ends when somebody wants something, whatever it is, and leaves the wish to whom it is for. Nothing is missed
    /// from when it is enabled.
    pub(super) fn overhear(&self) -> Notified<'_> {
        self.0.overheard.notified()
    }

    /// Waits until somebody wants something.
    pub(super) async fn wait(&self) {
        self.0.came.notified().await;
    }

    /// What has been wanted since this was last taken.
    pub(super) fn take(&self) -> BTreeSet<Option<SourceId>> {
        std::mem::take(&mut self.0.wishes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
