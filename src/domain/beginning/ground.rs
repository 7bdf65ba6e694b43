//! What there is to own: what CODEOWNERS gives to somebody, else the folders
//! of which one can tell what they are for.

mod folders;
mod rest;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Seen;
use super::crew::{Crew, counted};
use super::manifest::Sheet;
use super::name::{free, id_of, is_writable};
use super::owners::Owners;
use crate::domain::runbook::owned::matches;
use folders::{Folders, roots};

/// So many areas are written down, beside our own.
const MOST: usize = 24;
/// An area has so many patterns, at the most.
const PATTERNS: usize = 6;
/// Fewer commits than this are no evidence of an owner.
const EVIDENCE: usize = 3;
/// Folders that are told by their names, in the order in which they are written: of several areas that match the last
/// one wins, and these lie within others.
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("docs", "Documentation", &["docs"]),
    ("ci", "Workflows", &[".github/workflows"]),
    (MCP, "MCP tools and schemas", &["mcp", "mcp-server", "mcp_server", "schemas/tools"]),
    (EVALS, "Evals and their baselines", &["evals", "eval", "baselines"]),
    (PROMPTS, "Prompts", &["prompts"]),
];
/// Folders that hold what others wrote, or samples of it.
const FOREIGN: &[&str] =
    &["node_modules", "vendor", "third_party", "fixtures", "testdata", "snapshots", "target", "dist"];
/// Folders that are no area of their own where nothing better is known.
const BESIDE: &[&str] = &["docs", "doc", "tests", "test", "examples", "benches", "assets", "screenshots"];

/// The area of MCP tools, where folders say which it is.
pub(super) const MCP: &str = "mcp";
/// The area of evals, likewise.
pub(super) const EVALS: &str = "evals";
/// The area of prompts, likewise.
const PROMPTS: &str = "prompts";
/// What the area of our own files is called.
const OURS: &str = "Runbooks, handoffs and this file";
/// What the area is called of all that no other names.
const REST: &str = "What else lies in the repository";

/// Something to own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plot {
    pub id: String,
    pub title: Option<&'static str>,
    pub paths: Vec<String>,
    /// The id of a person, and what shows it, where that is not CODEOWNERS.
    pub owner: Option<(String, Option<String>)>,
    pub backup: Option<String>,
    /// `@org/team`, as CODEOWNERS names it.
    pub team: Option<String>,
}

impl Plot {
    /// Whether nobody has said whose it is.
    fn is_open(&self) -> bool {
        self.owner.is_none() && self.team.is_none()
    }
}

/// All that there is to own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ground {
    /// In the order of the file; of several that match a path, the last one wins.
    pub plots: Vec<Plot>,
    /// How many more there would be.
    pub left_out: usize,
    /// Whose all is that no area gives to anybody, if CODEOWNERS says it.
    whole: Plot,
    mcp: Vec<String>,
    evals: Vec<String>,
    prompts: Vec<String>,
}

impl Ground {
    /// By CODEOWNERS, if it gives anything to anybody, else by folders. Who owns what is not known yet.
    pub(super) fn of(seen: &Seen, owners: &Owners, crew: &Crew) -> Self {
        let folders = Folders::of(&seen.files);
        let known: Vec<(&str, &str, Vec<String>)> =
            KNOWN.iter().map(|(id, title, names)| (*id, *title, folders.called(names))).collect();
        let of = |wanted: &str| {
            known.iter().find(|(id, _, _)| *id == wanted).map(|(_, _, found)| found.clone()).unwrap_or_default()
        };
        let mut whole = owners.whole.as_ref().map(|words| given(words, crew)).unwrap_or_default();
        if let Some((_, shown)) = &mut whole.owner {
            *shown = Some("as CODEOWNERS says of this folder".to_owned());
        }
        let mut ground = Self { whole, mcp: of(MCP), evals: of(EVALS), prompts: of(PROMPTS), ..Self::default() };
        if owners.lines.is_empty() {
            let taken: BTreeSet<&String> = known.iter().flat_map(|(_, _, found)| found).collect();
            for root in roots(seen, &folders).into_iter().filter(|root| !taken.contains(root)) {
                let id = id_of(root.rsplit('/').next().unwrap_or(&root));
                ground.add(&id, Plot { paths: vec![format!("/{root}/")], ..ground.whole.clone() });
            }
            for (id, title, found) in known.into_iter().filter(|(_, _, found)| !found.is_empty()) {
                let paths = found.iter().map(|folder| format!("/{folder}/")).collect();
                ground.add(id, Plot { title: Some(title), paths, ..ground.whole.clone() });
            }
        } else {
            ground.take_over(owners, crew);
        }
        ground
    }

