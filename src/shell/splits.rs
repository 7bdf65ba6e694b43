//! How the operator divided the screen, from one session to the next.

use super::engine::{Engine, told};
use super::logs;
use crate::panes::frame::{Divider, Splits};
use crate::store::{Store, StoreError};

/// Under which name the store keeps where the dividers are.
const KIND: &str = "split";

/// How the screen was divided when it was left.
///
/// # Errors
///
/// [`StoreError::Damaged`] when that cannot be read.
pub fn left_as(store: &Store) -> Result<Splits, StoreError> {
    let knobs = store.knobs(KIND)?;
    let mut splits = Splits::default();
    for divider in Divider::ALL {
        splits.set(divider, knobs.get(divider.name()).and_then(|part| u16::try_from(*part).ok()));
    }
    Ok(splits)
}

impl Engine {
    /// Remembers it; a screen that cannot be remembered is divided all the same.
    pub(super) fn arrange(&self, splits: Splits) {
        let parts = Divider::ALL.map(|divider| (divider.name(), splits.moved(divider).map(i64::from)));
        self.keeper().later(move |store| {
            if let Err(error) = store.keep_knobs(KIND, &parts) {
                logs::failed(&format!("not remembered: {}", told(&error)));
            }
        });
    }
}
