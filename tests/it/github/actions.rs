//! What workflows left behind: the list of artifacts, the redirect to an
//! archive, and the other host where archives lie.
//!
//! ```ignore
//! let depot = Depot::start();                     // knows no GitHub and wants no token
//! let at = depot.put("/a.zip", Parcel::Whole(zip.clone()));
//! fake.leave(Artifact::of(&zip, &at));
//! ```

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use dogwatch::domain::hash::sha256;
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::Fake;
use super::answer::Answer;
use super::listing::{Numbered, Query};
use super::world::{Repo, World};

/// An artifact of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// 0 until it is left.
    pub id: u64,
    pub name: String,
    pub size: u64,
    pub digest: Option<String>,
    pub expired: bool,
    pub branch: String,
    /// Where the run's commit comes from; none: from the repository itself.
    pub fork: Option<u64>,
    pub sha: String,
    /// Where the API redirects to.
    pub location: String,
    /// What `archive_download_url` says instead of the truth.
    pub address: Option<String>,
}

impl Artifact {
    /// `evals` of a commit on `main`, with the size and the digest of this archive.
    pub fn of(archive: &[u8], location: &str) -> Self {
        Self {
            id: 0,
            name: "evals".to_owned(),
            size: archive.len() as u64,
            digest: Some(format!("sha256:{}", sha256(archive))),
            expired: false,
            branch: "main".to_owned(),
            fork: None,
            sha: "c0ffee5eed".repeat(4),
            location: location.to_owned(),
            address: None,
        }
    }
}

impl Fake {
    /// A workflow of [`super::REPO`] has left this behind; its id.
    pub fn leave(&self, artifact: Artifact) -> u64 {
        let artifacts = &mut self.inside().world.repos[0].artifacts;
        let id = artifacts.last().map_or(7001, |last| last.id + 1);
        artifacts.push(Artifact { id, ..artifact });
        id
    }

    /// Changes an artifact that was left.
    pub fn amend(&self, id: u64, change: impl FnOnce(&mut Artifact)) {
        let artifacts = &mut self.inside().world.repos[0].artifacts;
        change(artifacts.iter_mut().find(|one| one.id == id).unwrap());
    }

    /// Somebody has deleted it.
    pub fn discard(&self, id: u64) {
        self.inside().world.repos[0].artifacts.retain(|one| one.id != id);
    }
}

/// `GET …/actions/…`.
///
/// # Errors
///
/// 404 for what is not there, 410 for what has expired.
pub fn answer(world: &World, repo: &Repo, query: &Query, rest: &[&str]) -> Result<Answer, Answer> {
    match rest {
        ["artifacts"] => Ok(list(world, repo, query)),
        ["artifacts", id, "zip"] => {
            let found = repo.artifacts.iter().find(|one| one.id.to_string() == *id);
            let artifact = found.ok_or_else(Answer::not_found)?;
            if artifact.expired {
                return Err(Answer::error(410, "Artifact has expired"));
            }
            Ok(Answer { status: 302, headers: Vec::new(), body: Vec::new() }.with("location", &artifact.location))
        }
        _ => Err(Answer::not_found()),
    }
}

fn list(world: &World, repo: &Repo, query: &Query) -> Answer {
    let named = |one: &&Artifact| query.get("name").is_none_or(|name| one.name == name);
    let items: Vec<&Artifact> = repo.artifacts.iter().rev().filter(named).collect();
    let total = items.len();
    let mut answer =
        Numbered { query, path: "actions/artifacts", items }.answer(world, repo, |one| shape(world, repo, one));
    let page: Value = serde_json::from_slice(&answer.body).unwrap();
    answer.body = json!({"total_count": total, "artifacts": page}).to_string().into_bytes();
    answer
}

