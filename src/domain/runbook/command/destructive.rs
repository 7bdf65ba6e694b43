//! Words that say that a command destroys or changes something.

use super::lexer::{Lexeme, Sort, lexemes};

/// Commands that only look, whatever words they look for.
const LOOKS: &[&str] = &["grep", "egrep", "zgrep", "rg", "man", "less", "cat", "tail", "head", "which", "jq", "ls"];

/// What shows without doing.
const DRY: &[&str] = &["--dry-run", "--dry-run=client", "--dry-run=server", "--check", "--help"];

/// How a word is recognised: by itself, or by one that follows it in the same command.
enum With {
    Alone,
    /// The next word is one of these.
    Next(&'static [&'static str]),
    /// One of these comes later.
    Later(&'static [&'static str]),
    /// A flag with one of these letters comes next.
    Letter(&'static [char]),
}

/// What is shown, the word it begins with in lower case, and what must follow.
const TABLE: &[(&str, &str, With)] = &[
    ("DELETE FROM", "delete", With::Next(&["from"])),
    ("delete", "delete", With::Alone),
    ("drain", "drain", With::Alone),
    ("cordon", "cordon", With::Alone),
    ("evict", "evict", With::Alone),
    ("terminate", "terminate", With::Alone),
    ("destroy", "destroy", With::Alone),
    ("purge", "purge", With::Alone),
    ("prune", "prune", With::Alone),
    ("wipe", "wipe", With::Alone),
    ("wipefs", "wipefs", With::Alone),
    ("shred", "shred", With::Alone),
    ("uninstall", "uninstall", With::Alone),
    ("apply", "apply", With::Alone),
    ("patch", "kubectl", With::Later(&["patch"])),
    ("replace", "kubectl", With::Later(&["replace"])),
    ("scale to 0", "scale", With::Later(&["--replicas=0", "replicas=0", "--desired-count=0", "0"])),
    ("rollout undo", "rollout", With::Next(&["undo"])),
    ("rollout restart", "rollout", With::Next(&["restart"])),
    ("rollback", "rollback", With::Alone),
    ("systemctl stop", "systemctl", With::Later(&["stop", "disable", "mask"])),
    ("systemctl restart", "systemctl", With::Later(&["restart"])),
    ("rm -r", "rm", With::Letter(&['r', 'R'])),
    ("rm", "rm", With::Alone),
    ("kill", "kill", With::Alone),
    ("pkill", "pkill", With::Alone),
    ("killall", "killall", With::Alone),
    ("shutdown", "shutdown", With::Alone),
    ("reboot", "reboot", With::Alone),
    ("poweroff", "poweroff", With::Alone),
    ("mkfs", "mkfs", With::Alone),
    ("dd", "dd", With::Later(&["of="])),
    (
        "DROP",
        "drop",
        With::Next(&["table", "database", "schema", "index", "user", "role", "view", "column", "constraint"]),
    ),
    ("TRUNCATE", "truncate", With::Alone),
    ("flushall", "flushall", With::Alone),
    ("flushdb", "flushdb", With::Alone),
    ("git push --force", "git", With::Later(&["--force", "--force-with-lease", "-f"])),
    ("git reset --hard", "git", With::Later(&["--hard"])),
];

/// The words that destroy or change something, each once, in the order in
/// which they come; empty if the block only looks.
pub fn destructive(text: &str) -> Vec<&'static str> {
    destructive_among(text, &lexemes(text))
}

/// The same of a block whose parts are known.
pub fn destructive_among(text: &str, lexemes: &[Lexeme]) -> Vec<&'static str> {
    let mut found = Vec::new();
    commands(text, lexemes, |command| judge(command, &mut found));
    found
}

/// What one command destroys or changes, unless it only looks.
fn judge(command: &[&str], found: &mut Vec<&'static str>) {
    let before = found.len();
    for (at, word) in command.iter().enumerate() {
        if let Some(shown) = meaning(word, &command[at + 1..])
            && !found.contains(&shown)
        {
            found.push(shown);
        }
    }
    let looks = || command.first().is_some_and(|word| LOOKS.contains(word));
    if found.len() > before && (looks() || command.iter().any(|word| DRY.contains(word))) {
        found.truncate(before);
    }
}

/// By the first letter of a word: the rows of the table that could be meant by it.
const ROWS: [u64; 256] = {
    let mut rows = [0; 256];
    let mut row = 0;
    while row < TABLE.len() {
        let first = TABLE[row].1.as_bytes()[0];
        rows[first as usize] |= 1 << row;
        rows[first.to_ascii_uppercase() as usize] |= 1 << row;
        row += 1;
    }
    rows
};

/// What a word and those after it mean; the first row of the table that fits.
fn meaning(word: &str, after: &[&str]) -> Option<&'static str> {
    let bare = word.trim_start_matches('-').rsplit('/').next().unwrap_or_default();
    // `delete-stack`, `terminate-instances`, `mkfs.ext4`.
    let verb = bare.split(['-', '.', '=', ',', ':']).next().unwrap_or_default();
    let mut rows = ROWS[usize::from(*verb.as_bytes().first()?)];
    let fits = |(_, first, with): &&(&str, &str, With)| {
        first.eq_ignore_ascii_case(verb)
            && match with {
                With::Alone => *first != "rm" || bare == "rm",
                With::Next(words) => {
                    after.first().is_some_and(|next| words.iter().any(|w| w.eq_ignore_ascii_case(next)))
                }
                With::Later(words) => {
                    after.iter().any(|next| words.iter().any(|w| next == w || w.ends_with('=') && next.starts_with(w)))
                }
                With::Letter(letters) => {
                    let flags = after.iter().take_while(|next| next.starts_with('-'));
                    flags
                        .into_iter()
                        .any(|flag| *flag == "--recursive" || !flag.starts_with("--") && flag.contains(*letters))
                }
            }
    };
    let may_fit = std::iter::from_fn(|| {
        let row = TABLE.get(rows.trailing_zeros() as usize)?;
        rows &= rows - 1;
        Some(row)
    });
    let row = may_fit.into_iter().find(fits)?;
    // One push by force is not any use of git.
    let push = row.0 != "git push --force" || after.contains(&"push");
    push.then_some(row.0)
}

/// Gives the commands of a block, each as its words without quotes; comments are none.
fn commands<'t>(text: &'t str, lexemes: &[Lexeme], mut give: impl FnMut(&[&'t str])) {
    let mut command: Vec<&str> = Vec::new();
    let mut before = 0;
    for lexeme in lexemes {
        let goes_on = !text[before..lexeme.range.start].contains('\n') || text[..before].ends_with('\\');
        before = lexeme.range.end;
        if !goes_on {
            give(&command);
            command.clear();
        }
        if matches!(lexeme.sort, Sort::Prompt | Sort::Comment) {
            continue;
        }
        let part = text.get(lexeme.range.clone()).unwrap_or_default();
        for (at, piece) in part.split([';', '|', '&', '\n', '(', ')', '`']).enumerate() {
            if at > 0 {
                give(&command);
                command.clear();
            }
            let words =
                piece.split(|c: char| c.is_whitespace() || c == '\'' || c == '"').filter(|word| !word.is_empty());
            command.extend(words);
        }
    }
    give(&command);
}
