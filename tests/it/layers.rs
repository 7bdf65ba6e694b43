//! The layers and budgets of CONTRIBUTING.md, held by reading the source: who
//! imports to the right, touches what its layer must not, or grows too long is
//! named with file and line.

mod code;

use std::fs;
use std::path::{Path, PathBuf};

use code::Source;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

/// Each layer and what it may use besides itself, left to right.
const LAYERS: &[(&str, &[&str])] = &[
    ("config", &[]),
    ("theme", &[]),
    ("domain", &["config"]),
    ("panes", &["config", "theme", "domain"]),
    ("app", &["config", "theme", "domain", "panes"]),
    ("view", &["config", "theme", "domain", "panes", "app"]),
    ("store", &["config", "domain"]),
    ("sources", &["config", "domain", "store"]),
    ("tracker", &["config", "domain", "store", "sources"]),
    ("shell", &["config", "theme", "domain", "panes", "app", "view", "store", "sources", "tracker"]),
    ("cli", &["config", "theme", "domain", "panes", "app", "view", "store", "sources", "tracker", "shell"]),
];

/// The layers that know no clock, file, socket, process or terminal.
const PURE: &[&str] = &["config", "theme", "domain", "panes", "app", "view"];

/// What a pure layer may not name.
const IMPURE: &[&str] = &[
    "tokio",
    "reqwest",
    "octocrab",
    "rusqlite",
    "keyring",
    "tempfile",
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "Utc::now",
    "Local::now",
    "Instant::now",
    "SystemTime::now",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "ToSocketAddrs",
    "stdout",
    "stderr",
    "stdin",
];

/// What only the store may do: write to this machine's disk.
const WRITES: &[&str] = &[
    "fs::write",
    "fs::copy",
    "fs::rename",
    "fs::create_dir",
    "fs::create_dir_all",
    "fs::remove_file",
    "fs::remove_dir",
    "fs::remove_dir_all",
    "fs::set_permissions",
    "File::create",
    "File::create_new",
    "OpenOptions",
    "DirBuilder",
    "tempfile",
];

/// What only the shell may do: touch the terminal.
const TERMINAL: &[&str] = &[
    "crossterm::terminal",
    "crossterm::execute",
    "crossterm::queue",
    "enable_raw_mode",
    "EnterAlternateScreen",
    "CrosstermBackend",
];

/// What only the tracker may do: change something on a server.
const CHANGES: &[&str] =
    &[".post(", ".patch(", ".put(", ".delete(", "Method::POST", "Method::PATCH", "Method::PUT", "Method::DELETE"];

/// The one file besides that may name some of these: JSON-RPC is spoken over
/// POST, and DELETE ends the session that a probe has opened. Neither changes
/// anything that anybody keeps; PUT and PATCH stay out, and so does every other file.
const SPEAKS_RPC: (&str, &[&str]) = ("src/sources/mcp/line.rs", &["Method::POST", "Method::DELETE"]);

#[test]
fn nobody_imports_to_the_right() {
    assert_eq!(all(imports), Vec::<String>::new());
}

#[test]
fn nothing_left_of_the_shell_knows_a_clock_a_file_or_a_socket() {
    assert_eq!(all(purity), Vec::<String>::new());
}

#[test]
fn only_the_store_writes_only_the_shell_draws_only_the_tracker_changes() {
    assert_eq!(all(owners), Vec::<String>::new());
}

#[test]
fn files_and_functions_stay_short() {
    assert_eq!(all(budgets), Vec::<String>::new());
}

