//! What the loopback GitHub remembers, in the words of its description.
//!
//! Every required field of `api.github.com.json` is here: the contract test
//! refuses an answer that lacks one.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::world::{Comment, Event, Issue, Label, Repo, Role, What, World};

pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `{base}/{key}` under many keys at once.
fn addresses(into: &mut Map<String, Value>, base: &str, keys: &[&str]) {
    for key in keys {
        into.insert(format!("{key}_url"), json!(format!("{base}/{key}")));
    }
}

pub fn user(world: &World, login: &str) -> Value {
    let api = format!("{}/users/{login}", world.public);
    let mut one = Map::new();
    let keys = [
        "events",
        "followers",
        "following",
        "gists",
        "organizations",
        "received_events",
        "repos",
        "starred",
        "subscriptions",
    ];
    addresses(&mut one, &api, &keys);
    let id = world.people.get(login).copied().unwrap_or(1);
    let rest = json!({
        "login": login,
        "id": id,
        "node_id": format!("U_{id}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}"),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("https://github.com/{login}"),
        "type": if login.ends_with("[bot]") { "Bot" } else { "User" },
        "site_admin": false,
    });
    merge(one, rest)
}

/// The answer of `/user`: public fields only, as for a token without the `user` scope.
pub fn me(world: &World, login: &str) -> Value {
    let at = "2015-03-04T05:06:07Z";
    let Value::Object(one) = user(world, login) else { unreachable!("a user is an object") };
    let rest = json!({
        "name": null, "company": null, "blog": "", "location": null, "email": null,
        "hireable": null, "bio": null, "public_repos": 2, "public_gists": 0,
        "followers": 0, "following": 0, "created_at": at, "updated_at": at,
    });
    merge(one, rest)
}

fn merge(mut one: Map<String, Value>, rest: Value) -> Value {
    if let Value::Object(rest) = rest {
        one.extend(rest);
    }
    Value::Object(one)
}

pub fn label(world: &World, repo: &Repo, label: &Label) -> Value {
    let encoded: String = url::form_urlencoded::byte_serialize(label.name.as_bytes()).collect();
    json!({
        "id": label.id,
        "node_id": format!("LA_{}", label.id),
        "url": format!("{}/repos/{}/labels/{}", world.public, repo.name, encoded.replace('+', "%20")),
        "name": label.name,
        "color": "ededed",
        "default": false,
        "description": null,
    })
}

pub fn labels(world: &World, repo: &Repo, issue: &Issue) -> Value {
    let found = issue.labels.iter().filter_map(|name| repo.label(name));
    found.map(|one| label(world, repo, one)).collect()
}

fn association(repo: &Repo, login: &str) -> &'static str {
    match repo.roles.get(login) {
        Some(Role::Admin | Role::Push) => "MEMBER",
        Some(Role::Triage) => "COLLABORATOR",
        Some(Role::Read) => "CONTRIBUTOR",
        None => "NONE",
    }
}

fn reactions(url: &str) -> Value {
    json!({
        "url": format!("{url}/reactions"), "total_count": 0, "+1": 0, "-1": 0, "laugh": 0,
        "hooray": 0, "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
    })
}

pub fn issue(world: &World, repo: &Repo, issue: &Issue) -> Value {
    let base = format!("{}/repos/{}", world.public, repo.name);
    let url = format!("{base}/issues/{}", issue.number);
    let part = if issue.pull_request { "pull" } else { "issues" };
    let html = format!("https://github.com/{}/{part}/{}", repo.name, issue.number);
    let mut one = Map::new();
    addresses(&mut one, &url, &["comments", "events", "timeline"]);
    if issue.pull_request {
        let diff = format!("{html}.diff");
        let api = format!("{base}/pulls/{}", issue.number);
        let links = json!({"url": api, "html_url": html, "diff_url": diff, "patch_url": format!("{html}.patch"), "merged_at": null});
        one.insert("pull_request".to_owned(), links);
        one.insert("draft".to_owned(), json!(false));
    }
    let people: Vec<Value> = issue.assignees.iter().map(|login| user(world, login)).collect();
    let rest = json!({
        "id": issue.id,
        "node_id": format!("I_{}", issue.id),
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "state": if issue.is_open() { "open" } else { "closed" },
        "state_reason": issue.state_reason,
        "user": user(world, &issue.author),
        "author_association": association(repo, &issue.author),
        "labels": labels(world, repo, issue),
        "assignee": people.first(),
        "assignees": people,
        "milestone": null,
        "locked": false,
        "active_lock_reason": null,
        "comments": issue.comments.len(),
        "created_at": time(issue.created_at),
        "updated_at": time(issue.updated_at),
        "closed_at": issue.closed.as_ref().map(|closed| time(closed.at)),
        "closed_by": issue.closed.as_ref().map(|closed| user(world, &closed.by)),
        "url": url,
        "html_url": html,
        "repository_url": base,
        "labels_url": format!("{url}/labels{{/name}}"),
        "performed_via_github_app": null,
        "reactions": reactions(&url),
    });
    merge(one, rest)
}

