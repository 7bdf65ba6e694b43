//! What a test sees and does without the wire: looking at an issue, and being
//! another operator who labels, closes, moves and deletes in the meantime.

use super::world::{Actor, Draft, Event, Issue, Role, Slot, Spot};
use super::{Comment, Fake};

/// One repository of the fake.
#[derive(Clone, Copy)]
pub struct RepoView<'a> {
    fake: &'a Fake,
    pub id: u64,
}

impl<'a> RepoView<'a> {
    pub(super) fn new(fake: &'a Fake, id: u64) -> Self {
        Self { fake, id }
    }

    fn spot(&self, number: u64) -> Spot {
        Spot { repo: self.id, number }
    }

    /// # Panics
    ///
    /// When it is not here (any more).
    pub fn issue(&self, number: u64) -> Issue {
        let inside = self.fake.inside();
        match inside.world.issue(self.spot(number)) {
            Ok(issue) => issue.clone(),
            Err(absent) => panic!("no issue {number}: {absent:?}"),
        }
    }

    /// All that are here, pull requests too, by number.
    pub fn issues(&self) -> Vec<Issue> {
        let inside = self.fake.inside();
        inside.world.repo(self.id).issues().cloned().collect()
    }

    /// Oldest first.
    pub fn events(&self, number: u64) -> Vec<Event> {
        let id = self.issue(number).id;
        let inside = self.fake.inside();
        let all = inside.world.events.iter();
        all.filter(|event| event.issue_id == id).cloned().collect()
    }

    pub fn comments(&self, number: u64) -> Vec<Comment> {
        self.issue(number).comments
    }

    pub fn take_comments_away(&self, number: u64) {
        self.fake.inside().world.drop_comments(self.spot(number));
    }

    /// Somebody in this repository, with or without the right to it.
    pub fn by(&self, login: &str) -> Hand<'a> {
        self.fake.inside().world.person(login);
        Hand { repo: *self, by: Actor { login: login.to_owned(), request: None } }
    }

    pub fn define_label(&self, name: &str) {
        self.fake.inside().world.define_label(self.id, name);
    }

    pub fn grant(&self, login: &str, role: Role) {
        let mut inside = self.fake.inside();
        inside.world.person(login);
        let roles = &mut inside.world.repo_mut(self.id).roles;
        roles.insert(login.to_owned(), role);
    }

    pub fn take_rights_from(&self, login: &str) {
        let mut inside = self.fake.inside();
        inside.world.repo_mut(self.id).roles.remove(login);
    }

    /// The former name answers with a redirect to the number of the repository.
    pub fn rename(&self, to: &str) {
        let mut inside = self.fake.inside();
        let repo = inside.world.repo_mut(self.id);
        let from = std::mem::replace(&mut repo.name, to.to_owned());
        repo.former.push(from);
    }

    /// 410 from now on.
    pub fn delete(&self, number: u64) {
        let mut inside = self.fake.inside();
        let slots = &mut inside.world.repo_mut(self.id).slots;
        slots.insert(number, Slot::Deleted);
    }

    /// To a repository that is made when it is new; the number it has there. The old one answers 301.
    pub fn transfer(&self, number: u64, to: &str) -> u64 {
        let mut inside = self.fake.inside();
        let to = inside.world.repo_named(to);
        inside.world.transfer(self.spot(number), to).number
    }

    /// That many open issues labelled `bug`, a minute apart, the newest last.
    pub fn bulk(&self, author: &str, count: u64) {
        let mut inside = self.fake.inside();
        inside.world.person(author);
        inside.world.bulk(self.id, author, count);
    }
}

/// Somebody at work, by another client. Nothing of it is in the log of writes.
pub struct Hand<'a> {
    repo: RepoView<'a>,
    by: Actor,
}

impl Hand<'_> {
    /// The number of the new issue; labels are made when they are new.
    pub fn open(&self, title: &str, labels: &[&str]) -> u64 {
        self.file(Draft {
            title: title.to_owned(),
            labels: labels.iter().map(ToString::to_string).collect(),
            ..Draft::default()
        })
    }

    pub fn file(&self, draft: Draft) -> u64 {
        let mut inside = self.repo.fake.inside();
        inside.world.open(self.repo.id, &self.by, draft).number
    }

    pub fn open_pull_request(&self, title: &str) -> u64 {
        self.file(Draft { title: title.to_owned(), pull_request: true, ..Draft::default() })
    }

    pub fn label(&self, number: u64, name: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.add_label(spot, &self.by, name);
    }

    pub fn unlabel(&self, number: u64, name: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.remove_label(spot, &self.by, name);
    }

    pub fn assign(&self, number: u64, login: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.assign(spot, &self.by, login);
    }

    pub fn unassign(&self, number: u64, login: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.unassign(spot, &self.by, login);
    }

    /// With `completed`, `not_planned` or `duplicate`.
    pub fn close(&self, number: u64, reason: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.close(spot, &self.by, reason);
    }

    pub fn reopen(&self, number: u64) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.reopen(spot, &self.by);
    }

    pub fn comment(&self, number: u64, body: &str) -> u64 {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.comment(spot, &self.by, body)
    }

    pub fn retitle(&self, number: u64, title: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.retitle(spot, &self.by, title);
    }

    pub fn rewrite(&self, number: u64, body: &str) {
        let spot = self.repo.spot(number);
        self.repo.fake.inside().world.rewrite(spot, &self.by, body);
    }
}
