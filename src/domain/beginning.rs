//! A team begins: the first operating model of a repository, drawn from what
//! the repository shows.
//!
//! What is evident is written down, with what shows it; what only people can
//! say is left open, by name. The same sight gives the same bytes, and the
//! file that is drawn has been read as a team file before anybody gets it.

mod crew;
mod ground;
mod manifest;
mod name;
mod owners;
mod page;
mod question;
mod remote;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::text::Clean;
use crate::config::{Problem, TrackerKind, team_file};
use crew::Crew;
use ground::Ground;
use owners::Owners;

pub use manifest::{MANIFESTS, Sheet};
pub use question::{Answers, Pages, Question, Topic};
pub use remote::repo_of;

/// The team file's name.
pub const TEAM_FILE: &str = "dogwatch.toml";
/// Where handoffs, minutes and reviews will be written.
const LOG: &str = "docs/ops";
/// Where runbooks may lie already; the first is where they lie if nobody has any.
const RUNBOOKS: &[&str] = &["docs/runbooks", "runbooks"];
/// Stands in the folder of handoffs until the first one does.
const HANDOFFS: &str = "\
# Handoffs

`dogwatch handoff --write` puts the end of each shift here, as Markdown to read and as JSON to compute with. Commit both:
the calendar and the cycle review take from them that a shift was handed over, also on a machine that knows nothing else.
";

/// What was looked at, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What the folder is called.
    pub folder: String,
    /// The files that are tracked, or that lie there, by their paths from the folder, with `/`.
    pub files: BTreeSet<String>,
    /// The commits of the last twelve months, the newest first.
    pub commits: Vec<Authored>,
    /// How much of those twelve months can be seen.
    pub past: Past,
    /// The way from the top of the repository to the folder, ending in `/`; empty at the top.
    pub prefix: String,
    /// The CODEOWNERS file that GitHub heeds, by its path from the top.
    pub codeowners: Option<Sheet>,
    /// Manifests of packages, as [`MANIFESTS`] names them.
    pub manifests: Vec<Sheet>,
    /// Workflows of GitHub Actions.
    pub workflows: Vec<Sheet>,
    /// The address of the remote `origin`, as git has it; no part of it but [`repo_of`] is ever repeated.
    pub origin: Option<String>,
    /// Folders that hold results of evals, by their paths from the folder.
    pub results: BTreeSet<String>,
    /// The address under which whoever looks here would commit. It tells who it is and is never written down.
    pub runner: Option<String>,
    /// The zone of the machine.
    pub zone: Tz,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Seen {
    fn has(&self, file: &str) -> bool {
        self.files.contains(file)
    }
}

/// A commit: by whom, and what it touched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authored {
    /// The author's name, by the mailmap.
    pub name: String,
    /// The author's address, likewise. It tells people apart and is never written down.
    pub address: String,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// From the folder, with `/`; empty where nobody can know.
    pub paths: Vec<String>,
}

/// A runbook to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starter<'a> {
    /// What its file is called.
    pub file: &'a str,
    /// The whole page.
    pub text: &'a str,
    /// What has to be here for it to be of use.
    pub about: About,
}

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What every team has.
    Anything,
    /// An MCP server and its tools.
    Tools,
    /// Evals.
    Evals,
    /// Evals, or the prompts that they measure.
    Answers,
    /// Prompts.
    Prompts,
}

/// How much of the last twelve months can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// All, or enough to judge by.
    Whole,
    /// Only what is newer than where the clone was cut off.
    Shallow,
    /// Nothing was committed yet, or there is no repository.
    None,
}

/// What is to be written, and what is left to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Each file by its path from the folder, and its whole text; the team file is the last one, so that whoever is
    /// interrupted can begin again.
    pub files: Vec<(String, String)>,
    /// What only people can say, as questions.
    pub open: Vec<Clean>,
}

/// What is evident of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    seen: Seen,
    crew: Crew,
    owners: Owners,
    ground: Ground,
    /// `owner/name`.
    repo: Option<String>,
    /// Places among the manifests.
    server: Option<(usize, &'static str)>,
    /// Workflow and artifact.
    artifacts: Vec<(String, String)>,
    runbooks: Vec<String>,
}

