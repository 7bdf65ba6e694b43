//! Taking back what was asked: whoever was asked need not take it after all,
//! and all is as it was before. What they were told cannot be untold, so they
//! are told this as well.

use serde::{Deserialize, Serialize};

use super::{Asking, Base, Deed};
use crate::domain::id::OpId;
use crate::domain::incident::{Asked, Incident, same_name};
use crate::domain::text::Clean;

/// What is taken back, and who has it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// The decision that asked.
    pub ask: OpId,
    /// What it asked.
    pub asking: Asking,
    /// Who has it again.
    pub to: Vec<Clean>,
    /// Who has it no more; none if nobody got it by being asked.
    pub from: Option<Clean>,
}

impl Recall {
    /// What takes this back, for an incident that looked like this before it.
    pub(super) fn of(ask: &OpId, asking: &Asking, before: &Base) -> Self {
        let had = |to: &Clean| before.assignees.iter().any(|one| same_name(one.as_str(), to.as_str()));
        let from = asking.to.clone().filter(|to| !had(to));
        Self { ask: ask.clone(), asking: asking.clone(), to: asking.from.clone(), from }
    }

    /// What is to be taken back, of what was asked in this order. `own` tells whether this decision asked it.
    ///
    /// # Errors
    ///
    /// Why nothing can be taken back, in words.
    pub fn found<'a>(&self, asked: &'a [Asked], own: impl Fn(&Asked) -> bool) -> Result<&'a Asked, &'static str> {
        let mut standing = asked.iter().rev().filter(|asked| asked.stands());
        let last = standing.next();
        let mine = |one: &&Asked| self.is_of(one) && own(one);
        match last {
            Some(last) if mine(&last) => Ok(last),
            _ if standing.any(|one| mine(&one)) => {
                Err("somebody else has been asked since: nothing is taken back; assign it, or escalate it anew")
            }
            _ => Err("what was asked stands no more, or somebody else has asked it: nothing is taken back"),
        }
    }

    /// Whether this is the asking, as far as it can be told without knowing when it was written.
    pub fn is_of(&self, asked: &Asked) -> bool {
        let known = self.asking.asked(None, asked.at);
        (&known.escalation, known.step, known.since, &known.who)
            == (&asked.escalation, asked.step, asked.since, &asked.who)
    }

    /// What is told to whoever was asked, as Markdown.
    pub fn text(&self) -> String {
        format!("Taken back: {} need not take it.", self.asking.whom())
    }

    pub(super) fn apply(&self, incident: &mut Incident, deed: &Deed) {
        if let Some(asked) = incident.asked.iter_mut().rev().find(|asked| asked.stands() && self.is_of(asked)) {
            asked.back = Some(deed.at.max(asked.at));
        }
        let is = |one: &Clean, other: &Clean| same_name(one.as_str(), other.as_str());
        incident.assignees.retain(|had| self.from.as_ref().is_none_or(|from| !is(from, had)));
        for to in self.to.iter().rev() {
            if !incident.assignees.iter().any(|has| is(has, to)) {
                incident.assignees.insert(0, to.clone());
            }
        }
        incident.comments += 1;
    }
}
