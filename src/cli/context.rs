//! What every command starts from: the two files, the folder, the clock.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use sha2::{Digest, Sha256};

use super::Global;
use super::exit::Failure;
use crate::config::{PersonalFile, Problem, Settings, TeamFile, layered, personal_file, team_file};
use crate::shell::clock::Clock;
use crate::shell::engine::Network;
use crate::shell::session::{Decisions, Plan, Trust};

/// The team file's name.
pub const TEAM_FILE: &str = "dogwatch.toml";
/// No configuration is longer than this.
const LONGEST: u64 = 1 << 20;

/// What every command starts from.
pub struct Context {
    /// The operating model; the defaults where there is no team file.
    pub team: TeamFile,
    /// The operator's own settings.
    pub personal: PersonalFile,
    /// Both, laid over each other.
    pub settings: Settings,
    /// Where the team file lies; none if there is none.
    pub team_path: Option<PathBuf>,
    /// Where the personal file lies or would lie.
    pub personal_path: Option<PathBuf>,
    /// Where the store lies.
    pub folder: PathBuf,
    global: Global,
    clock: Clock,
}

impl Context {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// Wrong configuration, with every place to mend.
    pub fn load(global: &Global) -> Result<Self, Failure> {
        let team_path = team_path(global)?;
        let team = match &team_path {
            Some(path) => read(path, team_file)?,
            None => TeamFile::default(),
        };
        let personal_path = project().map(|dirs| dirs.config_dir().join("config.toml"));
        let personal = match personal_path.as_deref().filter(|path| path.exists()) {
            Some(path) => read(path, personal_file)?,
            None => PersonalFile::default(),
        };
        Ok(Self {
            settings: layered(&team, &personal),
            folder: folder(global, team_path.as_deref())?,
            team,
            personal,
            team_path,
            personal_path,
            global: global.clone(),
            clock: Clock::starting(global.now),
        })
    }

    /// What a session needs.
    pub fn plan(&self) -> Plan {
        Plan {
            team: self.team.clone(),
            personal: self.personal.clone(),
            team_path: self.team_path.clone(),
            folder: self.folder.clone(),
            clock: self.clock,
            network: if self.global.offline { Network::Offline } else { Network::Online },
            decisions: if self.global.readonly { Decisions::NotTaken } else { Decisions::Taken },
            trust: if self.global.trust { Trust::ForThisRun } else { Trust::AsRemembered },
            account: account(),
        }
    }

    /// The time at which commands act.
    pub fn clock(&self) -> Clock {
        self.clock
    }
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "dogwatch")
}

/// Where the logs of this machine's dogwatch lie, and the stores under it.
fn data_root() -> Result<PathBuf, Failure> {
    project()
        .map(|dirs| dirs.data_dir().to_owned())
        .ok_or_else(|| Failure::wrong("no home folder is known; name a folder with --data-dir"))
}

fn team_path(global: &Global) -> Result<Option<PathBuf>, Failure> {
    if let Some(path) = &global.config {
        let named = fs::canonicalize(path)
            .map_err(|error| Failure::setting_up(&format!("cannot read --config {}", path.display()), &error))?;
        return Ok(Some(named));
    }
    let here = std::env::current_dir().map_err(|error| Failure::setting_up("cannot see this folder", &error))?;
    Ok(here.ancestors().map(|folder| folder.join(TEAM_FILE)).find(|path| path.is_file()))
}

/// One folder per team file, so that two teams' queues never mix.
fn folder(global: &Global, team_path: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = &global.data_dir {
        return Ok(folder.clone());
    }
    let Some(path) = team_path else {
        return Ok(data_root()?.join("local"));
    };
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let short: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let name = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    Ok(data_root()?.join(format!("{}-{short}", name.unwrap_or_else(|| "team".into()))))
}

fn read<T>(path: &Path, parse: fn(&str, &str) -> Result<T, Vec<Problem>>) -> Result<T, Failure> {
    let shown = path.display().to_string();
    let unreadable = |error: &std::io::Error| Failure::setting_up(&format!("cannot read {shown}"), error);
    let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::wrong(format!("{shown} is longer than 1 MiB; a team file is a few pages")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::wrong(format!("{shown} is not UTF-8 text")))?;
    parse(&text, &shown).map_err(|problems| Failure::Wrong(problems.iter().map(ToString::to_string).collect()))
}

fn account() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "me".into())
}
