//! The command that runs just the cases in question again: to be copied, and
//! run by nobody but a person.
//!
//! It says no more than the files know. Where a tool has no way to run single
//! cases, or a case cannot be named in a command, that is said instead.

use serde_json::json;

use super::{NAMED, Scene};
use crate::domain::evals::Tool;
use crate::domain::evals::gather::Row;
use crate::domain::quote::shell_word as word;

/// The language of the fence in which a command stands; its lines may be broken anywhere on a screen.
pub const LANGUAGE: &str = "shell";
/// So many bytes of a command are still pasted with an easy mind.
const LONGEST: usize = 4_000;

/// How to run the cases again, or why there is no command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// One line for a shell; none where there is none.
    pub command: Option<String>,
    /// What it does, to be followed by it; or why there is none, as a sentence.
    pub remark: String,
}

/// How to run the cases of a finding again.
pub fn of(scene: &Scene) -> Repeat {
    let none =
        |why: &str| Repeat { command: None, remark: format!("There is no command for just these cases: {why}.") };
    let Some(row) = scene.now().map(|filed| &filed.row) else { return none("the run is not known any more") };
    let cases = scene.cases();
    let all = cases.len();
    let names: Vec<String> = cases.into_iter().take(NAMED).map(|key| scene.name(key).to_string()).collect();
    if names.is_empty() {
        return none("the finding is about the run as a whole");
    }
    if names.iter().any(|name| name.ends_with('…')) {
        return none("a name is too long to be written down whole");
    }
    match command(row, &names) {
        Ok((command, _)) if command.len() > LONGEST => none("it would be too long to be pasted"),
        Ok((command, extra)) => {
            let which =
                if all > NAMED { format!("the {NAMED} that fell the furthest") } else { "just these cases".to_owned() };
            Repeat { command: Some(command), remark: format!("To run {which} again{extra}") }
        }
        Err(why) => none(why),
    }
}

/// The command, and what is to be said beside it.
fn command(row: &Row, names: &[String]) -> Result<(String, &'static str), &'static str> {
    match row.tool {
        Tool::Inspect => inspect(row, names),
        Tool::Promptfoo => Ok(promptfoo(row, names)),
        Tool::Junit => pytest(names),
        Tool::Deepeval => deepeval(row, names),
        Tool::LmEval => lm_eval(row, names),
        Tool::Openai => Err("OpenAI evals runs a whole eval, or its first samples"),
        Tool::Jsonl => Err("the file does not say what wrote it"),
    }
}

/// `--sample-id` takes ids with commas between them.
fn inspect(row: &Row, names: &[String]) -> Result<(String, &'static str), &'static str> {
    if names.iter().any(|name| name.contains(',')) {
        return Err("an id has a comma in it, which `--sample-id` takes for two");
    }
    let task = match &row.script {
        Some(file) => format!("{file}@{}", row.suite),
        None => row.suite.clone(),
    };
    if task.starts_with('-') {
        return Err("the task's name looks like an option");
    }
    let model = row.model.as_ref().map(|model| format!(" --model {}", word(model))).unwrap_or_default();
    Ok((format!("inspect eval {} --sample-id {}{model}", word(&task), word(&names.join(","))), ""))
}

/// `--filter-pattern` is held against descriptions; a test without one is found by having failed.
fn promptfoo(row: &Row, names: &[String]) -> (String, &'static str) {
    if !row.described {
        let file = word(&row.file.display().to_string());
        return (format!("promptfoo eval --filter-failing {file}"), ", with whatever else failed in that run");
    }
    let title = |name: &String| name.rsplitn(3, " | ").nth(2).unwrap_or(name).to_owned();
    let mut titles: Vec<String> = names.iter().map(title).collect();
    titles.sort();
    titles.dedup();
    let titles: Vec<String> = titles.iter().map(|title| escaped(title)).collect();
    let pattern = format!("^({})$", titles.join("|"));
    (format!("promptfoo eval --filter-pattern {}", word(&pattern)), "")
}

/// Node ids, where the class name is that of a pytest module.
fn pytest(names: &[String]) -> Result<(String, &'static str), &'static str> {
    let nodes: Option<Vec<String>> = names.iter().map(|name| node(name).map(|node| word(&node))).collect();
    let nodes = nodes.ok_or("JUnit XML says what was run, not how, and the names are not pytest's")?;
    Ok((format!("pytest {}", nodes.join(" ")), ""))
}

/// `tests.test_tools.TestCall::test_add[1]` is `tests/test_tools.py::TestCall::test_add[1]`.
fn node(name: &str) -> Option<String> {
    let (class, test) = name.split_once("::")?;
    let parts: Vec<&str> = class.split('.').collect();
    let is_module = |part: &&str| part.starts_with("test_") || part.ends_with("_test");
    let module = parts.iter().position(is_module)?;
    let plain = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !parts.iter().all(plain) {
        return None;
    }
    let (path, classes) = parts.split_at(module + 1);
    let inside: Vec<&str> = classes.iter().copied().chain([test]).collect();
    Some(format!("{}.py::{}", path.join("/"), inside.join("::")))
}

/// What follows the file goes to pytest, which finds functions by `-k`.
fn deepeval(row: &Row, names: &[String]) -> Result<(String, &'static str), &'static str> {
    if row.suite.is_empty() || row.suite.starts_with('-') {
        return Err("the file does not name the test file");
    }
    let function = |name: &String| name.split([' ', '(', '[']).next().unwrap_or_default().to_owned();
    let mut functions: Vec<String> = names.iter().map(function).collect();
    functions.sort();
    functions.dedup();
    let plain = |name: &String| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !functions.iter().all(plain) {
        return Err("the names are not those of test functions");
    }
    let chosen = word(&functions.join(" or "));
    Ok((format!("deepeval test run {} -k {chosen}", word(&row.suite)), ", with every input of the same test functions"))
}

/// `--samples` takes the places of documents by task.
fn lm_eval(row: &Row, names: &[String]) -> Result<(String, &'static str), &'static str> {
    let places: Result<Vec<u64>, _> = names.iter().map(|name| name.parse::<u64>()).collect();
    let mut places = places.map_err(|_| "the documents have no numbers")?;
    places.sort_unstable();
    let samples = json!({ row.suite.as_str(): places }).to_string();
    let command = format!("lm_eval --tasks {} --samples {}", word(&row.suite), word(&samples));
    Ok((command, "; add the `--model` and `--model_args` of the run"))
}

/// A pattern that matches this and nothing else.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
