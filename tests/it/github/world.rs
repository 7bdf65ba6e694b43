//! All that the loopback GitHub remembers, and the verbs that change it.
//!
//! Every change goes through one of the verbs here, so that the events, the
//! `updated_at` of an issue and the log of writes never tell different stories.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

pub use super::record::{
    Absent, Actor, Clock, Closed, Comment, Draft, Event, Issue, Label, Repo, Role, Slot, Spot, Token, What, Write,
};

/// All of it.
#[derive(Debug, Clone)]
pub struct World {
    /// Where `Link` and `Location` point: the address the client knows.
    pub public: String,
    pub clock: Clock,
    /// By login; the id grows with each.
    pub people: BTreeMap<String, u64>,
    pub tokens: BTreeMap<String, Token>,
    pub repos: Vec<Repo>,
    pub events: Vec<Event>,
    pub writes: Vec<Write>,
    last_id: u64,
}

impl World {
    pub fn new(public: String) -> Self {
        Self {
            public,
            clock: Clock::Real,
            people: BTreeMap::new(),
            tokens: BTreeMap::new(),
            repos: Vec::new(),
            events: Vec::new(),
            writes: Vec::new(),
            last_id: 900_000_000,
        }
    }

    /// The server's time, in whole seconds.
    pub fn now(&self) -> DateTime<Utc> {
        match self.clock {
            Clock::Real => DateTime::<Utc>::from(std::time::SystemTime::now()).trunc_subsecs(0),
            Clock::Fixed(at) => at,
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Knows this person from now on.
    pub fn person(&mut self, login: &str) {
        if !self.people.contains_key(login) {
            let id = self.next_id();
            self.people.insert(login.to_owned(), id);
        }
    }

    /// The id of the repository, made when it was not there.
    pub fn repo_named(&mut self, name: &str) -> u64 {
        if let Some(repo) = self.repos.iter().find(|repo| repo.name == name) {
            return repo.id;
        }
        let id = 4101 + self.repos.len() as u64;
        let roles = self.repos.first().map(|first| first.roles.clone());
        let created_at = self.now();
        self.repos.push(Repo {
            id,
            name: name.to_owned(),
            former: Vec::new(),
            labels: Vec::new(),
            roles: roles.unwrap_or_default(),
            slots: BTreeMap::new(),
            artifacts: Vec::new(),
            created_at,
        });
        id
    }

    /// The repository with this id, which the caller got from here.
    pub fn repo(&self, id: u64) -> &Repo {
        self.repos.iter().find(|repo| repo.id == id).unwrap()
    }

    pub fn repo_mut(&mut self, id: u64) -> &mut Repo {
        self.repos.iter_mut().find(|repo| repo.id == id).unwrap()
    }

    pub fn issue(&self, spot: Spot) -> Result<&Issue, Absent> {
        match self.repo(spot.repo).slots.get(&spot.number) {
            Some(Slot::Here(issue)) => Ok(issue),
            Some(Slot::Moved(to)) => Err(Absent::Moved(*to)),
            Some(Slot::Deleted) => Err(Absent::Deleted),
            None => Err(Absent::Never),
        }
    }

    /// For the verbs, which are called with issues that are here.
    pub fn issue_mut(&mut self, spot: Spot) -> &mut Issue {
        match self.repo_mut(spot.repo).slots.get_mut(&spot.number) {
            Some(Slot::Here(issue)) => issue,
            other => panic!("no issue at {spot:?}: {other:?}"),
        }
    }

    /// The issue of this number in the repository of this name.
    pub fn spot_at(&self, repo: &str, number: u64) -> Option<Spot> {
        let repo = self.repos.iter().find(|one| one.name == repo)?.id;
        Some(Spot { repo, number })
    }

    /// Where the issue with this id is now.
    pub fn spot_of(&self, issue_id: u64) -> Option<Spot> {
        self.repos.iter().find_map(|repo| {
            let issue = repo.issues().find(|issue| issue.id == issue_id)?;
            let spot = Spot { repo: repo.id, number: issue.number };
            Some(spot)
        })
    }

    /// Bumps the issue, writes the event, and the log when it came through the wire.
    fn happened(&mut self, spot: Spot, by: &Actor, what: What) {
        let at = self.now();
        let id = self.next_id();
        let issue = self.issue_mut(spot);
        issue.updated_at = at;
        let issue_id = issue.id;
        if let Some(request) = by.request {
            let op = match &what {
                What::Commented(body) | What::CommentChanged(body) => marker(body),
                What::Created(_) => issue.body.as_deref().and_then(marker),
                What::Labeled(_)
                | What::Unlabeled(_)
                | What::Assigned(_)
                | What::Unassigned(_)
                | What::Closed(_)
                | What::Reopened
                | What::Renamed { .. }
                | What::Rewritten
                | What::MarkedAsDuplicate(_) => None,
            };
            let repo = self.repo(spot.repo).name.clone();
            self.writes.push(Write {
                request,
                login: by.login.clone(),
                repo,
                number: spot.number,
                what: what.clone(),
                op,
            });
        }
        if what.event().is_some() {
            self.events.push(Event { id, issue_id, actor: by.login.clone(), at, what });
        }
    }

    /// The label as the repository spells it, made when it was not there.
    pub fn define_label(&mut self, repo: u64, name: &str) -> String {
        if let Some(label) = self.repo(repo).label(name) {
            return label.name.clone();
        }
        let id = self.next_id();
        self.repo_mut(repo).labels.push(Label { id, name: name.to_owned() });
        name.to_owned()
    }

    pub fn open(&mut self, repo: u64, by: &Actor, draft: Draft) -> Spot {
        let (id, now) = (self.next_id(), self.now());
        let slots = &mut self.repo_mut(repo).slots;
        let number = slots.last_key_value().map_or(1, |(last, _)| last + 1);
        let issue = Issue {
            id,
            number,
            title: draft.title.clone(),
            body: draft.body,
            author: by.login.clone(),
            closed: None,
            state_reason: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            comments: Vec::new(),
            created_at: now,
            updated_at: now,
            pull_request: draft.pull_request,
        };
        slots.insert(number, Slot::Here(Box::new(issue)));
        let spot = Spot { repo, number };
        self.happened(spot, by, What::Created(draft.title));
        for label in draft.labels {
            self.add_label(spot, by, &label);
        }
        for login in draft.assignees {
            self.assign(spot, by, &login);
        }
        spot
    }

    /// A label that is there already changes nothing and writes no event.
    pub fn add_label(&mut self, spot: Spot, by: &Actor, name: &str) {
        let name = self.define_label(spot.repo, name);
        let issue = self.issue_mut(spot);
        if !issue.has_label(&name) {
            issue.labels.push(name.clone());
            self.happened(spot, by, What::Labeled(name));
        }
    }

    /// Says whether it was there.
    pub fn remove_label(&mut self, spot: Spot, by: &Actor, name: &str) -> bool {
        let labels = &mut self.issue_mut(spot).labels;
        let Some(at) = labels.iter().position(|one| one.eq_ignore_ascii_case(name)) else {
            return false;
        };
        let name = labels.remove(at);
        self.happened(spot, by, What::Unlabeled(name));
        true
    }

    pub fn assign(&mut self, spot: Spot, by: &Actor, login: &str) {
        let assignees = &mut self.issue_mut(spot).assignees;
        if assignees.len() < 10 && !assignees.iter().any(|one| one == login) {
            assignees.push(login.to_owned());
            self.happened(spot, by, What::Assigned(login.to_owned()));
        }
    }

    pub fn unassign(&mut self, spot: Spot, by: &Actor, login: &str) {
        let assignees = &mut self.issue_mut(spot).assignees;
        if let Some(at) = assignees.iter().position(|one| one == login) {
            assignees.remove(at);
            self.happened(spot, by, What::Unassigned(login.to_owned()));
        }
    }

    /// Closed already, it keeps its reason.
    pub fn close(&mut self, spot: Spot, by: &Actor, reason: &str) {
        let at = self.now();
        let issue = self.issue_mut(spot);
        if issue.is_open() {
            issue.closed = Some(Closed { by: by.login.clone(), at });
            issue.state_reason = Some(reason.to_owned());
            self.happened(spot, by, What::Closed(reason.to_owned()));
        }
    }

    pub fn reopen(&mut self, spot: Spot, by: &Actor) {
        let issue = self.issue_mut(spot);
        if issue.closed.take().is_some() {
            issue.state_reason = Some("reopened".to_owned());
            self.happened(spot, by, What::Reopened);
        }
    }

    pub fn mark_duplicate(&mut self, spot: Spot, by: &Actor, of: u64) {
        self.happened(spot, by, What::MarkedAsDuplicate(of));
    }

    pub fn retitle(&mut self, spot: Spot, by: &Actor, to: &str) {
        let issue = self.issue_mut(spot);
        if issue.title != to {
            let from = std::mem::replace(&mut issue.title, to.to_owned());
            let to = to.to_owned();
            self.happened(spot, by, What::Renamed { from, to });
        }
    }

    pub fn rewrite(&mut self, spot: Spot, by: &Actor, body: &str) {
        self.issue_mut(spot).body = Some(body.to_owned());
        self.happened(spot, by, What::Rewritten);
    }

    pub fn comment(&mut self, spot: Spot, by: &Actor, body: &str) -> u64 {
        let (id, at) = (self.next_id(), self.now());
        let (author, body) = (by.login.clone(), body.to_owned());
        self.issue_mut(spot).comments.push(Comment { id, author, body: body.clone(), at, changed: at });
        self.happened(spot, by, What::Commented(body));
        id
    }

    /// The issue that a comment belongs to, and who wrote it.
    pub fn comment_place(&self, repo: u64, id: u64) -> Option<(Spot, String)> {
        self.repo(repo).issues().find_map(|issue| {
            let comment = issue.comments.iter().find(|comment| comment.id == id)?;
            Some((Spot { repo, number: issue.number }, comment.author.clone()))
        })
    }

    pub fn change_comment(&mut self, spot: Spot, by: &Actor, (id, body): (u64, &str)) {
        let at = self.now();
        if let Some(comment) = self.issue_mut(spot).comments.iter_mut().find(|comment| comment.id == id) {
            body.clone_into(&mut comment.body);
            comment.changed = at;
        }
        self.happened(spot, by, What::CommentChanged(body.to_owned()));
    }

    pub fn drop_comments(&mut self, spot: Spot) {
        self.issue_mut(spot).comments.clear();
    }

    /// Leaves a redirect behind; labels go along where the new repository has them too, as on GitHub.
    pub fn transfer(&mut self, spot: Spot, to: u64) -> Spot {
        let mut issue = self.issue_mut(spot).clone();
        let target = self.repo_mut(to);
        let number = target.slots.last_key_value().map_or(1, |(last, _)| last + 1);
        issue.number = number;
        issue.labels.retain(|name| target.label(name).is_some());
        target.slots.insert(number, Slot::Here(Box::new(issue)));
        let new = Spot { repo: to, number };
        self.repo_mut(spot.repo).slots.insert(spot.number, Slot::Moved(new));
        new
    }

    /// `count` open issues at once, a minute apart, the newest last; none of them through a verb.
    pub fn bulk(&mut self, repo: u64, author: &str, count: u64) {
        let last = self.now();
        let label = self.define_label(repo, "bug");
        let ids: Vec<u64> = (0..count).map(|_| self.next_id()).collect();
        let slots = &mut self.repo_mut(repo).slots;
        let first = slots.last_key_value().map_or(1, |(last, _)| last + 1);
        for (number, id) in (first..).zip(ids) {
            let back = i64::try_from(first + count - 1 - number).unwrap();
            let at = last - TimeDelta::minutes(back);
            let issue = Issue {
                id,
                number,
                title: format!("nightly run {number} timed out waiting for the loader"),
                body: Some(format!("Seen on worker {}.", number % 7)),
                author: author.to_owned(),
                closed: None,
                state_reason: None,
                labels: vec![label.clone()],
                assignees: Vec::new(),
                comments: Vec::new(),
                created_at: at,
                updated_at: at,
                pull_request: false,
            };
            slots.insert(number, Slot::Here(Box::new(issue)));
        }
    }
}

/// The op of dogwatch's hidden marker in a text.
fn marker(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<!-- dogwatch ")?;
    let (inside, _) = rest.split_once("-->")?;
    inside.split_whitespace().find_map(|word| word.strip_prefix("op=")).map(str::to_owned)
}
