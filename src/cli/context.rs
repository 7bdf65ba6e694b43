//! What every command starts from: the two files, the folder, the clock.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use sha2::{Digest, Sha256};

use super::exit::Failure;
use super::{Global, out};
use crate::app::bindings::{KeyProblem, Keymap};
use crate::app::chord::Chord;
use crate::config::{KeyPlaces, PersonalFile, Problem, Settings, Spot, TeamFile, layered, personal_file, team_file};
use crate::domain::hash::hex;
use crate::domain::text::Clean;
use crate::domain::veil::Veil;
use crate::shell::clock::Clock;
use crate::shell::engine::Network;
use crate::shell::place::{from_top, is_elsewhere};
use crate::shell::session::{Decisions, Plan, Trust};
use crate::store::{Bodies, Opening, Store, Wanted};

/// The team file's name.
pub const TEAM_FILE: &str = "dogwatch.toml";
/// The file that remembers that the tour has been shown.
const TOURED: &str = "toured";
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
    personal_text: String,
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
            Some(path) => parsed(&read(path)?, path, team_file)?,
            None => TeamFile::default(),
        };
        let (personal_path, personal, personal_text) = personal()?;
        let context = Self {
            settings: layered(&team, &personal),
            folder: folder(global, team_path.as_deref())?,
            team,
            personal,
            team_path,
            personal_path,
            personal_text,
            global: global.clone(),
            clock: Clock::starting(global.now),
        };
        if context.redacts() {
            out::wear(context.known_veil());
        }
        Ok(context)
    }

    /// What is wrong with the team file itself, its file named from the top of its repository; nothing where it can be
    /// read as one.
    pub fn problems(global: &Global) -> Vec<Problem> {
        let Ok(Some(path)) = team_path(global) else { return Vec::new() };
        let text = read(&path).unwrap_or_default();
        team_file(&text, &from_top(&path)).err().unwrap_or_default()
    }

    /// Whether names are replaced in all that is said: by the flag, or because private mode is on from the start.
    pub fn redacts(&self) -> bool {
        self.global.redact || self.settings.private
    }

    /// What hides the names of this team, and of this machine's configuration.
    pub fn veil(&self) -> Veil {
        let named = self.personal.tokens.keys().chain(&self.personal.enterprise);
        let me = self.me();
        Veil::new(&self.team, &self.settings.redact)
            .knowing_hosts(named.map(String::as_str))
            .knowing([me.as_str()].into_iter())
    }

    /// The same, with everybody whom the store names. A store that cannot be read names nobody: what is said then
    /// comes from elsewhere.
    fn known_veil(&self) -> Veil {
        let mut veil = self.veil();
        if !self.folder.is_dir() {
            return veil;
        }
        let opening = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
        if let Ok(opened) = Store::open_with(&self.folder, self.clock.start(), &opening) {
            opened.store.incidents(Bodies::Without).unwrap_or_default().iter().for_each(|one| veil.know_incident(one));
            opened.store.logins().unwrap_or_default().iter().for_each(|login| veil.know(login.as_str()));
        }
        veil
    }

    /// What a session needs.
    pub fn plan(&self) -> Plan {
        Plan {
            team: self.team.clone(),
            personal: self.personal.clone(),
            team_path: self.team_path.clone(),
            folder: self.folder.clone(),
            clock: self.clock,
            network: self.network(),
            decisions: self.decisions(),
            trust: if self.global.trust { Trust::ForThisRun } else { Trust::AsRemembered },
            verbosity: self.global.verbose,
            account: account(),
        }
    }

    /// The keys of the screen, with those of the personal file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with `[keys]`, each with its place.
    pub fn keymap(&self) -> Result<Keymap, Vec<String>> {
        Keymap::with(&self.personal.keys).map_err(|problems| {
            let file = self.personal_path.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
            problems.iter().map(|problem| self.placed(&file, problem)).collect()
        })
    }

    /// A problem with the place of each key that it is about; of a key that the file does not name, whose it is.
    fn placed(&self, file: &str, problem: &KeyProblem) -> String {
        let places = KeyPlaces::of(&self.personal_text);
        let mut spots = Vec::new();
        let mut defaults = Vec::new();
        for (name, keys) in problem.about() {
            match (self.spot(&places, name, keys), keys) {
                (Some(spot), _) => spots.push(format!("{file}:{}:{}", spot.line, spot.column)),
                (None, Some(keys)) => defaults.push(format!("`{keys}` is the default of `{name}`")),
                (None, None) => {}
            }
        }
        let (first, others) = spots.split_first().map_or((file, &[][..]), |(first, rest)| (first.as_str(), rest));
        let also = others.iter().map(|other| format!("the other is at {other}")).chain(defaults);
        let also: Vec<String> = also.collect();
        if also.is_empty() {
            format!("{first}: {problem}")
        } else {
            format!("{first}: {problem} ({})", also.join(", "))
        }
    }

    /// Where the personal file says that a binding has these keys; where the name stands, if it is the name.
    fn spot(&self, places: &KeyPlaces, name: &str, keys: Option<&str>) -> Option<Spot> {
        let Some(keys) = keys else { return places.name(name) };
        let means = |written: &str| written.parse::<Chord>().map_or_else(|_| written.to_owned(), |one| one.to_string());
        let at = self.personal.keys.get(name)?.iter().position(|written| means(written) == keys)?;
        places.key(name, at)
    }

    /// What is left behind on this machine once the operator has been shown around; none if they have been.
    pub fn tour_mark(&self) -> Option<PathBuf> {
        let root = data_root().ok();
        let beside = root.as_deref().filter(|root| self.folder.starts_with(root)).unwrap_or(&self.folder);
        let known = root.iter().map(PathBuf::as_path).chain([beside]).any(|folder| folder.join(TOURED).exists());
        (!known).then(|| beside.join(TOURED))
    }

    /// The operator: their id in the team file, or the name of their account.
    pub fn me(&self) -> String {
        self.personal.me.clone().unwrap_or_else(account)
    }

    /// Whether sources may be asked.
    pub fn network(&self) -> Network {
        if self.global.offline { Network::Offline } else { Network::Online }
    }

    /// Whether decisions are taken.
    pub fn decisions(&self) -> Decisions {
        if self.global.readonly { Decisions::NotTaken } else { Decisions::Taken }
    }

    /// The time at which commands act.
    pub fn clock(&self) -> Clock {
        self.clock
    }
}

