//! Machines and mailboxes that a text names: in addresses, with a port, by a
//! name that ends as those of machines do, by number.

use std::net::Ipv6Addr;

/// A longer name is none of a machine.
const HOST_BYTES: usize = 255;
/// A longer one is none of a mailbox.
const BOX_BYTES: usize = 64;
/// How the names of machines end, when nothing else says that it is one.
const ENDS: [&str; 25] = [
    "com",
    "net",
    "org",
    "io",
    "dev",
    "app",
    "cloud",
    "ai",
    "co",
    "edu",
    "gov",
    "mil",
    "internal",
    "local",
    "localdomain",
    "lan",
    "corp",
    "intra",
    "intranet",
    "example",
    "invalid",
    "localhost",
    "consul",
    "onion",
    "arpa",
];
/// The same where two names stand before it: some are words, as in `sql.run`, or end the names of files.
const ENDS_OF_THREE: [&str; 52] = [
    "info", "biz", "online", "site", "tech", "xyz", "page", "run", "private", "home", "test", "svc", "cluster", "host",
    "systems", "network", "uk", "de", "fr", "nl", "eu", "ch", "at", "it", "es", "se", "no", "fi", "dk", "pl", "cz",
    "jp", "cn", "in", "au", "br", "ca", "us", "nz", "kr", "ru", "be", "ie", "pt", "me", "tv", "za", "mx", "gr", "hu",
    "ro", "sg",
];
/// Before a number these are no machines.
const WORDS: [&str; 22] = [
    "line", "lines", "port", "issue", "pr", "pull", "error", "code", "col", "column", "row", "exit", "status", "pid",
    "step", "ms", "sha256", "sha1", "md5", "new", "year", "id",
];
/// How the names of files end that stand before a line's number.
const FILES: [&str; 30] = [
    "rs", "py", "js", "ts", "tsx", "jsx", "mjs", "go", "c", "h", "cc", "cpp", "hpp", "java", "kt", "rb", "php", "sh",
    "md", "toml", "yaml", "yml", "json", "jsonl", "log", "txt", "sql", "html", "css", "lock",
];

/// Where parts of an address are, in bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    /// Who is named before the machine, with the password; empty if nobody.
    pub user: (usize, usize),
    /// The machine, without its port; empty for none.
    pub host: (usize, usize),
}

/// The address that begins here: `https://ana:pw@host:80/…`.
pub(super) fn address(text: &str, from: usize) -> Option<Address> {
    let rest = &text[from..];
    let scheme = run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if scheme == 0 || scheme > 32 || !rest[scheme..].starts_with("://") {
        return None;
    }
    let start = from + scheme + 3;
    let place = &text[start..];
    let end = run(place, |c| !c.is_whitespace() && !matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '`' | '\\'));
    let user = place[..end].rfind('@').unwrap_or(0);
    let host = if user > 0 { user + 1 } else { 0 };
    let machine = &place[host..end];
    let length = match machine.strip_prefix('[') {
        Some(inner) if inner.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':') => {
            inner.find(']').map_or(machine.len(), |at| at + 2)
        }
        Some(_) => 0,
        None => run(machine, |c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '%' | '…')),
    };
    let name = machine[..length].trim_end_matches('.');
    Some(Address { user: (start, start + user), host: (start + host, start + host + name.len()) })
}

/// Where the mailbox ends that begins here.
pub(super) fn mailbox(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let name = run(rest, |c| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-'));
    if name == 0 || name > BOX_BYTES || !rest[name..].starts_with('@') {
        return None;
    }
    let place = &rest[name + 1..];
    let length = run(place, is_name);
    let domain = place[..length].trim_end_matches(['.', '-']);
    let cut = place[length..].starts_with('…');
    let last = domain.rsplit('.').next().unwrap_or_default();
    let named = domain.contains('.') && last.len() >= 2 && last.chars().all(char::is_alphabetic) || is_v4(domain);
    (domain.len() <= HOST_BYTES && (named || cut)).then_some(from + name + 1 + domain.len())
}

/// Where the machine's number ends that begins here.
pub(super) fn number(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let four = run(rest, |c| c.is_ascii_digit() || c == '.');
    let digits = rest[..four].trim_end_matches('.');
    if is_v4(digits) && !rest[four..].starts_with(|c: char| c.is_alphanumeric()) {
        return Some(from + digits.len());
    }
    let six = run(rest, |c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'));
    let digits = rest[..six].trim_end_matches(['.', ':']);
    let digits = if rest[..six].ends_with("::") && six > 2 { &rest[..six] } else { digits };
    let whole = !rest[six..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let named = digits.len() <= 45 && digits.matches(':').count() >= 2 && digits.bytes().any(|b| b.is_ascii_digit());
    (whole && named && digits.parse::<Ipv6Addr>().is_ok()).then_some(from + digits.len())
}

/// Where the machine's name ends that begins here: by how it ends, or by the port that follows.
pub(super) fn name(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    let length = run(rest, is_name);
    let host = rest[..length].trim_end_matches(['.', '-', '_']);
    if host.is_empty() || host.len() > HOST_BYTES || host.contains("..") {
        return None;
    }
    let last = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let labels = host.split('.').count();
    let ends = labels >= 2 && ENDS.contains(&last.as_str()) || labels >= 3 && ENDS_OF_THREE.contains(&last.as_str());
    let cut = labels >= 3 && rest[length..].starts_with('…') && last.chars().all(char::is_alphabetic);
    let ported = host.len() == length && has_port(&rest[length..], labels);
    let named = !WORDS.contains(&host.to_ascii_lowercase().as_str()) && !FILES.contains(&last.as_str());
    let lettered = host.chars().any(char::is_alphabetic) && !host.contains('_');
    (ends || cut || lettered && named && ported).then_some(from + host.len())
}

/// Whether a port follows: two to five digits after a dotted name, four or five after a single one.
fn has_port(after: &str, labels: usize) -> bool {
    let Some(port) = after.strip_prefix(':') else { return false };
    let digits = run(port, |c| c.is_ascii_digit());
    let least = if labels > 1 { 2 } else { 4 };
    let whole = !port[digits..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-'));
    (least..=5).contains(&digits) && whole && port[..digits].parse::<u16>().is_ok()
}

fn is_v4(digits: &str) -> bool {
    digits.len() <= 15
        && digits.split('.').count() == 4
        && digits.split('.').all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.' | '_')
}

/// The bytes that belong together here, looked for as far as anything of this sort can be long.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    let reach = text.floor_char_boundary(HOST_BYTES + BOX_BYTES);
    text[..reach].find(|c| !belongs(c)).unwrap_or(reach)
}