impl Beginning {
    /// Makes sense of what was seen.
    pub fn of(mut seen: Seen) -> Self {
        seen.results.retain(|folder| name::may_be_pattern(folder));
        let read = |sheet: &Sheet| Owners::read(&sheet.text, &seen.prefix);
        let owners = seen.codeowners.as_ref().map(read).unwrap_or_default();
        let crew = Crew::of(&seen.commits, &owners);
        let mut ground = Ground::of(&seen, &owners, &crew);
        let holds = |folder: &&str| seen.files.iter().any(|file| ground::is_below(file, folder));
        let mut runbooks: Vec<String> = RUNBOOKS.iter().copied().filter(holds).map(str::to_owned).collect();
        if runbooks.is_empty() {
            runbooks.extend(RUNBOOKS.first().map(|folder| (*folder).to_owned()));
        }
        let ours: Vec<String> = runbooks.iter().cloned().chain([LOG.to_owned()]).collect();
        ground.add_ours(&ours);
        ground.add_rest(&seen.files);
        if seen.past == Past::Whole {
            ground.find_owners(&seen, &crew);
        }
        ground.give_ours(keeper(&seen, &crew));
        let ships = |sheet: &Sheet| !ground::is_beside(&sheet.path);
        let manifests = seen.manifests.iter().enumerate().filter(|(_, sheet)| ships(sheet));
        let server = manifests.into_iter().find_map(|(place, sheet)| Some((place, sheet.server()?)));
        let kept = |sheet: &Sheet| {
            let names = manifest::artifacts(&sheet.text).into_iter();
            let good = names.filter(|name| name::is_writable(name) && name::is_writable(&sheet.path));
            good.map(|name| (sheet.path.clone(), name)).collect::<Vec<_>>()
        };
        let artifacts = seen.workflows.iter().flat_map(kept).take(3).collect();
        let repo = seen.origin.as_deref().and_then(repo_of);
        Self { seen, crew, owners, ground, repo, server, artifacts, runbooks }
    }

    /// The team file, those of the starters that fit here, and the folder of handoffs.
    ///
    /// # Errors
    ///
    /// What is wrong with the team file that was drawn: a fault of ours, and nothing to be written.
    pub fn draft(&self, answers: &Answers, starters: &[Starter<'_>]) -> Result<Draft, Vec<Problem>> {
        let (text, open) = page::team_page(self, answers);
        team_file(&text, TEAM_FILE)?;
        let folder = self.runbooks.first().map_or("docs/runbooks", String::as_str);
        let fitting = starters.iter().filter(|starter| self.has(starter.about));
        let pages = fitting.map(|starter| (format!("{folder}/{}", starter.file), starter.text.to_owned()));
        let handoffs = (format!("{LOG}/handoffs/README.md"), HANDOFFS.to_owned());
        let files = pages.chain([handoffs, (TEAM_FILE.to_owned(), text)]).collect();
        Ok(Draft { files, open: open.iter().map(|question| Clean::line(question)).collect() })
    }

    /// Whether there is anything of this sort here.
    fn has(&self, about: About) -> bool {
        let has_evals =
            !self.ground.eval_folders().is_empty() || !self.seen.results.is_empty() || !self.artifacts.is_empty();
        match about {
            About::Anything => true,
            About::Tools => self.server.is_some() || self.ground.has_tools(),
            About::Evals => has_evals,
            About::Answers => has_evals || self.ground.has_prompts(),
            About::Prompts => self.ground.has_prompts(),
        }
    }

    /// The names of authors who do not stand in the team file.
    pub fn strangers(&self) -> Vec<String> {
        self.crew.left_out().into_iter().map(|(name, _)| name).collect()
    }

    /// What was seen and left aside, and why.
    pub fn aside(&self) -> Vec<Clean> {
        let mut said = Vec::new();
        let file = self.seen.codeowners.as_ref().map_or("CODEOWNERS", |sheet| sheet.path.as_str());
        for (line, why) in self.owners.aside.iter().take(5) {
            said.push(format!("{file}:{line} was not taken over: {why}"));
        }
        if let Some(more @ 1..) = self.owners.aside.len().checked_sub(5) {
            said.push(format!("{file}: {more} more lines were not taken over"));
        }
        if self.ground.left_out > 0 {
            said.push(format!("{} more areas were left out; add those that matter", self.ground.left_out));
        }
        let left_out = self.crew.left_out();
        said.extend(left_out.iter().take(5).map(|(name, why)| format!("left out {name}: {why}")));
        match left_out.len().checked_sub(5) {
            None | Some(0) => {}
            Some(more) => said.push(format!("and {more} more authors were left out")),
        }
        said.iter().map(|line| Clean::line(line)).collect()
    }

    fn tracker(&self) -> TrackerKind {
        if self.repo.is_some() { TrackerKind::Github } else { TrackerKind::Local }
    }
}

/// Who keeps our own files while nobody says otherwise, and why: whoever begins them, else whoever commits most.
fn keeper(seen: &Seen, crew: &Crew) -> Option<(String, String)> {
    let runner = seen.runner.as_deref().and_then(|address| crew.of_address(address));
    let begun = runner.map(|member| (member.id.clone(), "ran `dogwatch init`".to_owned()));
    begun.or_else(|| {
        let busiest = crew.people().filter(|member| member.commits > 0 && seen.past == Past::Whole);
        let busiest = busiest.min_by_key(|member| std::cmp::Reverse(member.commits))?;
        let why = format!("the most commits in 12 months, {} of {}", busiest.commits, seen.commits.len());
        Some((busiest.id.clone(), why))
    })
}
