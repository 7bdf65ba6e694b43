//! Who works here: the authors of the last twelve months, as one person each,
//! and whoever CODEOWNERS names.

mod login;
mod program;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Months, Utc};

use super::Authored;
use super::name::{free, id_of, is_login, login_of, said};
use super::owners::Owners;
use program::is_program;

/// So many people make a team that one file is about; of more, those with the most commits.
const MOST: usize = 12;
/// Whoever has fewer commits than this was a guest, where two others have as many.
const REGULAR: usize = 3;
/// A name is no longer than this.
const NAME: usize = 60;
/// Whoever has committed nothing for so many months is not put on call.
const AWAY: Months = Months::new(6);

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
    /// When the last one of them was made.
    pub last: Option<DateTime<Utc>>,
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
    /// The names of programs, once each, the newest first.
    pub programs: Vec<String>,
    by_address: BTreeMap<String, usize>,
}

impl Crew {
    /// The people behind these commits, and those whom CODEOWNERS names.
    pub(super) fn of(commits: &[Authored], owners: &Owners) -> Self {
        let mut members = merged(commits);
        members.sort_by(|one, other| other.commits.cmp(&one.commits).then_with(|| one.name.cmp(&other.name)));
        let regulars = members.iter().filter(|member| member.commits >= REGULAR).count();
        let least = if regulars >= 2 { REGULAR } else { 1 };
        for member in members.iter_mut().take(MOST) {
            member.stays = member.commits >= least;
        }
        let named = owners.named();
        login::join(&mut members, &named, &owners.heard);
        for word in &named {
            call(&mut members, word);
        }
        name_all(&mut members);
        members.sort_by(|one, other| other.stays.cmp(&one.stays).then_with(|| one.id.cmp(&other.id)));
        let places = members.iter().enumerate();
        let by_address =
            places.flat_map(|(place, member)| member.addresses.iter().map(move |one| (one.clone(), place))).collect();
        let mut programs: Vec<String> = Vec::new();
        for name in commits.iter().filter(|commit| is_program(commit)).filter_map(|commit| said(&commit.name, NAME)) {
            if !programs.contains(&name) {
                programs.push(name);
            }
        }
        Self { members, programs, by_address }
    }

    /// Those who stand in the team file, in order.
    pub(super) fn people(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.stays)
    }

    /// Those who are at work, and so may take turns on call.
    pub(super) fn active(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Member> {
        let since = now.checked_sub_months(AWAY).unwrap_or(now);
        self.people().filter(move |member| member.last.is_some_and(|last| last >= since))
    }

    /// The names of all authors who do not stand there, and why not.
    pub(super) fn left_out(&self) -> Vec<(String, String)> {
        let guests = self.members.iter().filter(|member| !member.stays).map(|member| {
            let name = member.name.clone().or_else(|| member.login.clone());
            let more = if member.commits < REGULAR { "" } else { ", and many others have more" };
            (name.unwrap_or_else(|| "somebody".to_owned()), format!("{} in 12 months{more}", counted(member.commits)))
        });
        guests.chain(self.programs.iter().map(|name| (name.clone(), "a program".to_owned()))).collect()
    }

    /// Who stands there and commits under this address.
    pub(super) fn of_address(&self, address: &str) -> Option<&Member> {
        let address = address.trim().to_lowercase();
        let known = self.by_address.get(&address).and_then(|place| self.members.get(*place));
        let by_login = || login_of(&address).and_then(|login| self.people().find(|member| has_login(member, login)));
        known.filter(|member| member.stays).or_else(by_login)
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
            member.last = member.last.max(Some(commit.at));
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

/// `1 commit`, `2 commits`.
pub(super) fn counted(commits: usize) -> String {
    if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") }
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
    let place = members.iter().position(|member| has_login(member, login));
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
    let mut taken = BTreeSet::from(["everyone", "nobody", "none"].map(str::to_owned));
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
