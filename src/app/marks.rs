//! Which incidents the next decision is about, when it is about several.

use std::collections::BTreeSet;

use crate::domain::id::IncidentId;

/// Marked incidents, and a range that grows with the cursor.
///
/// A range holds the incidents that lay in it when the cursor last moved: what
/// arrives in between has not been seen, so it is not in the range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    marked: BTreeSet<IncidentId>,
    range: Option<(IncidentId, BTreeSet<IncidentId>)>,
}

impl Marks {
    /// Whether this one is marked, or in the range.
    pub fn has(&self, id: &IncidentId) -> bool {
        self.marked.contains(id) || self.in_range(id)
    }

    /// Whether this one is in the range.
    pub fn in_range(&self, id: &IncidentId) -> bool {
        self.range.as_ref().is_some_and(|(_, inside)| inside.contains(id))
    }

    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty() && self.range.is_none()
    }

    /// Where the range began; none if there is none.
    pub fn anchor(&self) -> Option<&IncidentId> {
        self.range.as_ref().map(|(anchor, _)| anchor)
    }

    /// Marks it, or takes the mark off.
    pub fn toggle(&mut self, id: &IncidentId) {
        if !self.marked.remove(id) {
            self.marked.insert(id.clone());
        }
    }

    /// Marks all of these; takes all marks off if they all were marked.
    pub fn toggle_all(&mut self, ids: BTreeSet<IncidentId>) {
        let all = ids.is_subset(&self.marked);
        self.marked = if all { BTreeSet::new() } else { ids };
        self.range = None;
    }

    /// Begins a range here, or turns the range into marks.
    pub fn toggle_range(&mut self, here: &IncidentId) {
        match self.range.take() {
            Some((_, inside)) => self.marked.extend(inside),
            None => self.range = Some((here.clone(), BTreeSet::from([here.clone()]))),
        }
    }

    /// The range now reaches over these.
    pub fn stretch(&mut self, inside: Vec<IncidentId>) {
        if let Some((_, range)) = &mut self.range {
            *range = inside.into_iter().collect();
        }
    }

    /// Gives up the range, else the marks.
    pub fn drop_one(&mut self) {
        if self.range.take().is_none() {
            self.marked.clear();
        }
    }

    /// Nothing is marked any more.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets what is not among these.
    pub fn keep(&mut self, known: &BTreeSet<&IncidentId>) {
        self.marked.retain(|id| known.contains(id));
        if let Some((_, range)) = &mut self.range {
            range.retain(|id| known.contains(id));
        }
    }
}