fn shape(world: &World, repo: &Repo, one: &Artifact) -> Value {
    let url = format!("{}/repos/{}/actions/artifacts/{}", world.public, repo.name, one.id);
    let address = one.address.clone().unwrap_or_else(|| format!("{url}/zip"));
    json!({
        "id": one.id, "node_id": format!("A_{}", one.id), "name": one.name, "size_in_bytes": one.size, "url": url,
        "archive_download_url": address, "expired": one.expired, "digest": one.digest,
        "created_at": "2026-11-22T15:00:00Z", "updated_at": "2026-11-22T15:00:00Z", "expires_at": "2027-02-20T15:00:00Z",
        "workflow_run": {
            "id": one.id + 1_000_000, "repository_id": repo.id, "head_repository_id": one.fork.unwrap_or(repo.id),
            "head_branch": one.branch, "head_sha": one.sha,
        },
    })
}

/// What the other host does when it is asked for an address.
#[derive(Debug, Clone)]
pub enum Parcel {
    Whole(Vec<u8>),
    /// As [`Parcel::Whole`], in pieces and without saying how long it is.
    Pieces(Vec<u8>),
    Status(u16),
    /// 307.
    Redirect(String),
    /// Half of it, and then the connection breaks.
    Half(Vec<u8>),
    /// No answer, ever.
    Hang,
    /// A first piece, and nothing after it.
    Stall,
    /// Zeros without end.
    Endless,
}

#[derive(Debug, Default)]
struct Shelves {
    parcels: HashMap<String, Parcel>,
    arrived: Vec<(String, Vec<(String, String)>)>,
}

/// Another host that knows nothing of GitHub.
pub struct Depot {
    address: String,
    shelves: Arc<Mutex<Shelves>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Depot {
    pub fn start() -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shelves = Arc::new(Mutex::new(Shelves::default()));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&shelves);
        let thread = std::thread::spawn(move || serve(listener, shared, stopped));
        Self { address, shelves, stop: Some(stop), thread: Some(thread) }
    }

    /// What is there from now on under this path; the address for it, with a secret as the real ones have.
    pub fn put(&self, path: &str, parcel: Parcel) -> String {
        self.lock().parcels.insert(path.to_owned(), parcel);
        format!("{}{path}?sig=opens-it", self.address)
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.lock().arrived.iter().map(|(path, _)| path.clone()).collect()
    }

    /// The values of a header over all requests.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let shelves = self.lock();
        let all = shelves.arrived.iter().flat_map(|(_, headers)| headers);
        all.filter(|(one, _)| one == name).map(|(_, value)| value.clone()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Depot {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: std::net::TcpListener, shelves: Arc<Mutex<Shelves>>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let app = Router::new().fallback(hand_out).with_state(shelves);
        tokio::select! {
            _ = axum::serve(listener, app) => {}
            _ = stopped => {}
        }
    });
}

async fn hand_out(State(shelves): State<Arc<Mutex<Shelves>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let parcel = {
        let mut shelves = shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.arrived.push((path.clone(), headers));
        shelves.parcels.get(&path).cloned().unwrap_or(Parcel::Status(404))
    };
    let zip = Response::builder().header("content-type", "application/zip");
    let first = |piece: Vec<u8>| stream::iter([Ok::<_, io::Error>(Bytes::from(piece))]);
    let body = match parcel {
        Parcel::Whole(archive) => Body::from(archive),
        Parcel::Pieces(archive) => {
            let pieces: Vec<_> = archive.chunks(1000).map(|piece| Ok::<_, io::Error>(piece.to_vec())).collect();
            Body::from_stream(stream::iter(pieces))
        }
        Parcel::Half(archive) => {
            let broken = stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionAborted))]);
            Body::from_stream(first(archive[..archive.len() / 2].to_vec()).chain(broken))
        }
        Parcel::Status(status) => return Response::builder().status(status).body(Body::empty()).unwrap(),
        Parcel::Redirect(to) => {
            return Response::builder().status(307).header("location", to).body(Body::empty()).unwrap();
        }
        Parcel::Hang => std::future::pending().await,
        Parcel::Stall => Body::from_stream(first(b"PK".to_vec()).chain(stream::pending())),
        Parcel::Endless => Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(vec![0; 64 << 10]))),
    };
    zip.body(body).unwrap()
}
