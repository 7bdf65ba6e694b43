//! Lists: filters, order, pages, and the `Link` to the next one.
//!
//! Issues are paged by cursor, so that what changes while somebody reads is
//! neither skipped nor shown twice; everything else is paged by number.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Answer;
use super::json;
use super::world::{Issue, Repo, World};

/// The query of a request, decoded, in the order given.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.into_owned().collect())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(one, _)| one == name)?;
        Some(value)
    }

    fn without(&self, names: &[&str]) -> form_urlencoded::Serializer<'static, String> {
        let mut out = form_urlencoded::Serializer::new(String::new());
        let kept = self.0.iter().filter(|(one, _)| !names.contains(&one.as_str()));
        for (name, value) in kept {
            out.append_pair(name, value);
        }
        out
    }

    fn per_page(&self) -> usize {
        let asked = self.get("per_page").and_then(|text| text.parse().ok());
        asked.unwrap_or(30).clamp(1, 100)
    }

    /// # Errors
    ///
    /// The 422 that GitHub gives for a time it cannot read.
    pub fn since(&self) -> Result<Option<DateTime<Utc>>, Answer> {
        self.get("since")
            .map(|text| text.parse().map_err(|_| Answer::invalid(422, "Issue", "since", "invalid")))
            .transpose()
    }

    /// # Errors
    ///
    /// The 422 for a value that is not among the words.
    fn one_of<'a>(&'a self, name: &str, words: &[&'a str]) -> Result<&'a str, Answer> {
        let word = self.get(name).unwrap_or(words[0]);
        if words.contains(&word) {
            return Ok(word);
        }
        Err(Answer::invalid(422, "Issue", "query", "invalid"))
    }
}

/// What a list is ordered by; the number decides between equals.
type Key = (i64, u64);

fn cursor(key: Key) -> String {
    STANDARD.encode(format!("cursor:v2:{}:{}", key.0, key.1))
}

fn uncursor(text: &str) -> Option<Key> {
    let bytes = STANDARD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (value, number) = text.strip_prefix("cursor:v2:")?.split_once(':')?;
    Some((value.parse().ok()?, number.parse().ok()?))
}

/// How issues are ordered.
struct Order<'a> {
    sort: &'a str,
    falling: bool,
}

impl Order<'_> {
    fn key(&self, issue: &Issue) -> Key {
        let value = match self.sort {
            "updated" => issue.updated_at.timestamp(),
            "comments" => i64::try_from(issue.comments.len()).unwrap(),
            _ => issue.created_at.timestamp(),
        };
        (value, issue.number)
    }

    /// Whether it comes after the mark.
    fn beyond(&self, issue: &Issue, mark: Key) -> bool {
        let key = self.key(issue);
        if self.falling { key < mark } else { key > mark }
    }

    fn arrange(&self, issues: &mut [&Issue]) {
        issues.sort_by_key(|issue| self.key(issue));
        if self.falling {
            issues.reverse();
        }
    }
}

/// `GET …/issues`.
///
/// # Errors
///
/// The 422 for a bad filter, a bad cursor or `page=`.
pub fn issues(world: &World, repo: &Repo, query: &Query) -> Result<Answer, Answer> {
    let cursored = query.get("after").is_some() || query.get("before").is_some();
    if !cursored && query.get("page").is_some_and(|page| page != "1") {
        let why = "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)";
        return Err(Answer::error(422, why));
    }
    let order = Order {
        sort: query.one_of("sort", &["created", "updated", "comments"])?,
        falling: query.one_of("direction", &["desc", "asc"])? == "desc",
    };
    let mut found = filtered(repo, query)?;
    order.arrange(&mut found);
    let (start, end) = window(&found, query, &order)?;
    let mut links = Vec::new();
    let base = format!("{}/repositories/{}/issues", world.public, repo.id);
    let mut link = |name: &str, key: Key, rel: &str| {
        let mut rest = query.without(&["after", "before", "page"]);
        let rest = rest.append_pair(name, &cursor(key)).finish();
        links.push(format!("<{base}?{rest}>; rel=\"{rel}\""));
    };
    if start > 0 && start < found.len() {
        link("before", order.key(found[start]), "prev");
    }
    if end < found.len() {
        link("after", order.key(found[end - 1]), "next");
    }
    let page = found[start..end].iter().map(|issue| json::issue(world, repo, issue));
    let answer = Answer::json(200, &page.collect());
    if links.is_empty() {
        return Ok(answer);
    }
    Ok(answer.with("link", &links.join(", ")))
}

