//! Hears from the system that something changed below the folders of a
//! source, so that a new file need not wait for the next look. Where the
//! system tells nothing (a share on a network, too many folders), looking now
//! and then is all there is.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

use crate::shell::words;

/// Beyond so many at once everything is looked at.
const MOST: usize = 2_000;

/// What has been touched since it was last asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touched {
    /// These paths.
    These(BTreeSet<PathBuf>),
    /// More than can be told one by one.
    Everything,
}

impl Default for Touched {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Touched {
    fn add(&mut self, paths: Vec<PathBuf>) {
        if let Self::These(known) = self {
            known.extend(paths);
            if known.len() > MOST {
                *self = Self::Everything;
            }
        }
    }
}

#[derive(Debug, Default)]
struct Heard {
    touched: Mutex<Touched>,
    something: Notify,
}

impl Heard {
    fn hear(&self, event: notify::Result<notify::Event>) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Ok(event) if event.need_rescan() => *touched = Touched::Everything,
            Ok(event) if says_something(event.kind) => touched.add(event.paths),
            Ok(_) => return,
            Err(_) => *touched = Touched::Everything,
        }
        drop(touched);
        self.something.notify_one();
    }
}

/// Whether a file may be another than before; our own reading says nothing.
fn says_something(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Create(_) | EventKind::Any => true,
        EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Access(_) | EventKind::Remove(_) => false,
        EventKind::Modify(_) | EventKind::Other => true,
    }
}

/// Listens to the folders of one source.
pub(super) struct Ear {
    watcher: Option<RecommendedWatcher>,
    heard: Arc<Heard>,
    wanted: BTreeSet<PathBuf>,
    listened: BTreeSet<PathBuf>,
    /// Where people write what they say of findings; it may come later, or never.
    aside: Option<PathBuf>,
}

impl Ear {
    /// Listens to the folders that these paths and patterns begin with. A whole repository, with all that is built
    /// and fetched in it, is not listened to.
    pub fn to(paths: &[PathBuf], home: &Path) -> Self {
        let heard = Arc::new(Heard::default());
        let told = Arc::clone(&heard);
        // Without it folders are looked at now and then.
        let watcher = notify::recommended_watcher(move |event| told.hear(event)).ok();
        let wanted = paths.iter().map(|path| beginning(path)).filter(|folder| !home.starts_with(folder)).collect();
        let aside = words::place(home).parent().map(Path::to_path_buf);
        let mut ear = Self { watcher, heard, wanted, listened: BTreeSet::new(), aside };
        ear.listen();
        ear
    }

    /// Listens to what has come into being since; whether everything that is wanted is listened to.
    pub fn listen(&mut self) -> Hearing {
        let Some(watcher) = &mut self.watcher else { return Hearing::Patchy };
        for folder in self.wanted.difference(&self.listened.clone()) {
            if watcher.watch(folder, RecursiveMode::Recursive).is_ok() {
                self.listened.insert(folder.clone());
            }
        }
        if let Some(folder) = self.aside.take_if(|folder| folder.is_dir())
            && watcher.watch(&folder, RecursiveMode::NonRecursive).is_err()
        {
            self.aside = Some(folder);
        }
        if self.listened.len() == self.wanted.len() && !self.wanted.is_empty() {
            Hearing::Good
        } else {
            Hearing::Patchy
        }
    }

    /// Waits until something was touched, and takes what there is.
    pub async fn next(&self) -> Touched {
        self.heard.something.notified().await;
        std::mem::take(&mut *self.heard.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How well the folders are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// All of them.
    Good,
    /// Some, or none.
    Patchy,
}

/// The folder in which everything lies that a path or pattern means.
fn beginning(path: &Path) -> PathBuf {
    let plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let begins: PathBuf = path.components().take_while(plain).collect();
    // The last part of a path without a pattern may be a file.
    if begins.is_dir() { begins } else { begins.parent().map(Path::to_path_buf).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_begins_where_nothing_is_left_open() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cases = [
            ("src/**", "src"),
            ("src/a*/b", "src"),
            ("src/lib.rs", "src"),
            ("src", "src"),
            ("new/**", ""),
            ("*.xml", ""),
        ];
        for (path, want) in cases {
            let want: PathBuf = root.join(want).components().collect();
            assert_eq!(beginning(&root.join(path)), want, "{path}");
        }
    }
}