/// The personal file: where it lies or would lie, what it says, and its text.
fn personal() -> Result<(Option<PathBuf>, PersonalFile, String), Failure> {
    let path = project().map(|dirs| dirs.config_dir().join("config.toml"));
    let Some(there) = path.as_deref().filter(|path| path.exists()) else {
        return Ok((path, PersonalFile::default(), String::new()));
    };
    let text = read(there)?;
    let personal = parsed(&text, there, personal_file)?;
    Ok((path, personal, text))
}

/// From here on nothing is said that has to be hidden, by the flag or by the personal file, of a team that has no file
/// yet.
///
/// # Errors
///
/// A wrong personal file.
pub fn hide(global: &Global, team: &TeamFile) -> Result<(), Failure> {
    let (_, personal, _) = personal()?;
    let settings = layered(team, &personal);
    if global.redact || settings.private {
        out::wear(Veil::new(team, &settings.redact));
    }
    Ok(())
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
    let found = here.ancestors().map(|folder| folder.join(TEAM_FILE)).find(|path| path.is_file());
    match found {
        Some(path) if is_elsewhere(&path) => Err(Failure::wrong(format!(
            "{} is a link that leads out of its repository; name the file itself with --config",
            path.display()
        ))),
        found => Ok(found),
    }
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
    let short = hex(&hash[..5]);
    let name = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    Ok(data_root()?.join(format!("{}-{short}", name.unwrap_or_else(|| "team".into()))))
}

fn parsed<T>(text: &str, path: &Path, parse: fn(&str, &str) -> Result<T, Vec<Problem>>) -> Result<T, Failure> {
    let shown = path.display().to_string();
    parse(text, &shown).map_err(|problems| Failure::Wrong(problems.iter().map(ToString::to_string).collect()))
}

/// The text of a configuration file.
///
/// # Errors
///
/// When it is no readable text of a sensible length.
pub fn read(path: &Path) -> Result<String, Failure> {
    let shown = path.display().to_string();
    let unreadable = |error: &std::io::Error| Failure::setting_up(&format!("cannot read {shown}"), error);
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(Failure::wrong(format!("{shown} is no regular file")));
    }
    let file = fs::File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::wrong(format!("{shown} is longer than 1 MiB; a team file is a few pages")));
    }
    String::from_utf8(bytes).map_err(|_| Failure::wrong(format!("{shown} is not UTF-8 text; save it as UTF-8")))
}

/// A variable of the environment, unless it is empty.
pub fn word(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A path as it may be shown.
pub fn shown(path: &Path) -> Clean {
    Clean::line(&path.display().to_string())
}

/// The name of the operator's account.
pub fn account() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "me".into())
}
