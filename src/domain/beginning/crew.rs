//! Who works here: the authors of the last twelve months, as one person each,
//! and whoever CODEOWNERS names.

use std::collections::{BTreeMap, BTreeSet};

use super::Authored;
use super::name::{free, id_of, is_login, letters, login_of, said};

/// So many people make a team that one file is about; of more, those with the most commits.
const MOST: usize = 12;
/// Whoever has fewer commits than this was a guest, where two others have as many.
const REGULAR: usize = 3;
/// A name is no longer than this.
const NAME: usize = 60;
/// Programs that commit under a name without a mark of it.
const PROGRAMS: &[&str] = &[
    "allcontributors",
    "claude",
    "codecov",
    "copilot",
    "cursor agent",
    "dependabot",
    "dependabot preview",
    "github",
    "github action",
    "github actions",
    "gitlab ci",
    "greenkeeper",
    "imgbot",
    "jenkins",
    "mergify",
    "pre-commit-ci",
    "renovate",
    "snyk",
    "travis ci",
    "web-flow",
];

/// Somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Member {
    /// For the team file; empty until all are known.
    pub id: String,
    /// For people to read; none if the id says it all.
    pub name: Option<String>,
    /// The GitHub login, where it is evident.
    pub login: Option<String>,
    /// How many commits of the last twelve months.
    pub commits: usize,
    /// Whether it stands in the team file.
    pub stays: bool,
    /// In lower case; they join commits to people and are never written down.
    addresses: BTreeSet<String>,
}

/// Everybody who works here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Crew {
    /// In the order of their ids; those who do not stay come last.
    pub members: Vec<Member>,
    by_address: BTreeMap<String, usize>,
}

impl Crew {
    /// The people behind these commits, and those behind these words of CODEOWNERS: `@login` or an address.
    pub(super) fn of(commits: &[Authored], named: &[String]) -> Self {
        let mut members = merged(commits);
        members.sort_by(|one, other| other.commits.cmp(&one.commits).then_with(|| one.name.cmp(&other.name)));
        let regulars = members.iter().filter(|member| member.commits >= REGULAR).count();
        let least = if regulars >= 2 { REGULAR } else { 1 };
        for member in members.iter_mut().take(MOST) {
            member.stays = member.commits >= least;
        }
        for word in named {
            call(&mut members, word);
        }
        name_all(&mut members);
        members.sort_by(|one, other| other.stays.cmp(&one.stays).then_with(|| one.id.cmp(&other.id)));
        let places = members.iter().enumerate();
        let by_address =
            places.flat_map(|(place, member)| member.addresses.iter().map(move |one| (one.clone(), place))).collect();
        Self { members, by_address }
    }

    /// Those who stand in the team file, in order.
    pub(super) fn people(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.stays)
    }

    /// How many authors do not.
    pub(super) fn guests(&self) -> usize {
        self.members.len() - self.people().count()
    }

    /// Who committed this; none for programs, and for those who do not stand in the team file.
    pub(super) fn author(&self, commit: &Authored) -> Option<&Member> {
        let place = *self.by_address.get(&key(commit))?;
        self.members.get(place).filter(|member| member.stays)
    }

    /// Who is meant by this word of CODEOWNERS; none for teams and strangers.
    pub(super) fn named(&self, word: &str) -> Option<&Member> {
        match word.strip_prefix('@') {
            Some(login) => self.people().find(|member| has_login(member, login)),
            None => self.people().find(|member| member.addresses.contains(&word.to_lowercase())),
        }
    }
}

/// What tells one author from another: the address, or the name of one who has none.
fn key(commit: &Authored) -> String {
    let address = commit.address.trim().to_lowercase();
    if address.is_empty() { commit.name.trim().to_lowercase() } else { address }
}

