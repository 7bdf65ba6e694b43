//! Who has it.

use serde_json::json;

use super::work::{Look, Stop, Work, refuse};
use super::{DELETE, POST};
use crate::domain::incident::same_name;
use crate::domain::text::Clean;
use crate::sources::github::wire::{Issue, User};

impl Work<'_> {
    /// First the new one, so that there is never nobody. GitHub silently
    /// ignores whom it cannot assign: the answer is compared.
    pub async fn assign(&mut self, to: Option<&Clean>, from: &[Clean]) -> Result<(), Stop> {
        if let Some(to) = to {
            let answer = self.write(POST, "/assignees", json!({ "assignees": [to.as_str()] })).await;
            let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
            let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
            if !is_among(&issue.assignees, to) {
                return Err(refuse(&format!(
                    "GitHub did not assign {to}: they may not be assigned here, or this token may not assign"
                )));
            }
        }
        let off: Vec<&str> = others(to, from).map(Clean::as_str).collect();
        if off.is_empty() {
            return Ok(());
        }
        let answer = self.write(DELETE, "/assignees", json!({ "assignees": off })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        match others(to, from).find(|old| is_among(&issue.assignees, old)) {
            Some(old) => Err(refuse(&format!("GitHub leaves {old} assigned: may this token assign?"))),
            None => Ok(()),
        }
    }

    /// Whether it is assigned so, or we assigned it so.
    pub async fn look_for_assignee(&mut self, to: Option<&Clean>, from: &[Clean]) -> Result<Look, Stop> {
        let assignees = self.issue().await?.assignees;
        let there = to.is_none_or(|to| is_among(&assignees, to));
        let old = others(to, from).any(|old| is_among(&assignees, old));
        Ok(if there && !old { Look::Done } else { Look::Absent })
    }
}

fn others<'a>(to: Option<&'a Clean>, from: &'a [Clean]) -> impl Iterator<Item = &'a Clean> {
    from.iter().filter(move |old| !to.is_some_and(|to| same_name(to.as_str(), old.as_str())))
}

fn is_among(users: &[User], login: &Clean) -> bool {
    users.iter().any(|user| user.login.as_deref().is_some_and(|one| same_name(one, login.as_str())))
}
