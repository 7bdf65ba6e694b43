//! A change of the team file on its way: what is asked for, and what it would
//! look like, before anybody says yes.

use crate::config::RotationEdit;

/// A change of one rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The id of the rotation.
    pub rotation: String,
    /// What is done to it.
    pub edit: RotationEdit,
}

/// What the team file would be with it; nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was asked for.
    pub amendment: Amendment,
    /// The file as it was when it was read; it is written only if it still is.
    pub before: String,
    /// The file with the change; the same, if it says so already.
    pub after: String,
    /// From the one to the other, as `git diff` shows it and `git apply` takes it; empty if nothing changes.
    pub diff: String,
}

impl Draft {
    /// Whether there is anything to write.
    pub fn changes(&self) -> bool {
        self.before != self.after
    }
}
