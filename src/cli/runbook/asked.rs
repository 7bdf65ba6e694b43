//! What the words of the command line mean: a file, a kind, an incident, or a symptom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Args;
use crate::app::reading::Need;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::{decide, nearest, out};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::shell::session::{Decisions, Plan, Session};

/// What somebody wants to read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// Everything there is.
    All,
    /// This file, wherever it lies, and the heading behind a `#`.
    File {
        /// Where.
        at: PathBuf,
        /// As a link names it.
        anchor: Option<String>,
    },
    /// What this kind of incident names, with what stands in braces.
    Kind {
        /// Its id.
        id: String,
        /// By name.
        filled: BTreeMap<String, String>,
        /// What to search for where it names no page.
        words: String,
    },
    /// Whatever fits these.
    Words(String),
}

/// What the words mean; the inner error says why they mean nothing here.
pub(super) fn asked(context: &Context, args: &Args) -> Result<Result<Asked, Clean>, Failure> {
    let words = args.words.join(" ");
    let [one] = args.words.as_slice() else {
        return Ok(Ok(if words.trim().is_empty() { Asked::All } else { Asked::Words(words) }));
    };
    let one = one.trim();
    if let Some(file) = file(context, one) {
        return Ok(Ok(file));
    }
    if let Some(kind) = context.team.kind(one) {
        let words = kind.title.clone();
        return Ok(Ok(Asked::Kind { id: kind.id.clone(), filled: BTreeMap::new(), words }));
    }
    if may_be_incident(context, one) {
        let session = look(context)?;
        let id = decide::numbered(session.desk(), IncidentId::new(one));
        return Ok(match for_incident(&session, &id) {
            Some(asked) => Ok(asked),
            None if one.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Asked::Words(words)),
            None => Err(nearest::unknown(session.desk(), &id)),
        });
    }
    Ok(Ok(Asked::Words(words)))
}

/// The file of this name: from here, else from the team file or a folder of its runbooks on; what follows a `#` may be a heading.
pub(super) fn file(context: &Context, word: &str) -> Option<Asked> {
    let home = context.team_path.as_deref().and_then(Path::parent);
    let dirs = &context.team.runbooks.dirs;
    let at = |name: &str| {
        let in_folders = home.into_iter().flat_map(|home| dirs.iter().map(move |dir| home.join(dir).join(name)));
        let named = [Some(PathBuf::from(name)), home.map(|home| home.join(name))].into_iter().flatten();
        named.chain(in_folders).find(|path| path.is_file()).map(|path| whole(&path))
    };
    if let Some(at) = at(word) {
        return Some(Asked::File { at, anchor: None });
    }
    let (name, anchor) = word.split_once('#')?;
    Some(Asked::File { at: at(name)?, anchor: Some(anchor.to_owned()).filter(|anchor| !anchor.is_empty()) })
}

/// The path from the root, without detours; a page that is a link keeps its own name.
fn whole(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (std::fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        (Ok(_) | Err(_), _) => path.to_owned(),
    }
}

/// What is remembered of the queue, to be read: nobody is asked, and nothing is made.
pub(super) fn look(context: &Context) -> Result<Session, Failure> {
    let plan = Plan { decisions: Decisions::NotTaken, ..context.plan() };
    Session::open(&plan).map_err(|error| Failure::setting_up("the store cannot be used", &error))
}

/// Whether it is worth a look into the queue: a number, or a name with a source of ours before it.
fn may_be_incident(context: &Context, word: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((source, rest)) = word.split_once(['#', ':']) else { return number(word) };
    let ours = source.is_empty() || source == "local" || context.team.sources.iter().any(|one| one.id == source);
    let named =
        if word.contains('#') { number(rest) } else { rest.len() == 12 && rest.bytes().all(|b| b.is_ascii_hexdigit()) };
    ours && named
}

fn for_incident(session: &Session, id: &IncidentId) -> Option<Asked> {
    let Need { incident, kind, filled, words } = Need::of(session.desk(), id)?;
    let Some(id) = kind else {
        out::say(&format!("dogwatch: {incident} has no kind yet; this fits its title"));
        return Some(Asked::Words(words));
    };
    Some(Asked::Kind { id, filled, words })
}
