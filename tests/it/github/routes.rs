//! Which request does what: the endpoints that dogwatch uses, and GitHub's
//! answers to whoever may not, asks for what is gone, or says it wrongly.

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::actions;
use super::answer::Answer;
use super::json as shape;
use super::listing::{self, Numbered, Query};
use super::world::{Absent, Actor, Draft, Issue, Repo, Role, Spot, Token, World};

/// A request, read and understood as far as every endpoint needs it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Index into the log of requests.
    pub request: usize,
    pub method: String,
    /// Of the path, each decoded, without `/api/v3`.
    pub segments: Vec<String>,
    pub query: Query,
    /// As it came, with the question mark; empty when there was none.
    pub raw_query: String,
    pub body: Vec<u8>,
    pub token: Option<Token>,
    /// Watched from its arrival on: a release just after must not be missed.
    pub releases: watch::Receiver<u64>,
}

impl Call {
    pub fn ends_with(&self, path: &[&str]) -> bool {
        let rest = self.segments.len().checked_sub(path.len()).map(|from| &self.segments[from..]);
        rest.is_some_and(|rest| rest.iter().zip(path).all(|(one, other)| one == other))
    }

    /// Until the test lets go what hangs.
    pub async fn released(&mut self) {
        // An error means that the server goes down, with all that waits.
        let _ = self.releases.changed().await;
    }
}

/// A call by somebody who may at least see the repository.
struct Visit<'a> {
    call: &'a Call,
    by: Actor,
    repo: u64,
    role: Role,
}

impl Visit<'_> {
    fn body(&self) -> Result<Value, Answer> {
        serde_json::from_slice(&self.call.body).map_err(|_| Answer::error(400, "Problems parsing JSON"))
    }

    fn needs(&self, role: Role) -> Result<(), Answer> {
        if self.role >= role {
            return Ok(());
        }
        Err(Answer::error(403, "Must have admin rights to Repository."))
    }
}

/// Does what the call asks for and says what came of it.
pub fn answer(world: &mut World, call: &Call) -> Answer {
    route(world, call).unwrap_or_else(|refusal| refusal)
}

fn route(world: &mut World, call: &Call) -> Result<Answer, Answer> {
    let Some(token) = &call.token else {
        return Err(Answer::error(401, "Bad credentials"));
    };
    let login = token.login.clone();
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let (repo, rest) = match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["user"]) => return Ok(Answer::json(200, &shape::me(world, &login))),
        ("GET", ["meta"]) => {
            let meta = json!({"verifiable_password_authentication": false});
            return Ok(Answer::json(200, &meta));
        }
        (_, ["repos", owner, name, rest @ ..]) => (named(world, call, owner, name)?, rest),
        (_, ["repositories", id, rest @ ..]) => {
            let id = id.parse().ok();
            let found = world.repos.iter().find(|repo| Some(repo.id) == id);
            (found.ok_or_else(Answer::not_found)?.id, rest)
        }
        _ => return Err(Answer::not_found()),
    };
    let role = world.repo(repo).roles.get(&login).copied();
    let role = role.ok_or_else(Answer::not_found)?;
    let by = Actor { login, request: Some(call.request) };
    let visit = Visit { call, by, repo, role };
    in_repo(world, &visit, rest)
}

/// The repository of this name, or the redirect that a former name gets.
fn named(world: &World, call: &Call, owner: &str, name: &str) -> Result<u64, Answer> {
    let asked = format!("{owner}/{name}");
    let is = |one: &String| one.eq_ignore_ascii_case(&asked);
    if let Some(repo) = world.repos.iter().find(|repo| is(&repo.name)) {
        return Ok(repo.id);
    }
    let renamed = world.repos.iter().find(|repo| repo.former.iter().any(is));
    let repo = renamed.ok_or_else(Answer::not_found)?;
    let mut to = format!("{}/repositories/{}", world.public, repo.id);
    for segment in &call.segments[3..] {
        to.push('/');
        to.push_str(&url_segment(segment));
    }
    to.push_str(&call.raw_query);
    let status = if call.method == "GET" { 301 } else { 307 };
    Err(Answer::moved(status, &to))
}