pub fn comment(world: &World, repo: &Repo, issue: &Issue, comment: &Comment) -> Value {
    let base = format!("{}/repos/{}/issues", world.public, repo.name);
    let url = format!("{base}/comments/{}", comment.id);
    json!({
        "id": comment.id,
        "node_id": format!("IC_{}", comment.id),
        "url": url,
        "html_url": format!("https://github.com/{}/issues/{}#issuecomment-{}", repo.name, issue.number, comment.id),
        "issue_url": format!("{base}/{}", issue.number),
        "user": user(world, &comment.author),
        "author_association": association(repo, &comment.author),
        "body": comment.body,
        "created_at": time(comment.at),
        "updated_at": time(comment.changed),
        "performed_via_github_app": null,
        "reactions": reactions(&url),
    })
}

/// Without the issue: `/issues/{n}/events`.
pub fn event(world: &World, repo: &Repo, event: &Event) -> Value {
    let mut one = Map::new();
    match &event.what {
        What::Labeled(name) | What::Unlabeled(name) => {
            one.insert("label".to_owned(), json!({"name": name, "color": "ededed"}));
        }
        What::Assigned(login) | What::Unassigned(login) => {
            one.insert("assignee".to_owned(), user(world, login));
            one.insert("assigner".to_owned(), user(world, &event.actor));
        }
        What::Closed(reason) => {
            one.insert("state_reason".to_owned(), json!(reason));
        }
        What::Renamed { from, to } => {
            one.insert("rename".to_owned(), json!({"from": from, "to": to}));
        }
        What::Created(_)
        | What::Reopened
        | What::Rewritten
        | What::Commented(_)
        | What::CommentChanged(_)
        | What::MarkedAsDuplicate(_) => {}
    }
    let url = format!("{}/repos/{}/issues/events/{}", world.public, repo.name, event.id);
    let rest = json!({
        "id": event.id,
        "node_id": format!("EV_{}", event.id),
        "url": url,
        "actor": user(world, &event.actor),
        "event": event.what.event(),
        "commit_id": null,
        "commit_url": null,
        "created_at": time(event.at),
        "performed_via_github_app": null,
    });
    merge(one, rest)
}

/// What GitHub calls the right of a role, in the two ways it has.
pub fn permission(role: Option<Role>) -> (&'static str, &'static str) {
    match role {
        Some(Role::Admin) => ("admin", "admin"),
        Some(Role::Push) => ("write", "write"),
        Some(Role::Triage) => ("read", "triage"),
        Some(Role::Read) => ("read", "read"),
        None => ("none", "none"),
    }
}

pub fn permissions(role: Role) -> Value {
    json!({
        "admin": role >= Role::Admin,
        "maintain": role >= Role::Admin,
        "push": role >= Role::Push,
        "triage": role >= Role::Triage,
        "pull": true,
    })
}

/// The answer of `/collaborators/{user}/permission`.
pub fn collaborator(world: &World, repo: &Repo, login: &str) -> Value {
    let role = repo.roles.get(login).copied();
    let (permission, role_name) = permission(role);
    let Value::Object(mut person) = user(world, login) else { unreachable!("a user is an object") };
    person.insert("role_name".to_owned(), json!(role_name));
    let rights = role.map_or(json!({"admin": false, "push": false, "pull": false}), permissions);
    person.insert("permissions".to_owned(), rights);
    json!({"permission": permission, "role_name": role_name, "user": person})
}

/// What a repository has an address for.
const OF_A_REPOSITORY: [&str; 36] = [
    "archive",
    "assignees",
    "blobs",
    "branches",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
];

pub fn repository(world: &World, repo: &Repo, role: Role) -> Value {
    let url = format!("{}/repos/{}", world.public, repo.name);
    let html = format!("https://github.com/{}", repo.name);
    let (owner, name) = repo.name.split_once('/').unwrap();
    let open = repo.issues().filter(|issue| issue.is_open()).count();
    let at = time(repo.created_at);
    let mut one = Map::new();
    addresses(&mut one, &url, &OF_A_REPOSITORY);
    let counts = json!({
        "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0,
        "network_count": 0, "subscribers_count": 0, "size": 108,
        "open_issues": open, "open_issues_count": open,
    });
    let Value::Object(mut one) = merge(one, counts) else { unreachable!("merged objects are an object") };
    one.insert("owner".to_owned(), user(world, owner));
    let rest = json!({
        "id": repo.id, "node_id": format!("R_{}", repo.id), "name": name, "full_name": repo.name,
        "private": true, "visibility": "private", "fork": false, "description": null,
        "url": url, "html_url": html, "clone_url": format!("{html}.git"),
        "git_url": format!("git://github.com/{}.git", repo.name),
        "ssh_url": format!("git@github.com:{}.git", repo.name), "svn_url": html,
        "mirror_url": null, "homepage": null, "language": "Rust", "license": null,
        "default_branch": "main", "archived": false, "disabled": false, "has_issues": true,
        "has_projects": false, "has_wiki": false, "has_pages": false, "has_discussions": false,
        "created_at": at, "updated_at": at, "pushed_at": at, "permissions": permissions(role),
    });
    merge(one, rest)
}