/// One member for all addresses of the same name or login.
fn merged(commits: &[Authored]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for commit in commits.iter().filter(|commit| !is_program(commit)) {
        let address = key(commit);
        let place = known.get(&address).copied().unwrap_or_else(|| {
            let login = login_of(&commit.address).map(|login| format!("login {}", login.to_lowercase()));
            let name = said(&commit.name, NAME).map(|name| format!("name {}", name.to_lowercase()));
            let same = login.iter().chain(&name).find_map(|mark| known.get(mark).copied());
            let place = same.unwrap_or_else(|| {
                members.push(Member::default());
                members.len() - 1
            });
            known.extend(login.into_iter().chain(name).chain([address.clone()]).map(|mark| (mark, place)));
            place
        });
        if let Some(member) = members.get_mut(place) {
            member.commits += 1;
            member.addresses.insert(address);
            // The newest commit comes first, and has the name of today.
            member.name = member.name.take().or_else(|| said(&commit.name, NAME));
            member.login = member.login.take().or_else(|| login_of(&commit.address).map(str::to_owned));
        }
    }
    members
}

fn has_login(member: &Member, login: &str) -> bool {
    member.login.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(login))
}

fn is_program(commit: &Authored) -> bool {
    let (name, address) = (commit.name.trim().to_lowercase(), commit.address.trim().to_lowercase());
    let local = address.split('@').next().unwrap_or_default();
    let marked =
        |text: &str| text == "bot" || ["[bot]", "-bot", " bot", "_bot"].iter().any(|mark| text.ends_with(mark));
    let local = local.rsplit_once('+').map_or(local, |(_, login)| login);
    marked(&name) || marked(local) || PROGRAMS.contains(&name.as_str()) || address == "noreply@github.com"
}

/// Makes sure that whoever CODEOWNERS means stands in the team file.
fn call(members: &mut Vec<Member>, word: &str) {
    let Some(login) = word.strip_prefix('@') else {
        let address = word.to_lowercase();
        if let Some(member) = members.iter_mut().find(|member| member.addresses.contains(&address)) {
            member.stays = true;
        }
        return;
    };
    if !is_login(login) {
        return;
    }
    let wanted = letters(login);
    let alike = |member: &Member| {
        let named = member.name.as_ref().is_some_and(|name| letters(name) == wanted);
        let locals = member.addresses.iter().filter_map(|address| address.split('@').next());
        member.login.is_none()
            && !wanted.is_empty()
            && (named || locals.into_iter().any(|local| letters(local) == wanted))
    };
    let place = members.iter().position(|member| has_login(member, login)).or_else(|| {
        let mut fitting = members.iter().enumerate().filter(|(_, member)| alike(member)).map(|(place, _)| place);
        // Of two who fit, nobody knows which one it is.
        fitting.next().filter(|_| fitting.next().is_none())
    });
    let place = place.unwrap_or_else(|| {
        members.push(Member::default());
        members.len() - 1
    });
    if let Some(member) = members.get_mut(place) {
        member.stays = true;
        member.login.get_or_insert_with(|| login.to_owned());
    }
}

/// Gives all who stay an id: the first name where it is one person's alone, else the whole name, else the login.
fn name_all(members: &mut [Member]) {
    let first =
        |member: &Member| id_of(member.name.as_deref().unwrap_or_default().split(' ').next().unwrap_or_default());
    let firsts: Vec<String> = members.iter().filter(|member| member.stays).map(first).collect();
    let is_alone = |id: &String| id.len() > 1 && firsts.iter().filter(|other| *other == id).count() == 1;
    let mut taken = BTreeSet::from(["everyone".to_owned(), "nobody".to_owned()]);
    for member in members.iter_mut().filter(|member| member.stays) {
        let short = Some(first(member)).filter(is_alone).unwrap_or_default();
        let whole = id_of(member.name.as_deref().unwrap_or_default());
        let login = id_of(member.login.as_deref().unwrap_or_default());
        let wish = [short, whole, login].into_iter().find(|id| !id.is_empty()).unwrap_or_else(|| "person".to_owned());
        member.id = free(&wish, |id| taken.contains(id));
        taken.insert(member.id.clone());
        member.name = member.name.take().filter(|name| *name != member.id);
    }
}
