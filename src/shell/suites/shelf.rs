//! What is remembered of results, as this process has it open: reading and
//! writing it may take a moment, and nobody but the results waits for that.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Suites;
use crate::domain::evals::CaseKey;
use crate::domain::evals::gather::{Filed, Named};
use crate::shell::engine::told;
use crate::store::StoreError;
use crate::store::results::Results;

/// So many runs are taken from the store at once.
const CHUNK: u32 = 500;

/// What is remembered.
pub(super) type Shelf = Arc<Mutex<Results>>;

impl Suites {
    pub(super) async fn remember(&mut self) {
        let folder = self.engine.folder().to_owned();
        let opened = tokio::task::spawn_blocking(move || Results::open(&folder)).await;
        match opened {
            Ok(Ok(results)) => self.results = Some(Arc::new(Mutex::new(results))),
            Ok(Err(error)) => return self.tell(Some(told(&error))).await,
            // Cancelled, as only at the end of the program.
            Err(_) => return,
        }
        let source = self.id.clone();
        // What is not known is read again.
        let files = self.with(move |results| results.files(&source)).await.and_then(Result::ok).unwrap_or_default();
        self.known = files.into_iter().map(|(path, mark)| (path.into(), mark)).collect();
    }

    /// Does this with what is remembered of results; none if there is nothing, or at the end of the program.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Results) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let results = Arc::clone(self.results.as_ref()?);
        let work = move || work(&mut results.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// What these cases are called.
    pub(super) async fn names(&self, keys: Vec<CaseKey>) -> BTreeMap<CaseKey, Named> {
        // Without a name a case is shown as one without.
        self.with(move |results| results.names(&keys)).await.and_then(Result::ok).unwrap_or_default()
    }

    /// Everything that is known of this source.
    pub(super) async fn runs(&self) -> Vec<Filed> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let source = self.id.clone();
            let chunk = self.with(move |results| results.runs(&source, after, CHUNK)).await;
            let Some(Ok(chunk)) = chunk else { return all };
            let Some((last, _)) = chunk.last() else { return all };
            after = *last;
            all.extend(chunk.into_iter().map(|(_, filed)| filed));
        }
    }
}
