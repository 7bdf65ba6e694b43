//! What all endpoints share: connections, and not asking too much at once.

use std::collections::HashMap;
use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::clock::{Connecting, Names};
use super::patience::{IN_ALL, LENDS, PER_ORIGIN, Patience};
use super::trouble::{Fallible, Trouble};
use crate::config::is_loopback;

/// An idle connection is not kept for longer: common servers close theirs after
/// five seconds, and a probe is to find out whether somebody new gets in.
const IDLE: Duration = Duration::from_secs(4);

/// One HTTP client for each `ca_file`, at most 4 probes at one origin and 32
/// in all. Cloning is cheap, and clones share everything.
#[derive(Debug, Clone)]
pub struct SharedHttp(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    patience: Patience,
    clients: Mutex<HashMap<(Option<PathBuf>, Way), reqwest::Client>>,
    origins: Mutex<HashMap<String, Arc<Semaphore>>>,
    all: Arc<Semaphore>,
}

/// Whether a proxy may stand between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Straight,
    AsTheEnvironmentSays,
}

/// The right to probe now; given back when dropped.
#[derive(Debug)]
pub(super) struct Leave {
    origin: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Leave {
    /// Does the work; if it takes long, the next may ask at the origin meanwhile.
    pub async fn during<T>(mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        if let Ok(done) = tokio::time::timeout(LENDS, &mut work).await {
            return done;
        }
        self.origin = None;
        work.await
    }
}

impl Default for SharedHttp {
    fn default() -> Self {
        Self::new(Patience::default())
    }
}

impl SharedHttp {
    /// With this patience for every endpoint.
    pub fn new(patience: Patience) -> Self {
        Self(Arc::new(Shared {
            patience,
            clients: Mutex::default(),
            origins: Mutex::default(),
            all: Arc::new(Semaphore::new(IN_ALL)),
        }))
    }

    /// How long each step may take.
    pub fn patience(&self) -> Patience {
        self.0.patience
    }

    /// Waits for its turn, first at the origin: whoever waits there takes nobody else's place.
    pub(super) async fn leave(&self, origin: Option<&Url>) -> Leave {
        let gate = origin.map(|url| {
            let mut origins = self.0.origins.lock().unwrap_or_else(PoisonError::into_inner);
            let gate = origins.entry(url.origin().ascii_serialization());
            Arc::clone(gate.or_insert_with(|| Arc::new(Semaphore::new(PER_ORIGIN))))
        });
        let origin = match gate {
            // A semaphore that is never closed always gives leave.
            Some(gate) => gate.acquire_owned().await.ok(),
            None => None,
        };
        Leave { origin, _all: Arc::clone(&self.0.all).acquire_owned().await.ok() }
    }

    /// The client for this address; built when first asked for.
    pub(super) fn client(&self, url: &Url, ca_file: Option<&Path>) -> Fallible<reqwest::Client> {
        let way = if is_loopback(url) { Way::Straight } else { Way::AsTheEnvironmentSays };
        let key = (ca_file.map(Path::to_owned), way);
        let mut clients = self.0.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = build(self.0.patience, ca_file, way)?;
        clients.insert(key, client.clone());
        Ok(client)
    }
}

fn build(patience: Patience, ca_file: Option<&Path>, way: Way) -> Fallible<reqwest::Client> {
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("dogwatch/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .dns_resolver(Names)
        .connector_layer(Connecting)
        .connect_timeout(patience.connect)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(PER_ORIGIN);
    if way == Way::Straight {
        // A proxy is another machine, and the token would reach it in the clear.
        http = http.no_proxy();
    }
    if let Some(file) = ca_file {
        let bad =
            |reason: &str| Trouble::not_asked(&format!("cannot use the certificates of {}: {reason}", file.display()));
        let pem = std::fs::read(file).map_err(|error| bad(&error.to_string()))?;
        let more = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| bad(&error.to_string()))?;
        if more.is_empty() {
            return Err(bad("it holds no certificate"));
        }
        http = http.tls_certs_merge(more);
    }
    http.build().map_err(|error| {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Trouble::not_asked(&format!("cannot set up HTTPS: {cause}"))
    })
}

/// Says so when a proxy of the environment may stand between; empty if none can.
pub(super) fn by_proxy(url: &Url) -> &'static str {
    let named =
        |names: [&str; 2]| names.iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let proxied = match url.scheme() {
        _ if is_loopback(url) || std::env::var("NO_PROXY").is_ok_and(|hosts| hosts == "*") => false,
        "https" => named(["HTTPS_PROXY", "https_proxy"]) || named(["ALL_PROXY", "all_proxy"]),
        _ => named(["HTTP_PROXY", "http_proxy"]) || named(["ALL_PROXY", "all_proxy"]),
    };
    if proxied { " (the environment names a proxy, which may stand between)" } else { "" }
}
