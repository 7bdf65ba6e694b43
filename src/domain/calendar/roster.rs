//! The rotations, as far as the calendar asks them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Duties, Handover};
use crate::config::Role;
use crate::domain::rotation::Roster;

/// It must reach as far as the days of the calendar's window; see [`super::Window::stretch`].
impl Duties for Roster<'_> {
    fn holder(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Option<String> {
        let pieces = self.pieces(rotation, role, (at, at + TimeDelta::seconds(1)));
        pieces.first().map(|piece| piece.person.to_owned())
    }

    fn handovers(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Handover> {
        let told = Roster::handovers(self, (from, to)).into_iter();
        told.map(|one| Handover {
            rotation: one.rotation.to_owned(),
            at: one.at,
            incoming: Some(one.incoming.to_owned()),
        })
        .collect()
    }
}
