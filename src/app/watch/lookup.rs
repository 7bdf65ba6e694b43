//! What is put together off the screen: asked for, and kept until it has been
//! put together again.

use crate::domain::text::Clean;

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Lookup<T> {
    /// Nobody has asked.
    #[default]
    NotAsked,
    /// It is being put together; what was known before stays.
    Asked(Option<Box<T>>),
    /// Here it is.
    Known(Box<T>),
    /// It cannot be had, and why.
    Failed(Clean),
}

impl<T: Clone> Lookup<T> {
    /// What was known last.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(known) | Self::Asked(Some(known)) => Some(known),
            Self::NotAsked | Self::Asked(None) | Self::Failed(_) => None,
        }
    }

    /// It is asked for anew.
    pub(super) fn ask(&mut self) {
        *self = match std::mem::take(self) {
            Self::Known(known) | Self::Asked(Some(known)) => Self::Asked(Some(known)),
            Self::NotAsked | Self::Asked(None) | Self::Failed(_) => Self::Asked(None),
        };
    }

    /// It has been put together, or not.
    pub(super) fn take(&mut self, told: &Result<Box<T>, Clean>) {
        *self = match told {
            Ok(known) => Self::Known(known.clone()),
            Err(why) => Self::Failed(why.clone()),
        };
    }
}