fn url_segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn in_repo(world: &mut World, visit: &Visit<'_>, rest: &[&str]) -> Result<Answer, Answer> {
    let repo = world.repo(visit.repo);
    let query = &visit.call.query;
    match (visit.call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::json(200, &shape::repository(world, repo, visit.role))),
        ("GET", ["issues"]) => listing::issues(world, repo, query),
        ("POST", ["issues"]) => create(world, visit),
        ("GET", ["issues", "events"]) => Ok(repo_events(world, repo, query)),
        ("GET", ["labels"]) => {
            let items = repo.labels.iter().collect();
            let path = "labels";
            let all = Numbered { query, path, items };
            Ok(all.answer(world, repo, |one| shape::label(world, repo, one)))
        }
        ("GET", ["labels", name]) => {
            let found = repo.label(name).ok_or_else(Answer::not_found)?;
            Ok(Answer::json(200, &shape::label(world, repo, found)))
        }
        ("POST", ["labels"]) => define_label(world, visit),
        ("GET", ["actions", rest @ ..]) => actions::answer(world, repo, query, rest),
        ("GET", ["assignees"]) => {
            let items = repo.roles.keys().collect();
            let path = "assignees";
            let all = Numbered { query, path, items };
            Ok(all.answer(world, repo, |login| shape::user(world, login)))
        }
        ("GET", ["assignees", login]) if repo.roles.contains_key(*login) => Ok(no_content()),
        ("GET", ["collaborators", login, "permission"]) if world.people.contains_key(*login) => {
            Ok(Answer::json(200, &shape::collaborator(world, repo, login)))
        }
        ("PATCH", ["issues", "comments", id]) => change_comment(world, visit, id),
        (_, ["issues", number, rest @ ..]) => {
            let number = number.parse().map_err(|_| Answer::not_found())?;
            let spot = Spot { repo: visit.repo, number };
            world.issue(spot).map_err(|absent| gone(world, visit, absent, rest))?;
            on_issue(world, visit, spot, rest)
        }
        _ => Err(Answer::not_found()),
    }
}

fn no_content() -> Answer {
    Answer { status: 204, headers: Vec::new(), body: Vec::new() }
}

fn gone(world: &World, visit: &Visit<'_>, absent: Absent, rest: &[&str]) -> Answer {
    match absent {
        Absent::Never => Answer::not_found(),
        Absent::Deleted => Answer::error(410, "This issue was deleted"),
        Absent::Moved(to) if !world.repo(to.repo).roles.contains_key(&visit.by.login) => Answer::not_found(),
        Absent::Moved(to) => {
            let mut place = format!("{}/repositories/{}/issues/{}", world.public, to.repo, to.number);
            for segment in rest {
                place.push('/');
                place.push_str(&url_segment(segment));
            }
            Answer::moved(301, &place)
        }
    }
}

/// Newest first, with the issue in each.
fn repo_events(world: &World, repo: &Repo, query: &Query) -> Answer {
    let issues: HashMap<u64, &Issue> = repo.issues().map(|issue| (issue.id, issue)).collect();
    let here = world.events.iter().rev();
    let here = here.filter_map(|event| Some((event, *issues.get(&event.issue_id)?)));
    let all = Numbered { query, path: "issues/events", items: here.collect() };
    all.answer(world, repo, |(event, issue)| {
        let mut one = shape::event(world, repo, event);
        one["issue"] = shape::issue(world, repo, issue);
        one
    })
}