#[test]
fn no_file_is_called_mod_or_utils() {
    let mut found = Vec::new();
    for path in rust_files("src").into_iter().chain(rust_files("tests")) {
        let name = Path::new(&path).file_name().unwrap();
        if name == "mod.rs" || name == "utils.rs" {
            found.push(path);
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(all(module_names), Vec::<String>::new());
}

/// A file with a fault in it, the rule that must see it, and what it must say.
const FAULTS: &[(Rule, &str, &str, &str)] = &[
    (imports, "src/domain.rs", "\nuse crate::shell::Shell;", "src/domain.rs:2: domain may not use shell"),
    (imports, "src/domain/a.rs", "use super::super::cli;", "src/domain/a.rs:1: domain may not use cli"),
    (imports, "src/app.rs", "use super::view;", "src/app.rs:1: app may not use view"),
    (
        imports,
        "src/panes/a.rs",
        "use crate::{\n  domain::{text, app},\n  app::App,\n};",
        "src/panes/a.rs:3: panes may not use app",
    ),
    (imports, "src/view.rs", "fn f() { crate::store::open() }", "src/view.rs:1: view may not use store"),
    (imports, "src/theme.rs", "use crate::domain;", "src/theme.rs:1: theme may not use domain"),
    (imports, "src/helpers.rs", "", "src/helpers.rs:1: helpers is no layer"),
    (imports, "src/app.rs", "use crate::stuff;", "src/app.rs:1: crate::stuff is no layer"),
    (purity, "src/app.rs", "fn f() { chrono::Utc::now(); }", "src/app.rs:1: app is pure and may not name Utc::now"),
    (purity, "src/config/a.rs", "use std::{fmt, fs};", "src/config/a.rs:1: config is pure and may not name std::fs"),
    (purity, "src/view.rs", "use tokio::time;", "src/view.rs:1: view is pure and may not name tokio"),
    (owners, "src/cli/demo.rs", "std::fs::write(a, b)", "src/cli/demo.rs:1: only store may name fs::write"),
    (owners, "src/cli.rs", "crossterm::terminal::size()", "src/cli.rs:1: only shell may name crossterm::terminal"),
    (owners, "src/sources/a.rs", "use reqwest::Client;\nc.post(u)", "src/sources/a.rs:2: only tracker may name .post("),
    (
        owners,
        "src/sources/mcp/line.rs",
        "use reqwest::Client;\nMethod::POST; Method::DELETE;\nMethod::PUT;",
        "src/sources/mcp/line.rs:3: only tracker may name Method::PUT",
    ),
    (
        owners,
        "src/sources/mcp/stream.rs",
        "use reqwest::Client;\nMethod::POST",
        "src/sources/mcp/stream.rs:2: only tracker may name Method::POST",
    ),
    (module_names, "src/app.rs", "mod utils;", "src/app.rs:1: a module says what it is about; utils does not"),
];

#[test]
fn each_fault_is_seen_and_named_with_its_line() {
    for (rule, path, text, complaint) in FAULTS {
        assert_eq!(rule(&Source::new(path, text)), [*complaint], "for {text:?}");
    }
}

#[test]
fn a_file_or_function_over_its_budget_is_seen() {
    let body = "    x();\n".repeat(FUNCTION_LINES);
    let full = format!("fn fits() {{\n{body}}}\n");
    assert_eq!(budgets(&Source::new("src/a.rs", &full)), Vec::<String>::new());
    let long = format!("\nfn long(a: [u8; 2]) -> u8 {{\n{body}    // why\n\n    y()\n}}\n");
    assert_eq!(budgets(&Source::new("src/a.rs", &long)), ["src/a.rs:2: long has 61 lines, 60 are the budget"]);
    let text = format!("{}\n// not code\n\n", "const A: u8 = 1;\n".repeat(FILE_LINES + 1));
    assert_eq!(
        budgets(&Source::new("src/a.rs", &text)),
        ["src/a.rs:401: the file has 401 lines of code, 400 are the budget"]
    );
}

#[test]
fn words_in_comments_and_strings_are_no_imports() {
    let text = r#"
//! use crate::shell; /* tokio */
/* std::fs /* nested */ crate::cli */
const A: &str = "crate::shell tokio \" std::fs";
fn f<'a>(c: char, s: &'a str) -> bool { c == '"' || c == '\'' || s == "tokio" }
use crate::{domain::text, theme, panes::{self, markdown}};
pub(in crate::app) use super::x;
"#;
    let raw = "const B: &str = r#\"crate::cli \"tokio\"\"#;\n";
    let source = Source::new("src/app/a.rs", &format!("{raw}{text}"));
    assert_eq!(imports(&source), Vec::<String>::new());
    assert_eq!(purity(&source), Vec::<String>::new());
}

type Rule = fn(&Source) -> Vec<String>;

/// What the rule says of every file of the program.
fn all(rule: Rule) -> Vec<String> {
    let files = rust_files("src");
    assert!(files.len() > 2, "the source is not where it was");
    let root = root();
    let mut complaints = Vec::new();
    for path in files {
        let text = fs::read_to_string(root.join(&path)).unwrap();
        complaints.extend(rule(&Source::new(&path, &text)));
    }
    complaints
}

fn imports(source: &Source) -> Vec<String> {
    let layer = source.layer();
    if layer.is_empty() {
        return Vec::new();
    }
    let path = &source.path;
    let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{path}:1: {layer} is no layer")];
    };
    let mut complaints = Vec::new();
    for word in source.roots() {
        let (line, used) = (word.line, word.text.as_str());
        if !LAYERS.iter().any(|(name, _)| *name == used) {
            complaints.push(format!("{path}:{line}: crate::{used} is no layer"));
        } else if used != layer && !may.contains(&used) {
            complaints.push(format!("{path}:{line}: {layer} may not use {used}"));
        }
    }
    complaints
}

