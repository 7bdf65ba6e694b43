//! The one thread that owns the store. What is asked of it happens in the
//! order in which it was asked, so a decision is on disk before anything that
//! was asked for after it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::store::Store;

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// How soon another process's writes are noticed. Looking costs a few
/// microseconds and reads no table.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A handle to the thread that owns the store.
#[derive(Clone)]
pub struct Keeper {
    jobs: Sender<Job>,
    mirror: Arc<Mutex<Mirror>>,
}

/// Tells the core what is on disk now.
type Mirror = Box<dyn FnMut(&mut Store) + Send>;

impl Keeper {
    /// Hands the store to its thread. `elsewhere` is called there when another
    /// process has written to it.
    pub fn start(store: Store, elsewhere: impl FnMut(&mut Store) + Send + 'static) -> Self {
        let (jobs, queue) = channel::<Job>();
        let mirror: Arc<Mutex<Mirror>> = Arc::new(Mutex::new(Box::new(elsewhere)));
        let theirs = Arc::clone(&mirror);
        thread::spawn(move || work(store, &queue, &theirs));
        Self { jobs, mirror }
    }

    /// Tells the core what is on disk, whether or not another process has written.
    pub fn mirror(&self) {
        let mirror = Arc::clone(&self.mirror);
        self.later(move |store| mirror.lock().unwrap_or_else(PoisonError::into_inner)(store));
    }

    /// Does this with the store, after all that was asked before. Nothing
    /// happens if the thread is gone, which it is only at the end.
    pub fn later(&self, job: impl FnOnce(&mut Store) + Send + 'static) {
        let _gone = self.jobs.send(Box::new(job));
    }

    /// Does this with the store and waits for what it gives; none at the end of the program.
    pub async fn ask<T: Send + 'static>(&self, job: impl FnOnce(&mut Store) -> T + Send + 'static) -> Option<T> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.later(move |store| {
            let _asker_gone = answer.send(job(store));
        });
        answered.await.ok()
    }
}

fn work(mut store: Store, queue: &Receiver<Job>, elsewhere: &Mutex<Mirror>) {
    // A counter that cannot be read now is read again the next time.
    let mut seen = store.changes().ok();
    loop {
        match queue.recv_timeout(LOOK_EVERY) {
            Ok(job) => job(&mut store),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let now = store.changes().ok();
                if now.is_some() && now != seen {
                    seen = now;
                    elsewhere.lock().unwrap_or_else(PoisonError::into_inner)(&mut store);
                }
            }
        }
    }
}
