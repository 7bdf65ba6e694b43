//! The team file itself, section by section. Every value is quoted by the
//! library that reads it; what stands in comments was made harmless before.

mod clocks;
mod duty;
mod facts;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::ground::Plot;
use super::question::Answers;
use super::{Beginning, LOG};

/// So many open points are told one by one.
const MOST: usize = 16;
/// Of a longer list each item stands on a line of its own, in characters.
const WIDE: usize = 100;

/// A file on its way, and the questions that it leaves open.
struct Page<'a> {
    begun: &'a Beginning,
    answers: &'a Answers,
    text: String,
    open: Vec<String>,
}

/// The text of the team file, and what only people can say.
pub(super) fn team_page(begun: &Beginning, answers: &Answers) -> (String, Vec<String>) {
    let mut page = Page { begun, answers, text: String::new(), open: Vec::new() };
    page.head();
    page.people();
    page.areas();
    page.rotation();
    page.escalation();
    page.severities();
    page.kinds();
    page.triage();
    page.cadences();
    page.runbooks();
    page.sources();
    page.tracker();
    let Page { text, mut open, .. } = page;
    if let Some(more @ 1..) = open.len().checked_sub(MOST) {
        open.truncate(MOST);
        open.push(format!("and {more} more, each a comment with a question mark in dogwatch.toml"));
    }
    (text, open)
}

/// A value as TOML writes it.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// An empty line, and comments on what follows.
    fn section(&mut self, comments: &[&str]) {
        self.line("");
        for comment in comments {
            self.line(&format!("# {comment}"));
        }
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    fn head(&mut self) {
        let day = self.today().format("%Y-%m-%d");
        self.line(&format!(
            "# How this team works: begun by `dogwatch init` on {day}, from what the repository shows."
        ));
        self.line(
            "# It is yours: change it in a pull request. A comment with a question mark is what only people can say.",
        );
        self.line("version = 1");
        self.section(&[]);
        self.line("[team]");
        self.pair("name", &self.answers.team);
        self.pair("timezone", self.answers.zone.name());
        self.line("workdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]");
        self.line("workhours = \"09:00-17:30\" # with workdays and holidays: the business clock");
        self.line("holidays = [] # whole days, as in [\"2026-12-25\"]");
        self.line(&format!("log_dir = {} # handoffs, minutes and reviews are written below it", quoted(LOG)));
    }

    fn people(&mut self) {
        let begun = self.begun;
        let added: Vec<&String> =
            self.answers.on_call.iter().filter(|id| !begun.crew.people().any(|one| one.id == **id)).collect();
        let count = begun.crew.people().count() + added.len();
        if count == 0 {
            self.section(&["Nobody has committed anything yet. Who is on the team?"]);
            self.line("# [[people]]");
            self.line("# id = \"kim\" # a-z, 0-9, - and _; used everywhere else");
            self.line("# name = \"Kim\"");
            self.line("# github = \"kim-example\"");
            self.open.push("who is on the team? add [[people]]".to_owned());
            return;
        }
        self.section(&["Who works here. `github` joins a person to issues, commits and CODEOWNERS."]);
        for member in begun.crew.people() {
            self.line("[[people]]");
            self.pair("id", &member.id);
            if let Some(name) = &member.name {
                self.pair("name", name);
            }
            if let Some(login) = &member.login {
                self.pair("github", login);
            }
        }
        for id in added {
            self.line("[[people]]");
            self.pair("id", id);
        }
        let strangers: Vec<&str> =
            begun.crew.people().filter(|member| member.login.is_none()).map(|member| member.id.as_str()).collect();
        if begun.repo.is_some() && !strangers.is_empty() {
            self.open.push(format!("what are the GitHub logins of {}?", strangers.join(", ")));
        }
    }

    fn areas(&mut self) {
        if self.begun.owners.lines.is_empty() {
            self.section(&[
                "Who owns what. Patterns are those of CODEOWNERS; of several that match, the last area wins.",
            ]);
        } else {
            self.section(&["Who owns what, from CODEOWNERS. Of several areas that match, the last one wins."]);
        }
        let shared = self.takes_turns();
        let pages = self.mcp_area().map(|plot| plot.id.clone()).filter(|_| shared);
        for plot in &self.begun.ground.plots {
            self.area(plot);
            if pages.as_ref() == Some(&plot.id) && plot.owner.is_some() {
                self.line("pages = true # incidents here page somebody");
            }
        }
    }

    fn area(&mut self, plot: &Plot) {
        self.line("[[areas]]");
        self.pair("id", &plot.id);
        if let Some(title) = plot.title {
            self.pair("title", title);
        }
        self.paths(&plot.paths);
        match &plot.owner {
            Some((id, Some(shown_by))) => self.line(&format!("owner = {} # {shown_by}", quoted(id))),
            Some((id, None)) => self.pair("owner", id),
            None => match &plot.team {
                Some(team) => self.line(&format!("# of {team}: who speaks for it?")),
                None => self.line("# who owns this?"),
            },
        }
        match &plot.backup {
            Some(id) => self.pair("backup", id),
            None if plot.owner.is_some() => self.line("# who backs it up?"),
            None => {}
        }
        let id = &plot.id;
        match (&plot.owner, &plot.backup) {
            (None, _) => self.open.push(match &plot.team {
                Some(team) => format!("area {id} is of {team}: who speaks for it, and who backs it up?"),
                None => format!("who owns area {id}, and who backs it up?"),
            }),
            (Some(_), None) => self.open.push(format!("who backs up area {id}?")),
            (Some(_), Some(_)) => {}
        }
    }

    fn paths(&mut self, paths: &[String]) {
        let line = format!("paths = {}", list(paths.iter().map(String::as_str)));
        if line.chars().count() <= WIDE {
            self.line(&line);
            return;
        }
        self.line("paths = [");
        for path in paths {
            self.line(&format!("  {},", quoted(path)));
        }
        self.line("]");
    }

    /// The area to which incidents of tools belong.
    fn mcp_area(&self) -> Option<&Plot> {
        let begun = self.begun;
        let server = begun.server.and_then(|(place, _)| begun.seen.manifests.get(place));
        begun.ground.mcp(server, &begun.seen.files)
    }

    fn today(&self) -> NaiveDate {
        local(self.begun.seen.now, self.answers.zone).0
    }
}

fn local(at: DateTime<Utc>, zone: Tz) -> (NaiveDate, NaiveTime) {
    let there = at.with_timezone(&zone);
    (there.date_naive(), there.time())
}

/// The first such weekday after this day.
fn next(day: NaiveDate, weekday: Weekday) -> NaiveDate {
    let ahead = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday() - 1) % 7 + 1;
    day + Days::new(u64::from(ahead))
}