/// First and one past the last of the page that is asked for.
fn window(found: &[&Issue], query: &Query, order: &Order<'_>) -> Result<(usize, usize), Answer> {
    let at = |name| {
        let text = query.get(name)?;
        Some(uncursor(text).ok_or_else(|| Answer::invalid(422, "Issue", name, "invalid")))
    };
    let (after, before) = (at("after").transpose()?, at("before").transpose()?);
    let per_page = query.per_page();
    let start = match (after, before) {
        (_, Some(mark)) => {
            let end = found.partition_point(|issue| order.key(issue) != mark && !order.beyond(issue, mark));
            end.saturating_sub(per_page)
        }
        (Some(mark), None) => found.partition_point(|issue| !order.beyond(issue, mark)),
        (None, None) => 0,
    };
    Ok((start, (start + per_page).min(found.len())))
}

fn filtered<'a>(repo: &'a Repo, query: &Query) -> Result<Vec<&'a Issue>, Answer> {
    let state = query.one_of("state", &["open", "closed", "all"])?;
    let since = query.since()?;
    let labels: Vec<&str> = query
        .get("labels")
        .map(|text| text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect())
        .unwrap_or_default();
    let found = repo.issues().filter(|issue| {
        let stands = match state {
            "open" => issue.is_open(),
            "closed" => !issue.is_open(),
            _ => true,
        };
        let assigned = match query.get("assignee") {
            None => true,
            Some("none") => issue.assignees.is_empty(),
            Some("*") => !issue.assignees.is_empty(),
            Some(login) => issue.assignees.iter().any(|one| one == login),
        };
        stands
            && assigned
            && since.is_none_or(|since| issue.updated_at >= since)
            && labels.iter().all(|name| issue.has_label(name))
            && query.get("creator").is_none_or(|login| issue.author == login)
    });
    Ok(found.collect())
}

/// A list that is paged by number.
pub struct Numbered<'a, T> {
    pub query: &'a Query,
    /// What follows `/repositories/{id}/`.
    pub path: &'a str,
    /// All there are.
    pub items: Vec<T>,
}

impl<T> Numbered<'_, T> {
    pub fn answer(self, world: &World, repo: &Repo, show: impl Fn(&T) -> Value) -> Answer {
        let per_page = self.query.per_page();
        let asked = self.query.get("page").and_then(|text| text.parse().ok());
        let page: usize = asked.unwrap_or(1).max(1);
        let last = self.items.len().div_ceil(per_page);
        let shown = self.items.iter().skip((page - 1) * per_page);
        let shown: Value = shown.take(per_page).map(show).collect();
        let answer = Answer::json(200, &shown);
        let mut links = Vec::new();
        let mut link = |number: usize, rel: &str| {
            let mut rest = self.query.without(&["page"]);
            let rest = rest.append_pair("page", &number.to_string()).finish();
            let (public, id, path) = (&world.public, repo.id, self.path);
            links.push(format!("<{public}/repositories/{id}/{path}?{rest}>; rel=\"{rel}\""));
        };
        if page > 1 {
            link(page - 1, "prev");
            link(1, "first");
        }
        if page < last {
            link(page + 1, "next");
            link(last, "last");
        }
        if links.is_empty() { answer } else { answer.with("link", &links.join(", ")) }
    }
}
