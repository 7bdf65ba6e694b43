//! What a list of tools is measured against: the released one, a file of the
//! team's repository, or the one that was seen first.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::domain::drift::{self, Bump, Drift, Tools};
use crate::domain::probe::Report;
use crate::domain::text::Clean;
use crate::shell::keeper::Keeper;
use crate::store::{KeptList, ListKey};

/// No longer snapshot is read.
const LONGEST: u64 = 16 << 20;

/// What was released, or seen first.
pub(super) struct Before {
    tools: Tools,
    /// A string or null; none where the file does not say.
    instructions: Option<Value>,
    version: Option<String>,
}

impl Before {
    fn read(value: &Value) -> Result<Self, drift::NotTools> {
        let said = value.get("instructions").cloned();
        let version = value.get("serverInfo").and_then(|server| server.get("version")).and_then(Value::as_str);
        Ok(Self { tools: Tools::read(value)?, instructions: said, version: version.map(str::to_owned) })
    }
}

fn changes(before: &Before, tools: &Tools, report: &Report) -> Vec<Drift> {
    let mut drift = drift::compare(&before.tools, tools);
    if let Some(old) = &before.instructions {
        let told = drift::instructions_drift(old.as_str(), report.instructions.as_deref());
        drift.splice(0..0, told);
    }
    drift
}

/// A version that did not move as far as the tools did.
fn gap(before: &Before, drift: &[Drift], report: &Report) -> Option<Clean> {
    let (old, new) = (before.version.as_deref()?, report.server.as_ref()?.version.as_str());
    let gap = drift::version_gap(old, new, drift::bump(drift))?;
    let (old, new, wanted) = (gap.old, gap.new, gap.wanted.word());
    Some(Clean::line(&match gap.moved {
        Bump::None => format!("version {old} did not move; the change asks for a {wanted} step"),
        moved @ (Bump::Patch | Bump::Minor | Bump::Major) => {
            format!("version {old} → {new} is a {} step; the change asks for a {wanted} one", moved.word())
        }
    }))
}

/// The file with the released list.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    path: PathBuf,
    /// Wherever the path really leads, it is to be below this folder; none where the operator has allowed another place.
    bounds: Option<PathBuf>,
}

impl Snapshot {
    pub(super) fn new(path: PathBuf, bounds: Option<PathBuf>) -> Self {
        Self { path, bounds }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn read(&self) -> Result<Before, Clean> {
        let told = |why: &dyn std::fmt::Display| Clean::line(&format!("snapshot {}: {why}", self.path.display()));
        let real = std::fs::canonicalize(&self.path).map_err(|why| told(&why))?;
        if let Some(bounds) = &self.bounds {
            let bounds = if bounds.as_os_str().is_empty() { Path::new(".") } else { bounds };
            let bounds = std::fs::canonicalize(bounds).map_err(|why| told(&why))?;
            if !real.starts_with(bounds) {
                return Err(told(&"it leads out of the repository; see `dogwatch trust`"));
            }
        }
        // Whatever else can be opened may never come to an end.
        if !real.is_file() {
            return Err(told(&"it is no file"));
        }
        let file = std::fs::File::open(real).map_err(|why| told(&why))?;
        let mut text = Vec::new();
        file.take(LONGEST + 1).read_to_end(&mut text).map_err(|why| told(&why))?;
        if text.len() as u64 > LONGEST {
            return Err(told(&"it is longer than 16 MiB"));
        }
        let value: Value = serde_json::from_slice(&text).map_err(|why| told(&why))?;
        Before::read(&value).map_err(|why| told(&why))
    }
}

/// What a list is measured against.
pub(super) enum Baseline {
    Released(Snapshot),
    Seen(KeptList),
}

/// What has changed, what is odd about that, and why it could not be told.
#[derive(Default)]
pub(super) struct Measured {
    pub drift: Vec<Drift>,
    pub odd: Option<Clean>,
    pub unmeasured: Option<Clean>,
}

impl Measured {
    pub(super) fn of(baseline: &Baseline, tools: &Tools, report: &Report) -> Self {
        let before = match baseline {
            Baseline::Released(snapshot) => snapshot.read(),
            Baseline::Seen(kept) => match read(kept) {
                Some(before) => Ok(before),
                None => return Self::default(),
            },
        };
        match before {
            Ok(before) => {
                let drift = changes(&before, tools, report);
                Self { odd: gap(&before, &drift, report), drift, unmeasured: None }
            }
            Err(why) => Self { unmeasured: Some(why), ..Self::default() },
        }
    }
}

/// The list that it is measured against; none if none was kept.
pub(super) async fn baseline(keeper: &Keeper, key: &ListKey) -> Option<KeptList> {
    let key = key.clone();
    keeper.ask(move |store| store.baseline(&key).ok().flatten()).await.flatten()
}

fn read(kept: &KeptList) -> Option<Before> {
    Before::read(&serde_json::from_str(&kept.raw).ok()?).ok()
}

/// The list that somebody else has kept meanwhile; else this one is the first.
pub(super) async fn first_seen(keeper: &Keeper, key: &ListKey, kept: &KeptList) -> Option<KeptList> {
    let (key, kept) = (key.clone(), kept.clone());
    let known = keeper.ask(move |store| match store.baseline(&key) {
        Ok(None) => {
            // Where nothing can be kept, every list is the first.
            let _unkept = store.set_baseline(&key, &kept);
            None
        }
        Ok(known) => known,
        Err(_) => None,
    });
    known.await.flatten()
}