fn on_issue(world: &mut World, visit: &Visit<'_>, spot: Spot, rest: &[&str]) -> Result<Answer, Answer> {
    let query = &visit.call.query;
    let path = |tail: &str| format!("issues/{}/{tail}", spot.number);
    match (visit.call.method.as_str(), rest) {
        ("GET", []) => Ok(issue_answer(world, spot, 200)),
        ("PATCH", []) => patch(world, visit, spot),
        ("GET", ["comments"]) => {
            let since = query.since()?;
            let repo = world.repo(spot.repo);
            let issue = world.issue(spot).map_err(|_| Answer::not_found())?;
            let after = |at| since.is_none_or(|since| at >= since);
            let found = issue.comments.iter().filter(|comment| after(comment.changed));
            let items = found.collect();
            let path = &path("comments");
            let all = Numbered { query, path, items };
            Ok(all.answer(world, repo, |one| shape::comment(world, repo, issue, one)))
        }
        ("POST", ["comments"]) => comment(world, visit, spot),
        ("GET", ["events"]) => {
            let repo = world.repo(spot.repo);
            let id = world.issue(spot).map_err(|_| Answer::not_found())?.id;
            let found = world.events.iter().filter(|event| event.issue_id == id);
            let items = found.collect();
            let path = &path("events");
            let all = Numbered { query, path, items };
            Ok(all.answer(world, repo, |one| shape::event(world, repo, one)))
        }
        ("GET", ["labels"]) => Ok(labels_answer(world, spot)),
        ("POST", ["labels"]) => {
            let names = label_names(&visit.body()?)?;
            add_labels(world, visit, spot, &names)
        }
        ("DELETE", ["labels", name]) => {
            visit.needs(Role::Triage)?;
            if !world.remove_label(spot, &visit.by, name) {
                return Err(Answer::error(404, "Label does not exist"));
            }
            Ok(labels_answer(world, spot))
        }
        ("POST" | "DELETE", ["assignees"]) => assignees(world, visit, spot),
        _ => Err(Answer::not_found()),
    }
}

fn issue_answer(world: &World, spot: Spot, status: u16) -> Answer {
    let repo = world.repo(spot.repo);
    match world.issue(spot) {
        Ok(issue) => Answer::json(status, &shape::issue(world, repo, issue)),
        Err(_) => Answer::not_found(),
    }
}

fn labels_answer(world: &World, spot: Spot) -> Answer {
    let repo = world.repo(spot.repo);
    match world.issue(spot) {
        Ok(issue) => Answer::json(200, &shape::labels(world, repo, issue)),
        Err(_) => Answer::not_found(),
    }
}

/// Of `{"labels": […]}` or `[…]`, each a name or an object with one.
fn label_names(body: &Value) -> Result<Vec<String>, Answer> {
    let invalid = || Answer::invalid(422, "Issue", "labels", "invalid");
    let list = body.get("labels").unwrap_or(body);
    let list = list.as_array().ok_or_else(invalid)?;
    list.iter()
        .map(|one| {
            let name = one.as_str().or_else(|| one["name"].as_str());
            let name = name.filter(|name| !name.trim().is_empty()).ok_or_else(invalid)?;
            if name.chars().count() > 50 {
                return Err(Answer::invalid(422, "Label", "name", "too_long"));
            }
            Ok(name.to_owned())
        })
        .collect()
}

fn add_labels(world: &mut World, visit: &Visit<'_>, spot: Spot, names: &[String]) -> Result<Answer, Answer> {
    visit.needs(Role::Triage)?;
    let known = |name: &String| world.repo(spot.repo).label(name).is_some();
    if visit.role < Role::Push && !names.iter().all(known) {
        return Err(Answer::invalid(403, "Issue", "label", "unauthorized"));
    }
    for name in names {
        world.add_label(spot, &visit.by, name);
    }
    Ok(labels_answer(world, spot))
}

