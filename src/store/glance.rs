//! So much of the queue as is needed to count it: what a prompt asks for each
//! time that it is shown.

use std::collections::{BTreeSet, HashMap};

use super::error::StoreError;
use super::{Bodies, Store, row};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;

/// Whether titles are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Titles {
    /// With them: a rule of the team looks at them.
    With,
    /// Without: they are empty.
    Without,
}

impl Store {
    /// Hands over every incident that is open or tells of a signal, and those that are named, one after the other and
    /// in no order. Only what an incident's place in the queue depends on is read: no address, no author, nobody
    /// assigned.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn glance(
        &self,
        titles: Titles,
        bodies: Bodies,
        named: &BTreeSet<IncidentId>,
        mut each: impl FnMut(Incident),
    ) -> Result<(), StoreError> {
        self.read("read incidents", |db| {
            let mut bodies = if bodies == Bodies::With { row::bodies(db)? } else { HashMap::new() };
            let mut missing = named.clone();
            row::glanced(db, titles, |mut incident| {
                missing.remove(&incident.id);
                incident.body = bodies.remove(incident.id.as_str());
                each(incident);
            })?;
            for id in missing {
                row::incident(db, &id)?.into_iter().for_each(&mut each);
            }
            Ok(())
        })
    }
}
