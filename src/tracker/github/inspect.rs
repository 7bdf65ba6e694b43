//! What the token may do here: `dogwatch doctor` asks.

use crate::domain::text::Clean;
use crate::sources::github::client::Client;
use crate::sources::github::target::{Customs, GithubTarget, segment};
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Repository, User};

/// What one token may do in one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Where the token was found.
    pub token_origin: String,
    /// Whose it is; none for an App's.
    pub login: Option<Clean>,
    /// The scopes of a classic token; none for one that has none, such as a fine-grained one.
    pub scopes: Option<Clean>,
    /// What it may do in the repository.
    pub right: Right,
    /// The labels that decisions use.
    pub labels: Vec<(String, LabelCheck)>,
    /// What the host still allows, in words.
    pub budget: Option<Clean>,
}

/// What a token may do in a repository, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// GitHub does not say.
    Unknown,
    /// See issues, file and comment.
    Read,
    /// Label, assign and close, but create no label.
    Triage,
    /// All that dogwatch needs.
    Push,
}

/// Whether a label is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelCheck {
    /// It is.
    There,
    /// It is not: the first use creates it, if the token may push.
    Missing,
    /// That could not be read.
    Unread(Clean),
}

impl Right {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Push => "push",
        }
    }
}

/// Asks the host who we are and what we may do.
///
/// # Errors
///
/// [`Trouble`] when the host or the repository cannot be asked at all.
pub async fn inspect(client: &Client, target: &GithubTarget, customs: &Customs) -> Result<Report, Trouble> {
    let (login, scopes) = match client.get(&client.url("/user")?).await {
        Ok(answer) => {
            let scopes = answer.header("x-oauth-scopes").map(Clean::line);
            (answer.json::<User>()?.login.as_deref().map(Clean::line), scopes)
        }
        Err(Trouble::Forbidden(_) | Trouble::Missing(_)) => (None, None),
        Err(other) => return Err(other),
    };
    let answer = client.get(&client.url(&target.path())?).await.map_err(|trouble| match trouble {
        Trouble::Missing(reason) => Trouble::Missing(Clean::line(&format!("{}: {reason}", target.full_name()))),
        other => other,
    })?;
    let right = right(&answer.json()?);
    let wanted = [&customs.labels.ack, &customs.labels.snoozed];
    let mut labels = Vec::new();
    for name in wanted.into_iter().chain(&customs.severities).chain(&customs.kinds).chain(&target.labels) {
        labels.push((name.clone(), label(client, target, name).await));
    }
    let token_origin = client.token().origin().to_owned();
    Ok(Report { token_origin, login, scopes, right, labels, budget: client.budget().map(|budget| budget.words()) })
}

fn right(repository: &Repository) -> Right {
    match repository.permissions {
        None => Right::Unknown,
        Some(may) if may.push => Right::Push,
        Some(may) if may.triage => Right::Triage,
        Some(_) => Right::Read,
    }
}

async fn label(client: &Client, target: &GithubTarget, name: &str) -> LabelCheck {
    let read = match client.url(&format!("{}/labels/{}", target.path(), segment(name))) {
        Ok(url) => client.get(&url).await,
        Err(trouble) => Err(trouble),
    };
    match read {
        Ok(_) => LabelCheck::There,
        Err(Trouble::Missing(_)) => LabelCheck::Missing,
        Err(other) => LabelCheck::Unread(other.reason()),
    }
}
