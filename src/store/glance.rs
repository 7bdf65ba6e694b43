//! So much of the queue as is needed to count it: what a prompt asks for each
//! time that it is shown.

use std::collections::BTreeSet;

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
    /// Every incident that is open or tells of a signal, and those that are named, in no order. Only what an
    /// incident's place in the queue depends on is read: no address, no author, nobody assigned.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn glance(
        &self,
        titles: Titles,
        bodies: Bodies,
        named: &BTreeSet<IncidentId>,
    ) -> Result<Vec<Incident>, StoreError> {
        self.read("read incidents", |db| {
            let mut incidents = row::glanced(db, titles)?;
            let here: BTreeSet<&IncidentId> =
                incidents.iter().map(|one| &one.id).filter(|id| named.contains(*id)).collect();
            let missing: Vec<&IncidentId> = named.iter().filter(|id| !here.contains(id)).collect();
            for id in missing {
                incidents.extend(row::incident(db, id)?);
            }
            if bodies == Bodies::With {
                let mut bodies = row::bodies(db)?;
                for incident in &mut incidents {
                    incident.body = bodies.remove(incident.id.as_str());
                }
            }
            Ok(incidents)
        })
    }
}
