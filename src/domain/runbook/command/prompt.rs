//! What a terminal writes before what somebody types.

/// Commands after which `#` is the prompt of root, or of another machine.
const SHELLS: &[&str] =
    &["sudo -i", "sudo -s", "sudo su", "sudo bash", "su", "ssh ", "docker exec", "kubectl exec", "chroot", "nsenter"];
/// Programs that have a prompt of their own.
const PROGRAMS: &[&str] = &["mysql> ", "sqlite> ", "redis> ", "psql> ", "mongo> ", "irb> ", ">>> ", "... "];

/// The prompts of a block, line by line.
#[derive(Default)]
pub(super) struct Prompts {
    any: bool,
    /// Whether a shell of root's is open.
    root: bool,
}

impl Prompts {
    pub(super) fn of(text: &str) -> Self {
        // What does not begin with one is a script that has such lines in it, and is to be copied whole.
        let first = text.lines().find(|line| !(line.trim().is_empty() || line.trim_start().starts_with('#')));
        let begins = |line: &str| prompt(line).is_some_and(|length| line[..length].trim() != "...");
        Self { any: first.is_some_and(begins), root: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// The length of the prompt of this line; asked line by line.
    pub(super) fn at(&mut self, line: &str) -> Option<usize> {
        if !self.any {
            return None;
        }
        let length = prompt(line).or_else(|| root(line).filter(|_| self.root))?;
        let command = line[length..].trim();
        let opens = |shell: &str| command.starts_with(shell) && (shell.ends_with(' ') || ends_word(command, shell));
        if SHELLS.iter().any(|shell| opens(shell)) {
            self.root = true;
        } else if command == "exit" {
            self.root = false;
        }
        Some(length)
    }
}

fn ends_word(command: &str, shell: &str) -> bool {
    command[shell.len()..].chars().next().is_none_or(char::is_whitespace)
}

/// `# ` before what looks like a command.
fn root(line: &str) -> Option<usize> {
    let text = line.trim_start();
    let command = text.strip_prefix("# ")?;
    let command_like = command.starts_with(|c: char| c.is_ascii_lowercase() || c == '/' || c == '.');
    command_like.then_some(line.len() - command.len())
}

/// A prompt that no comment looks like.
fn prompt(line: &str) -> Option<usize> {
    let mut text = line.trim_start();
    // The name of a Python environment: `(venv) $ `.
    if let Some(inner) = text.strip_prefix('(')
        && let Some((name, after)) = inner.split_once(") ")
        && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
    {
        text = after;
    }
    let before = line.len() - text.len();
    let simple = ["$ ", "PS> "].iter().chain(PROGRAMS).find(|mark| text.starts_with(**mark)).map(|mark| mark.len());
    let bare = (matches!(text, "$" | ">>>" | "...")).then_some(text.len());
    let length = simple.or(bare).or_else(|| machine(text)).or_else(|| windows(text))?;
    Some(before + length)
}

/// `user@host:~$ `, `[user@host dir]# `, `bash-5.1$ `, `postgres=# `.
fn machine(text: &str) -> Option<usize> {
    let end = text.find(['$', '#', '%'])?;
    let (name, after) = text.split_at(end);
    if !(after[1..].starts_with(' ') || after.len() == 1) {
        return None;
    }
    let who = name.trim_start_matches('[').trim_end_matches([' ', ']']);
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.+".contains(c));
    let known = if let Some((user, host)) = who.split_once('@') {
        let (host, place) = host.split_at(host.find([':', ' ']).unwrap_or(host.len()));
        word(user) && word(host) && !place.trim_start_matches([':', ' ']).contains(' ')
    } else {
        let shell = ["bash-", "sh-"].iter().any(|shell| who.starts_with(shell)) && word(who);
        let database = who.strip_suffix(['=', '-']).is_some_and(word) && name == who && !after.starts_with('%');
        shell || database
    };
    let length = end + 1 + usize::from(after.len() > 1);
    known.then_some(length)
}

/// `PS C:\> `, `C:\Users>`.
fn windows(text: &str) -> Option<usize> {
    let path = text.strip_prefix("PS ").unwrap_or(text);
    let drive = path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path[1..].starts_with(":\\");
    let home = path.len() < text.len() && path.starts_with(['~', '/']);
    if !drive && !home {
        return None;
    }
    let end = text.find('>')? + 1;
    Some(end + usize::from(text[end..].starts_with(' ')))
}
