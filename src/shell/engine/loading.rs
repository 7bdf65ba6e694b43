//! What the core wants to see, brought from the disk or from its source: the
//! store hands it out, and neither it nor the screen waits for the rest.

use std::sync::Arc;

use super::{Engine, Network, told};
use crate::app::event::{Fact, Level};
use crate::domain::catalogue::Catalogue;
use crate::domain::id::{IncidentId, SourceId};
use crate::shell::timeline::timeline;

impl Engine {
    pub(super) fn load_detail(&self, id: IncidentId) {
        let engine = self.clone();
        self.keeper.later(move |store| {
            let body = store.body(&id).ok().flatten();
            let moments = timeline(store, &id);
            engine.report(Fact::DetailLoaded { id, body, moments });
        });
    }

    /// The list may have megabytes: the store only hands it out, and neither it nor the screen waits for the rest.
    pub(super) fn load_tools(&self, endpoint: SourceId) {
        let engine = self.clone();
        tokio::spawn(async move {
            let id = endpoint.to_string();
            let kept = engine.keeper.ask(move |store| store.served(&id)).await;
            let tools = match kept {
                Some(Ok(kept)) => kept,
                Some(Err(error)) => return engine.report(Fact::Told { level: Level::Warning, text: told(&error) }),
                None => return,
            };
            let catalogue = tokio::task::spawn_blocking(move || tools.and_then(|kept| catalogue(&kept.raw)));
            let tools = catalogue.await.ok().flatten().map(Arc::new);
            engine.report(Fact::ToolsLoaded { endpoint, tools });
        });
    }

    pub(super) fn load_tool_names(&self) {
        let engine = self.clone();
        self.keeper.later(move |store| {
            // Without them endpoints are found by everything else.
            let names = store.tool_names().unwrap_or_default();
            let names = names.into_iter().map(|(id, names)| (SourceId::new(id), names)).collect();
            engine.report(Fact::ToolNamesLoaded(names));
        });
    }

    pub(super) fn fetch_detail(&self, id: IncidentId) {
        let Some((source, _)) = id.issue() else { return };
        if self.network == Network::Offline || !self.remotes.contains_key(&source) {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            let Some(remote) = engine.remotes.get(&source) else { return };
            match remote.comments(&engine, &id).await {
                Ok(()) => engine.load_detail(id),
                Err(why) => engine.report(Fact::Told { level: Level::Warning, text: why }),
            }
        });
    }

    pub(super) fn load_assignable(&self, source: SourceId) {
        if self.network == Network::Offline || !self.remotes.contains_key(&source) {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            let Some(remote) = engine.remotes.get(&source) else { return };
            match remote.assignable().await {
                Ok(logins) => engine.report(Fact::AssignableLoaded { source, logins }),
                Err(why) => engine.report(Fact::Told { level: Level::Warning, text: why }),
            }
        });
    }
}

/// A kept list as people read it; none if it cannot be read any more.
fn catalogue(raw: &str) -> Option<Catalogue> {
    let kept: serde_json::Value = serde_json::from_str(raw).ok()?;
    Some(Catalogue::of(kept.get("tools")?.as_array()?))
}
