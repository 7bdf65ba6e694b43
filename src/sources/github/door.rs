//! The way to one host: its token is looked up when it is first needed, and
//! once more when the host refuses it.

use tokio::sync::Mutex;

use super::client::{Client, Unbuilt};
use super::target::GithubTarget;
use crate::sources::tokens::{Lookup, NoToken};

/// The way to one repository's host; source and tracker share it, and with it the budget.
pub struct Door {
    target: GithubTarget,
    lookup: Lookup,
    client: Mutex<Option<Client>>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("target", &self.target).finish_non_exhaustive()
    }
}

/// Why nothing can be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum Shut {
    /// No token for this host.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// The configuration cannot work.
    #[error(transparent)]
    Unbuilt(#[from] Unbuilt),
}

impl Door {
    /// The way to this repository, with tokens from there.
    pub fn new(target: GithubTarget, lookup: Lookup) -> Self {
        Self { target, lookup, client: Mutex::new(None) }
    }

    /// Which repository it leads to.
    pub fn target(&self) -> &GithubTarget {
        &self.target
    }

    /// The client, made when it is first needed.
    ///
    /// # Errors
    ///
    /// [`Shut`], with what would open it.
    pub async fn client(&self) -> Result<Client, Shut> {
        let mut kept = self.client.lock().await;
        if let Some(client) = kept.as_ref() {
            return Ok(client.clone());
        }
        let client = Client::new(&self.target, (self.lookup)().await?)?;
        *kept = Some(client.clone());
        Ok(client)
    }

    /// A client with another token than the one that the host has refused; none if there is no other.
    pub async fn renewed(&self, refused: &Client) -> Option<Client> {
        let mut kept = self.client.lock().await;
        if let Some(client) = kept.as_ref().filter(|client| client.token() != refused.token()) {
            return Some(client.clone());
        }
        let token = (self.lookup)().await.ok().filter(|token| token != refused.token());
        let client = Client::new(&self.target, token?).ok()?;
        *kept = Some(client.clone());
        Some(client)
    }
}