fn define_label(world: &mut World, visit: &Visit<'_>) -> Result<Answer, Answer> {
    visit.needs(Role::Push)?;
    let body = visit.body()?;
    let missing = || Answer::invalid(422, "Label", "name", "missing_field");
    let name = body["name"].as_str().ok_or_else(missing)?;
    if world.repo(visit.repo).label(name).is_some() {
        return Err(Answer::invalid(422, "Label", "name", "already_exists"));
    }
    world.define_label(visit.repo, name);
    let repo = world.repo(visit.repo);
    let made = repo.label(name).ok_or_else(Answer::not_found)?;
    Ok(Answer::json(201, &shape::label(world, repo, made)))
}

fn words(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Without push, and for logins that have no place here, nothing happens and nothing says so.
fn assignees(world: &mut World, visit: &Visit<'_>, spot: Spot) -> Result<Answer, Answer> {
    let logins = words(&visit.body()?["assignees"]);
    let adds = visit.call.method == "POST";
    if visit.role >= Role::Push {
        for login in logins {
            if !adds {
                world.unassign(spot, &visit.by, &login);
            } else if world.repo(spot.repo).roles.contains_key(&login) {
                world.assign(spot, &visit.by, &login);
            }
        }
    }
    Ok(issue_answer(world, spot, if adds { 201 } else { 200 }))
}

fn comment(world: &mut World, visit: &Visit<'_>, spot: Spot) -> Result<Answer, Answer> {
    let body = visit.body()?;
    let text = body["body"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Answer::invalid(422, "IssueComment", "body", "missing_field"));
    }
    if text.chars().count() > 65_536 {
        return Err(Answer::error(422, "Body is too long (maximum is 65536 characters)"));
    }
    world.comment(spot, &visit.by, text);
    let repo = world.repo(spot.repo);
    let issue = world.issue(spot).map_err(|_| Answer::not_found())?;
    let made = issue.comments.last().ok_or_else(Answer::not_found)?;
    Ok(Answer::json(201, &shape::comment(world, repo, issue, made)))
}

/// Whoever wrote it may, and whoever may write to the repository.
fn change_comment(world: &mut World, visit: &Visit<'_>, id: &str) -> Result<Answer, Answer> {
    let id = id.parse().map_err(|_| Answer::not_found())?;
    let (spot, author) = world.comment_place(visit.repo, id).ok_or_else(Answer::not_found)?;
    if author != visit.by.login {
        visit.needs(Role::Push)?;
    }
    let body = visit.body()?;
    let text = body["body"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Answer::invalid(422, "IssueComment", "body", "missing_field"));
    }
    world.change_comment(spot, &visit.by, (id, text));
    let repo = world.repo(spot.repo);
    let issue = world.issue(spot).map_err(|_| Answer::not_found())?;
    let changed = issue.comments.iter().find(|comment| comment.id == id).ok_or_else(Answer::not_found)?;
    Ok(Answer::json(200, &shape::comment(world, repo, issue, changed)))
}

/// Labels and assignees of whoever has no push are dropped without a word.
fn create(world: &mut World, visit: &Visit<'_>) -> Result<Answer, Answer> {
    let body = visit.body()?;
    let title = body["title"].as_str().unwrap_or_default();
    if title.trim().is_empty() {
        return Err(Answer::invalid(422, "Issue", "title", "missing_field"));
    }
    let may = visit.role >= Role::Push;
    let mut labels = Vec::new();
    if may && body.get("labels").is_some() {
        labels = label_names(&body)?;
    }
    let mut assignees = words(&body["assignees"]);
    assignees.retain(|login| may && world.repo(visit.repo).roles.contains_key(login));
    let draft = Draft {
        title: title.to_owned(),
        body: body["body"].as_str().map(str::to_owned),
        labels,
        assignees,
        pull_request: false,
    };
    let spot = world.open(visit.repo, &visit.by, draft);
    Ok(issue_answer(world, spot, 201))
}