fn purity(source: &Source) -> Vec<String> {
    let (path, layer) = (&source.path, source.layer());
    if !PURE.contains(&layer) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for name in IMPURE {
        let mut lines: Vec<usize> = source.find(name).into_iter().map(|at| source.line_at(at)).collect();
        if let Some(module) = name.strip_prefix("std::") {
            let grouped = source.named_after("std").into_iter().filter(|w| w.text == module);
            lines.extend(grouped.map(|word| word.line));
        }
        lines.sort_unstable();
        lines.dedup();
        complaints.extend(lines.iter().map(|line| format!("{path}:{line}: {layer} is pure and may not name {name}")));
    }
    complaints
}

fn owners(source: &Source) -> Vec<String> {
    let talks_http = ["reqwest", "octocrab"].iter().any(|name| !source.find(name).is_empty());
    let mut complaints = Vec::new();
    for (owner, names) in [("store", WRITES), ("shell", TERMINAL), ("tracker", CHANGES)] {
        if source.layer() == owner || (owner == "tracker" && !talks_http) {
            continue;
        }
        for name in names {
            if source.path == SPEAKS_RPC.0 && SPEAKS_RPC.1.contains(name) {
                continue;
            }
            for at in source.find(name) {
                let line = source.line_at(at);
                complaints.push(format!("{}:{line}: only {owner} may name {name}", source.path));
            }
        }
    }
    complaints
}

fn budgets(source: &Source) -> Vec<String> {
    let path = &source.path;
    let mut complaints = Vec::new();
    let lines = source.code_lines();
    if lines > FILE_LINES {
        complaints.push(format!("{path}:{lines}: the file has {lines} lines of code, {FILE_LINES} are the budget"));
    }
    for (name, lines) in source.functions() {
        if lines > FUNCTION_LINES {
            let (line, name) = (name.line, name.text);
            complaints.push(format!("{path}:{line}: {name} has {lines} lines, {FUNCTION_LINES} are the budget"));
        }
    }
    complaints
}

fn module_names(source: &Source) -> Vec<String> {
    let complain = |at| {
        let line = source.line_at(at);
        format!("{}:{line}: a module says what it is about; utils does not", source.path)
    };
    source.find("mod utils").into_iter().map(complain).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under a folder of the repository, sorted.
fn rust_files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
