//! The folder that holds everything, readable by its owner alone, and the
//! locks that let several processes share it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::error::StoreError;

/// How long one process waits for another that is creating, migrating or mending the store.
const PATIENCE: Duration = Duration::from_secs(5);
const SOON: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(5);

/// What the folders are called in which a damaged store is copied and read.
pub(super) const BENCH: &str = ".salvage-";

/// Where the store's files are.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Names a folder, and touches nothing.
    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// Makes the folder if it is missing, and keeps everybody else out of it.
    pub(super) fn prepare(&self) -> Result<(), StoreError> {
        make_private_folder(&self.root).map_err(|error| StoreError::io("create the folder", &self.root, error))?;
        self.refuse_links()?;
        if self.database().exists() {
            // A store that was copied here by hand may have come with other modes.
            let _ = restrict(&self.database(), 0o600);
        }
        Ok(())
    }

    /// Nothing of ours is a link: whoever put one there wants us to change a file elsewhere.
    fn refuse_links(&self) -> Result<(), StoreError> {
        for name in ["state.db", "state.db-wal", "state.db-shm", "state.db.new", "store.lock", "sender.lock"] {
            let path = self.root.join(name);
            if path.is_symlink() {
                let error = std::io::Error::other("it is a symbolic link; remove it, or name another --data-dir");
                return Err(StoreError::io("use", &path, error));
            }
        }
        Ok(())
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The one file.
    pub(super) fn database(&self) -> PathBuf {
        self.root.join("state.db")
    }

    /// A store that is being built; worthless after a crash.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join("state.db.new")
    }

    /// A salvaged store that is whole and has yet to take the damaged one's place.
    pub(super) fn salvaged(&self) -> PathBuf {
        self.root.join("state.db.salvaged")
    }

    /// Says that somebody has read nonsense from the store.
    pub(super) fn suspect(&self) -> PathBuf {
        self.root.join("state.db.suspect")
    }

    /// A copy from before a migration.
    pub(super) fn backup(&self, version: i64) -> PathBuf {
        self.root.join(format!("state.db.bak-{version}"))
    }

    /// Where a damaged store goes: a name that nothing has yet.
    pub(super) fn aside(&self, now: DateTime<Utc>) -> PathBuf {
        let stamp = now.format("%Y%m%dT%H%M%SZ");
        let mut path = self.root.join(format!("state.db.damaged-{stamp}"));
        let mut others = 1;
        while path.exists() || beside(&path, "-wal").exists() {
            others += 1;
            path = self.root.join(format!("state.db.damaged-{stamp}-{others}"));
        }
        path
    }

    /// Drops the copies that a salvage left behind when it was killed. Nobody else has the store open.
    pub(super) fn clear_benches(&self) {
        let Ok(files) = fs::read_dir(&self.root) else { return };
        for file in files.flatten() {
            if file.file_name().to_string_lossy().starts_with(BENCH) {
                // One that stays takes room and does no harm.
                let _ = fs::remove_dir_all(file.path());
            }
        }
    }

    /// Says that the store is to be mended when it is next opened.
    pub(super) fn mark_suspect(&self) {
        let _ = private_file(&self.suspect());
    }

    /// Opens the file whose lock says who has the store open.
    pub(super) fn gate(&self) -> Result<Gate, StoreError> {
        let path = self.root.join("store.lock");
        let file = private_file(&path).map_err(|error| StoreError::io("open", &path, error))?;
        Ok(Gate { file, path })
    }

    /// Waits until renames and new names in the folder are on disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        sync_folder(&self.root).map_err(|error| StoreError::io("sync", &self.root, error))
    }
}

/// The file of this sort (`-wal`, `-shm`) that belongs to this database.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Waits until the names in a folder are on disk.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Shared by all who have the store open; held alone by who creates, migrates or mends it.
#[derive(Debug)]
pub(super) struct Gate {
    file: File,
    path: PathBuf,
}

impl Gate {
    /// Has the store for itself, if nobody has it open.
    pub(super) fn try_alone(&self) -> Result<bool, StoreError> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &self.path, error)),
        }
    }

    /// As [`Self::try_alone`], and waits a little for those who are about to
    /// leave: a program that was just started by one of us holds our locks
    /// until it runs.
    pub(super) fn alone_soon(&self) -> Result<bool, StoreError> {
        let patience = Instant::now() + SOON;
        while !self.try_alone()? {
            if Instant::now() >= patience {
                return Ok(false);
            }
            std::thread::sleep(STEP);
        }
        Ok(true)
    }

    /// Joins those who have the store open, after whoever has it alone; false when that took too long.
    pub(super) fn join(&self) -> Result<bool, StoreError> {
        let patience = Instant::now() + PATIENCE;
        loop {
            match self.file.try_lock_shared() {
                Ok(()) => return Ok(true),
                Err(TryLockError::WouldBlock) if Instant::now() < patience => std::thread::sleep(STEP),
                Err(TryLockError::WouldBlock) => return Ok(false),
                Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &self.path, error)),
            }
        }
    }

    /// Leaves, so that another may have the store alone.
    pub(super) fn leave(&self) -> Result<(), StoreError> {
        self.file.unlock().map_err(|error| StoreError::io("unlock", &self.path, error))
    }
}

/// Opens a file of ours for writing; a new one is readable by its owner alone.
pub(super) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the folder. One that is there already is closed to others if it is
/// empty or ours; a folder that holds other people's files is left as it is.
fn make_private_folder(root: &Path) -> std::io::Result<()> {
    if root.is_dir() {
        let ours = root.join("state.db").exists() || fs::read_dir(root)?.next().is_none();
        // On a file system that is only read this fails, and the store is opened for reading.
        let _ = if ours { restrict(root, 0o700) } else { Ok(()) };
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(root)
}

/// Takes away what others may do; never grants anything.
#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let has = fs::symlink_metadata(path)?.permissions().mode();
    if has & 0o777 & !mode == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(has & mode & 0o777))
}

#[cfg(not(unix))]
fn restrict(path: &Path, _mode: u32) -> std::io::Result<()> {
    fs::metadata(path).map(|_| ())
}