    fn add(&mut self, wish: &str, plot: Plot) {
        if self.plots.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let wish = if wish.is_empty() { "area" } else { wish };
        let id = free(wish, |id| self.plots.iter().any(|plot| plot.id == id));
        self.plots.push(Plot { id, ..plot });
    }

    /// One area for lines that follow each other and name the same.
    fn take_over(&mut self, owners: &Owners, crew: &Crew) {
        let mut before: Option<&[String]> = None;
        for line in &owners.lines {
            let same = before == Some(&line.owners) && self.left_out == 0;
            before = Some(&line.owners);
            if let Some(plot) = self.plots.last_mut().filter(|plot| same && plot.paths.len() < PATTERNS) {
                plot.paths.push(line.pattern.clone());
                continue;
            }
            let plot = Plot { paths: vec![line.pattern.clone()], ..given(&line.owners, crew) };
            self.add(&telling(&line.pattern), plot);
        }
    }

    /// Gives our own files an area, as far as they have none.
    pub(super) fn add_ours(&mut self, folders: &[String]) {
        let ours = folders.iter().map(|folder| (format!("{folder}/page.md"), format!("/{folder}/")));
        let ours = ours.chain([("dogwatch.toml".to_owned(), "/dogwatch.toml".to_owned())]);
        let docs = |plot: &Plot| plot.title == Some("Documentation");
        let open = ours.filter(|(file, _)| self.area_of(file).is_none_or(docs));
        let paths: Vec<String> = open.map(|(_, pattern)| pattern).collect();
        if !paths.is_empty() {
            let id = free("operations", |id| self.plots.iter().any(|plot| plot.id == id));
            self.plots.push(Plot { id, title: Some(OURS), paths, ..self.whole.clone() });
        }
    }

    /// Gives all files an area that have none. It comes first: any other knows better.
    pub(super) fn add_rest(&mut self, files: &BTreeSet<String>) {
        let open = files.iter().filter(|file| self.place_of(file).is_none());
        let paths = rest::patterns(open);
        if !paths.is_empty() {
            let id = free("repository", |id| self.plots.iter().any(|plot| plot.id == id));
            self.plots.insert(0, Plot { id, title: Some(REST), paths, ..self.whole.clone() });
        }
    }

    /// Gives the area of our own files to this person, for this reason, if it is nobody's yet.
    pub(super) fn give_ours(&mut self, keeper: Option<(String, String)>) {
        let ours = self.plots.iter_mut().find(|plot| plot.title == Some(OURS));
        if let (Some(plot), Some((id, why))) = (ours.filter(|plot| plot.is_open()), keeper) {
            plot.owner = Some((id, Some(why)));
        }
    }

