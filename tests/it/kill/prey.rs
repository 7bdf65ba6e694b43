//! A process that may be killed at a moment that is told by what it has done.

use std::io::Read;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::github::Fake;

/// When to strike; counted from the moment in which the process was started.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// So many requests have arrived at the server, whoever sent them.
    Requests(usize),
    /// So many changes have taken effect there.
    Writes(usize),
    /// It has begun to answer.
    Answer,
    /// So much time has passed: the only one that hits what leaves no trace outside.
    Time(Duration),
    /// It ends by itself.
    Never,
}

/// What has happened at the server by now.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    requests: usize,
    writes: usize,
}

impl Mark {
    pub fn now(fake: &Fake) -> Self {
        Self { requests: fake.requests().len(), writes: fake.writes().len() }
    }

    pub fn reached_requests(self, requests: usize, count: usize) -> bool {
        requests >= self.requests + count
    }

    pub fn reached_writes(self, writes: usize, count: usize) -> bool {
        writes >= self.writes + count
    }
}

#[derive(Default)]
struct Seen {
    out: Vec<u8>,
    ended: bool,
}

/// A running command.
pub struct Prey {
    fake: Arc<Fake>,
    child: Arc<Mutex<Child>>,
    seen: Arc<Mutex<Seen>>,
    end: Receiver<()>,
    reader: JoinHandle<()>,
}

/// Whether somebody had to be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    Own,
    Killed,
}

impl Prey {
    pub fn watch(fake: &Arc<Fake>, mut child: Child) -> Self {
        let mut out = child.stdout.take().unwrap();
        let (child, seen) = (Arc::new(Mutex::new(child)), Arc::new(Mutex::new(Seen::default())));
        let (ends, end) = channel();
        let (fake_there, child_there, seen_there) = (Arc::clone(fake), Arc::clone(&child), Arc::clone(&seen));
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut buffer) {
                lock(&seen_there).out.extend_from_slice(&buffer[..count]);
                fake_there.nudge();
            }
            lock(&child_there).wait().unwrap();
            lock(&seen_there).ended = true;
            fake_there.nudge();
            // Nobody may be waiting.
            let _ = ends.send(());
        });
        Self { fake: Arc::clone(fake), child, seen, end, reader }
    }

    /// Strikes at this moment, if it has not ended before.
    pub fn strike(&self, moment: Moment, since: Mark) -> Death {
        match moment {
            Moment::Time(after) => {
                // Either it ends first or the time is up.
                let _ = self.end.recv_timeout(after);
            }
            Moment::Requests(_) | Moment::Writes(_) | Moment::Answer | Moment::Never => {
                self.fake.wait_until(&format!("{moment:?} or the end"), |requests, writes| {
                    let seen = lock(&self.seen);
                    seen.ended
                        || match moment {
                            Moment::Requests(count) => since.reached_requests(requests.len(), count),
                            Moment::Writes(count) => since.reached_writes(writes.len(), count),
                            Moment::Answer => !seen.out.is_empty(),
                            Moment::Time(_) | Moment::Never => false,
                        }
                });
            }
        }
        if lock(&self.seen).ended {
            return Death::Own;
        }
        lock(&self.child).kill().unwrap();
        Death::Killed
    }

    /// Sends it a signal by name, without `SIG`.
    pub fn tell(&self, signal: &str) {
        let pid = lock(&self.child).id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
    }

    /// Waits for the end, and gives what it answered.
    pub fn bury(self) -> String {
        self.reader.join().unwrap();
        String::from_utf8(std::mem::take(&mut lock(&self.seen).out)).unwrap()
    }

    pub fn has_ended(&self) -> bool {
        lock(&self.seen).ended
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