fn patch(world: &mut World, visit: &Visit<'_>, spot: Spot) -> Result<Answer, Answer> {
    let body = visit.body()?;
    let issue = world.issue(spot).map_err(|_| Answer::not_found())?;
    if issue.author != visit.by.login {
        visit.needs(Role::Triage)?;
    }
    let change = StateChange::read(world, &body)?;
    if let Some(title) = body["title"].as_str() {
        world.retitle(spot, &visit.by, title);
    }
    if let Some(text) = body["body"].as_str() {
        world.rewrite(spot, &visit.by, text);
    }
    if visit.role >= Role::Push {
        replace_sets(world, visit, spot, &body)?;
    }
    change.apply(world, visit, spot);
    Ok(issue_answer(world, spot, 200))
}

/// The trap: a PATCH with `labels` or `assignees` takes away what others have set.
fn replace_sets(world: &mut World, visit: &Visit<'_>, spot: Spot, body: &Value) -> Result<(), Answer> {
    let issue = world.issue(spot).map_err(|_| Answer::not_found())?;
    let (had, people) = (issue.labels.clone(), issue.assignees.clone());
    if body.get("labels").is_some() {
        let names = label_names(body)?;
        for name in had.iter().filter(|one| !names.iter().any(|name| name.eq_ignore_ascii_case(one))) {
            world.remove_label(spot, &visit.by, name);
        }
        for name in names {
            world.add_label(spot, &visit.by, &name);
        }
    }
    if body.get("assignees").is_some() {
        let logins = words(&body["assignees"]);
        for login in people.iter().filter(|one| !logins.contains(one)) {
            world.unassign(spot, &visit.by, login);
        }
        for login in logins {
            world.assign(spot, &visit.by, &login);
        }
    }
    Ok(())
}

/// What a PATCH says about the state.
enum StateChange {
    None,
    Open,
    Close { reason: String, duplicate_of: Option<u64> },
}

impl StateChange {
    fn read(world: &World, body: &Value) -> Result<Self, Answer> {
        let bad = |field| Answer::invalid(422, "Issue", field, "invalid");
        let reason = match &body["state_reason"] {
            Value::Null => "completed",
            Value::String(text) => text,
            _ => return Err(bad("state_reason")),
        };
        let words = ["completed", "not_planned", "duplicate", "reopened"];
        if !words.contains(&reason) {
            return Err(bad("state_reason"));
        }
        let duplicate_of = match (&body["duplicate_issue_id"], reason) {
            (Value::Number(id), "duplicate") => {
                let id = id.as_u64().filter(|id| world.spot_of(*id).is_some());
                Some(id.ok_or_else(|| bad("duplicate_issue_id"))?)
            }
            _ => None,
        };
        match body["state"].as_str() {
            None if body["state"].is_null() => Ok(Self::None),
            Some("open") => Ok(Self::Open),
            Some("closed") => Ok(Self::Close {
                reason: if reason == "reopened" { "completed" } else { reason }.to_owned(),
                duplicate_of,
            }),
            Some(_) | None => Err(bad("state")),
        }
    }

    /// Reasons count only where the state changes.
    fn apply(self, world: &mut World, visit: &Visit<'_>, spot: Spot) {
        match self {
            Self::None => {}
            Self::Open => world.reopen(spot, &visit.by),
            Self::Close { reason, duplicate_of } => {
                let was_open = world.issue(spot).is_ok_and(Issue::is_open);
                world.close(spot, &visit.by, &reason);
                if let Some(of) = duplicate_of.filter(|_| was_open) {
                    world.mark_duplicate(spot, &visit.by, of);
                }
            }
        }
    }
}

/// What `/rate_limit` says of the core budget.
pub fn rate_limit(limit: u64, used: u64, reset: i64) -> Answer {
    let core = json!({"limit": limit, "used": used, "remaining": limit - used, "reset": reset});
    let search = json!({"limit": 30, "used": 0, "remaining": 30, "reset": reset});
    Answer::json(200, &json!({"resources": {"core": core, "search": search}, "rate": core}))
}