    /// Who committed most in each area that has no owner yet, if it is clear who that is.
    pub(super) fn find_owners(&mut self, seen: &Seen, crew: &Crew) {
        let mut areas: HashMap<&str, Option<usize>> = HashMap::new();
        let mut counts: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); self.plots.len()];
        let mut totals = vec![0; self.plots.len()];
        for commit in &seen.commits {
            let touched: BTreeSet<usize> = commit
                .paths
                .iter()
                .filter_map(|path| *areas.entry(path).or_insert_with(|| self.place_of(path)))
                .collect();
            let author = crew.author(commit);
            for place in touched {
                totals[place] += 1;
                if let Some(author) = author {
                    *counts[place].entry(&author.id).or_default() += 1;
                }
            }
        }
        for ((plot, counts), total) in self.plots.iter_mut().zip(counts).zip(totals) {
            let mut most: Vec<(usize, &str)> = counts.into_iter().map(|(id, count)| (count, id)).collect();
            most.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(other.1)));
            let second = most.get(1).map_or(0, |(count, _)| *count);
            let clear = most.first().filter(|(count, _)| *count >= EVIDENCE && *count > second);
            if let Some((count, id)) = clear.filter(|_| plot.is_open()) {
                let shown = format!("{count} of {} in 12 months", counted(total));
                plot.owner = Some(((*id).to_owned(), Some(shown)));
            }
        }
    }

    fn place_of(&self, path: &str) -> Option<usize> {
        self.plots.iter().rposition(|plot| plot.paths.iter().any(|pattern| matches(pattern, path)))
    }

    /// Whose a path is.
    pub(super) fn area_of(&self, path: &str) -> Option<&Plot> {
        self.place_of(path).and_then(|place| self.plots.get(place))
    }

    /// The area of MCP tools: of the folders that are called so, else of the package that builds the server.
    pub(super) fn mcp(&self, server: Option<&Sheet>, files: &BTreeSet<String>) -> Option<&Plot> {
        let named = self.of_folders(&self.mcp, files);
        named.or_else(|| {
            let folder = server?.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let below = |file: &&String| file.starts_with(folder) && has_code(file);
            let areas: BTreeSet<Option<usize>> = files.iter().filter(below).map(|file| self.place_of(file)).collect();
            // A server in two packages is nobody's alone.
            let told = |place: &usize| self.plots.get(*place).is_some_and(|plot| plot.title != Some(REST));
            let mut areas = areas.into_iter().flatten().filter(told);
            let only = areas.next().filter(|_| areas.next().is_none())?;
            self.plots.get(only)
        })
    }

    /// The area of evals, by the folders that are called so.
    pub(super) fn evals(&self, files: &BTreeSet<String>) -> Option<&Plot> {
        self.of_folders(&self.evals, files)
    }

    /// The folders of evals.
    pub(super) fn eval_folders(&self) -> &[String] {
        &self.evals
    }

    /// Whether there are folders of MCP tools.
    pub(super) fn has_tools(&self) -> bool {
        !self.mcp.is_empty()
    }

    /// Whether there are folders of prompts.
    pub(super) fn has_prompts(&self) -> bool {
        !self.prompts.is_empty()
    }

    fn of_folders(&self, folders: &[String], files: &BTreeSet<String>) -> Option<&Plot> {
        let below = |file: &&String| folders.iter().any(|folder| is_below(file, folder));
        // What is only left over is no area of theirs.
        self.area_of(files.iter().find(below)?).filter(|plot| plot.title != Some(REST))
    }
}

/// Whom these words of CODEOWNERS mean: who owns, who backs up, and which team.
fn given(words: &[String], crew: &Crew) -> Plot {
    let mut people: Vec<&str> =
        words.iter().filter_map(|word| crew.named(word)).map(|member| member.id.as_str()).collect();
    people.dedup();
    let team = words.iter().find(|word| word.starts_with('@') && word.contains('/') && is_writable(word));
    Plot {
        owner: people.first().map(|id| ((*id).to_owned(), None)),
        backup: people.get(1).map(|id| (*id).to_owned()),
        team: team.cloned(),
        ..Plot::default()
    }
}

/// Whether a file lies in a folder or below it.
pub(super) fn is_below(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn has_code(file: &str) -> bool {
    let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
    matches!(kind, "py" | "ts" | "js" | "mjs" | "tsx" | "rs" | "go")
}

/// The part of a pattern that tells what it is about, as an id.
fn telling(pattern: &str) -> String {
    let parts = pattern.split('/').rev();
    let ids = parts.map(|part| id_of(part.trim_start_matches("*.").trim_matches('*')));
    ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default()
}

fn is_foreign(folder: &str) -> bool {
    folder.split('/').any(|part| FOREIGN.contains(&part))
}

/// Whether a file belongs to tests, examples or what others wrote, not to what is shipped.
pub(super) fn is_beside(file: &str) -> bool {
    is_foreign(file) || file.split('/').any(|part| BESIDE.contains(&part))
}
