//! What the detail and the pickers ask for: comments, and who may be assigned.

use crate::domain::id::IncidentId;
use crate::domain::incident::Moment;
use crate::domain::text::Clean;
use crate::sources::github::client::Client;
use crate::sources::github::target::GithubTarget;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Comment, User};
use crate::sources::github::{map, marker, pages};

/// The most pages of one list.
const PAGES: usize = 10;

/// The comments of an incident as lines of its timeline, each with a key that
/// never changes; of very many, the first thousand.
///
/// # Errors
///
/// [`Trouble`], by what can be done about it.
pub async fn comments(
    client: &Client,
    target: &GithubTarget,
    incident: &IncidentId,
) -> Result<Vec<(String, Moment)>, Trouble> {
    let Some((_, number)) = incident.issue() else { return Ok(Vec::new()) };
    let url = client.url(&format!("{}/issues/{number}/comments?per_page=100", target.path()))?;
    let comments: Vec<Comment> = pages(client, url, PAGES).await?;
    Ok(comments.iter().map(moment).collect())
}

fn moment(comment: &Comment) -> (String, Moment) {
    let body = comment.body.as_deref().unwrap_or_default();
    let said = || Some(Clean::block(&marker::without(body)));
    let (what, text) = match (marker::snooze_until(body), marker::ask(body)) {
        (Some(until), _) => (format!("snoozed until {}", until.format("%Y-%m-%d %H:%M UTC")), None),
        (None, Some((_, _, _, who))) => {
            let whom = if let [one] = who.as_slice() { one.as_str() } else { "everyone" };
            let recalled = marker::recalls(body).is_some();
            (if recalled { format!("took back asking {whom}") } else { format!("escalated to {whom}") }, said())
        }
        (None, None) => ("commented".to_owned(), said()),
    };
    let by = map::login(comment.user.as_ref());
    let moment = Moment { at: comment.created_at, by, what: Clean::line(&what), text };
    (format!("comment:{}", comment.id), moment)
}

/// The logins that may be assigned in this repository, at most a thousand.
///
/// # Errors
///
/// [`Trouble`], by what can be done about it.
pub async fn assignable(client: &Client, target: &GithubTarget) -> Result<Vec<Clean>, Trouble> {
    let url = client.url(&format!("{}/assignees?per_page=100", target.path()))?;
    let users: Vec<User> = pages(client, url, PAGES).await?;
    Ok(users.iter().filter_map(|user| map::login(Some(user))).collect())
}
