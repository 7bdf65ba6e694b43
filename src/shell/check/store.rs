//! What this machine remembers: incidents, what they left behind, the tools
//! that are served, eval runs, and who has the running shift by the ledger.

use std::collections::BTreeMap;

use serde_json::Value;

use super::unseen;
use crate::config::{McpSource, Role, SourceKind, wants_trust};
use crate::domain::check::{Evaluated, Past, Served, Tool, Unseen};
use crate::domain::drift::{self, Tools};
use crate::domain::id::SourceId;
use crate::domain::rotation::Roster;
use crate::shell::place::{Place, remembered};
use crate::shell::session::{Plan, trust_of};
use crate::shell::{duty, review};
use crate::store::Store;
use crate::store::results::Results;

/// So many runs of a source are looked through.
const RUNS: u32 = 100_000;
/// What the store is called in its folder.
const DATABASE: &str = "state.db";
/// No snapshot is longer than this, in bytes.
const LONGEST: u64 = 16 << 20;

/// What is remembered.
pub(super) struct Remembered {
    pub past: Result<Past, Unseen>,
    pub evaluated: Result<Vec<Evaluated>, Unseen>,
    pub served: BTreeMap<String, Result<Served, Unseen>>,
    pub moved: Result<Vec<(String, String, String)>, Unseen>,
}

impl Remembered {
    pub(super) fn unknown(why: &Unseen) -> Self {
        Self { past: Err(why.clone()), evaluated: Err(why.clone()), served: BTreeMap::new(), moved: Err(why.clone()) }
    }
}

/// Looks at it; what is known of the past already is not read again.
pub(super) fn look(plan: &Plan, past: Option<Past>) -> Remembered {
    let mcp = plan.team.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Mcp(mcp) => Some((source.id.as_str(), mcp)),
        SourceKind::Github(_) | SourceKind::Evals(_) => None,
    });
    let never = unseen(&"dogwatch has never run here");
    let is_there = plan.folder.join(DATABASE).exists();
    let Some(store) = remembered(plan).filter(|_| is_there) else {
        let served = mcp.map(|(id, _)| (id.to_owned(), Err(never.clone()))).collect();
        return Remembered { served, ..Remembered::unknown(&never) };
    };
    let served = mcp.map(|(id, mcp)| (id.to_owned(), served(plan, &store, (id, mcp)))).collect();
    drop(store);
    let past = match past {
        Some(past) => Ok(past),
        None => review::past(plan).map_err(|why| unseen(&why)),
    };
    Remembered { past, served, moved: moved(plan), evaluated: evaluated(plan) }
}

/// Of what the eval runs were that have been read here.
fn evaluated(plan: &Plan) -> Result<Vec<Evaluated>, Unseen> {
    let results = Results::look_into(&plan.folder).map_err(|why| unseen(&why))?;
    let results = results.ok_or_else(|| unseen(&"no eval result has been read here; `dogwatch sync` reads them"))?;
    let sources = plan.team.sources.iter().filter(|source| matches!(source.kind, SourceKind::Evals(_)));
    let mut runs = Vec::new();
    for source in sources {
        let of_source = results.runs(&SourceId::new(&source.id), 0, RUNS).map_err(|why| unseen(&why))?;
        let said = of_source.into_iter().map(|(_, filed)| filed.row);
        runs.extend(said.map(|row| Evaluated { commit: row.git_sha, prompt: row.prompt_version }));
    }
    Ok(runs)
}

fn served(plan: &Plan, store: &Store, (id, mcp): (&str, &McpSource)) -> Result<Served, Unseen> {
    let kept = store.served(id).map_err(|why| unseen(&why))?.ok_or_else(|| unseen(&"never asked for its tools"))?;
    let mut raw: Value = serde_json::from_str(&kept.raw).map_err(|why| unseen(&why))?;
    let Some(Value::Array(list)) = raw.get_mut("tools").map(Value::take) else {
        return Err(unseen(&"the list of its tools is not readable; `dogwatch probe` asks for it again"));
    };
    let text = |tool: &Value, key: &str| tool.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let tools = list.iter().map(|tool| (text(tool, "name"), Tool { description: text(tool, "description") }));
    let drift = match &mcp.snapshot {
        None => None,
        Some(path) => {
            let changes = drift::compare(&snapshot(plan, path)?, &Tools::of(&list));
            Some((drift::bump(&changes), changes.len()))
        }
    };
    Ok(Served { tools: tools.collect(), drift })
}

fn snapshot(plan: &Plan, path: &str) -> Result<Tools, Unseen> {
    use std::io::Read as _;
    let said = |why: &dyn std::fmt::Display| unseen(&format!("{path}: {why}"));
    let place = Place::of_team(plan, trust_of(plan, &wants_trust(&plan.team)));
    let at = place.ok_or_else(|| said(&"there is no team file"))?.of(path).map_err(|why| said(&why))?;
    if !at.is_file() {
        return Err(said(&"there is no such file"));
    }
    let mut text = Vec::new();
    let file = std::fs::File::open(&at).map_err(|why| said(&why))?;
    file.take(LONGEST).read_to_end(&mut text).map_err(|why| said(&why))?;
    let value: Value = serde_json::from_slice(&text).map_err(|why| said(&why))?;
    Tools::read(&value).map_err(|why| said(&why))
}

/// The rotations whose running shift is somebody else's by the ledger than by the file.
fn moved(plan: &Plan) -> Result<Vec<(String, String, String)>, Unseen> {
    let now = plan.clock.start();
    let moment = (now, now + chrono::TimeDelta::seconds(1));
    let begun = duty::remembered(&plan.folder, moment).map_err(|why| unseen(&why))?;
    let (by_file, known) =
        (Roster::new(&plan.team, &[], now, moment), Roster::new(&plan.team, &begun, moment.1, moment));
    let holder = |roster: &Roster<'_>, id: &str| {
        roster.pieces(id, Role::Primary, moment).first().map(|piece| piece.person.to_owned())
    };
    let of = |rotation: &crate::config::Rotation| {
        let (file, ledger) = (holder(&by_file, &rotation.id)?, holder(&known, &rotation.id)?);
        (file != ledger).then(|| (rotation.id.clone(), file, ledger))
    };
    Ok(plan.team.rotations.iter().filter_map(of).collect())
}
