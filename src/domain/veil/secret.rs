//! What gives itself away as a secret: by how it begins, or by the word before it.
//!
//! Rather one harmless word too many than one token in a file: what stands
//! after `password=` is hidden, whatever it is.

/// How tokens begin, and the fewest letters that follow.
const PREFIXES: [(&str, usize); 47] = [
    ("ghp_", 1),
    ("gho_", 1),
    ("ghu_", 1),
    ("ghs_", 1),
    ("ghr_", 1),
    ("github_pat_", 1),
    ("glpat-", 8),
    ("AKIA", 12),
    ("ASIA", 12),
    ("ABIA", 12),
    ("AIza", 20),
    ("ya29.", 8),
    ("xoxb-", 4),
    ("xoxp-", 4),
    ("xoxa-", 4),
    ("xoxr-", 4),
    ("xoxs-", 4),
    ("xoxe-", 4),
    ("xoxe.", 4),
    ("xapp-", 4),
    ("sk_live_", 4),
    ("sk_test_", 4),
    ("rk_live_", 4),
    ("hf_", 16),
    ("npm_", 20),
    ("pypi-", 20),
    ("dop_v1_", 8),
    ("shpat_", 8),
    ("lin_api_", 8),
    ("glsa_", 8),
    ("hvs.", 8),
    ("AGE-SECRET-KEY-", 8),
    ("SG.", 20),
    ("whsec_", 8),
    ("GOCSPX-", 8),
    ("dckr_pat_", 8),
    ("glcbt-", 8),
    ("figd_", 8),
    ("NRAK-", 8),
    ("ATATT", 12),
    ("gsk_", 16),
    ("r8_", 20),
    ("hooks.slack.com/services/", 4),
    ("discord.com/api/webhooks/", 4),
    ("discordapp.com/api/webhooks/", 4),
    ("SK", 32),
    ("key-", 32),
];
/// Of each letter, those that follow it where one of them begins: most pairs begin none.
const PAIRS: [u128; 128] = {
    let (mut known, mut at) = ([0; 128], 0);
    while at < PREFIXES.len() {
        let prefix = PREFIXES[at].0.as_bytes();
        known[prefix[0] as usize] |= 1 << prefix[1];
        at += 1;
    }
    known
};
/// Names whose value nobody needs to see, with `_` for `-`; longer names may end in them.
const NAMES: [&str; 24] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "accesskey",
    "secret_key",
    "private_key",
    "privatekey",
    "signing_key",
    "credential",
    "credentials",
    "sessionid",
    "session_id",
    "signature",
    "pass",
    "passwort",
    "accountkey",
    "account_key",
    "sig",
];
/// Of these, also a plain word after a colon is taken for the secret.
const PASSWORDS: [&str; 4] = ["password", "passwd", "passphrase", "pwd"];
/// Headers of which nobody needs to see anything.
const HEADERS: [&str; 4] = ["authorization", "cookie", "set_cookie", "x_api_key"];
/// A longer name is none.
const NAME_BYTES: usize = 64;
/// The shortest that is a secret for no other reason than that it follows such a name.
const LONG: usize = 16;
/// How far a digit or a capital is looked for.
const LOOK: usize = 512;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Where a secret is that gives itself away by how it begins; it begins here.
pub(super) fn begins(text: &str, from: usize) -> Option<usize> {
    let rest = &text[from..];
    match rest.as_bytes() {
        [b'-', ..] => key_block(rest).map(|end| from + end),
        [b'e', ..] => web_token(rest).map(|end| from + end),
        [b's', b'k', b'-', ..] => model_key(text, from),
        [first, second, ..] if is_pair(*first, *second) => {
            let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| rest.starts_with(prefix))?;
            let run = run(&rest[prefix.len()..], |c| is_token(c) || c == '.' && prefix.ends_with('.'));
            let end = prefix.len() + run;
            let least = if rest[end..].starts_with('…') { 1 } else { *least };
            (run >= least).then_some(from + end)
        }
        _ => None,
    }
}

fn is_pair(first: u8, second: u8) -> bool {
    first.is_ascii() && second.is_ascii() && PAIRS[usize::from(first)] >> second & 1 == 1
}

/// `sk-` begins many a word: a secret is long and has digits or capitals.
fn model_key(text: &str, from: usize) -> Option<usize> {
    let after = text[..from].chars().next_back();
    if after.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let rest = &text[from + 3..];
    let run = if rest.starts_with("sk-") { 0 } else { run(rest, is_token) };
    let mixed = rest.bytes().take(run.min(LOOK)).any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let cut = rest[run..].starts_with('…');
    (mixed && (run >= 12 || cut && run >= 4)).then_some(from + 3 + run)
}

/// From its first line to its last, or to the end of the text if that was cut.
fn key_block(rest: &str) -> Option<usize> {
    let label = rest.strip_prefix(BEGIN)?;
    let label = &label[..label.floor_char_boundary(NAME_BYTES + 8)];
    let line = label.split("-----").next()?;
    if line.len() > NAME_BYTES || !line.ends_with("PRIVATE KEY") && !line.ends_with("PRIVATE KEY BLOCK") {
        return None;
    }
    let Some(last) = rest.find(END) else { return Some(rest.len()) };
    let tail = &rest[last + END.len()..];
    Some(last + END.len() + tail.find("-----").map_or(tail.len(), |at| at + 5))
}

/// A JSON web token: three parts, the first two of which begin as JSON does.
fn web_token(rest: &str) -> Option<usize> {
    let head = rest.strip_prefix("eyJ")?;
    let first = run(head, is_token);
    let end = 3 + first;
    match rest[end..].strip_prefix('.').filter(|_| first >= 4) {
        Some(second) => Some(end + 1 + run(second, |c| is_token(c) || c == '.')),
        None => (first >= 24 || rest[end..].starts_with('…')).then_some(end),
    }
}

/// Where the secret is that is named here: `token=…`, `"password": "…"`, `Bearer …`.
pub(super) fn named(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &text[from..];
    let reach = &rest[..rest.floor_char_boundary(NAME_BYTES + 1)];
    let length = run(reach, is_token);
    if !(3..=NAME_BYTES).contains(&length) {
        return None;
    }
    let name = &rest[..length];
    let after = &rest[length..];
    let found = if ["bearer", "basic"].iter().any(|word| name.eq_ignore_ascii_case(word)) {
        bearer(after)
    } else if HEADERS.iter().any(|header| header.len() == length && ends_in(name, header)) {
        header(after)
    } else if is_secret_name(name) {
        value(after, name)
    } else {
        None
    };
    found.map(|(start, end)| (from + length + start, from + length + end))
}

/// Whether a key of this name holds what nobody needs to see.
pub(super) fn is_secret_name(name: &str) -> bool {
    NAMES.iter().any(|secret| ends_in(name, secret))
}

/// Whether a name ends in these words, in any case, and with `-` for `_`.
fn ends_in(name: &str, words: &str) -> bool {
    let same = |one: u8, other: u8| one.eq_ignore_ascii_case(&other) || (one, other) == (b'-', b'_');
    let (name, words) = (name.as_bytes(), words.as_bytes());
    name.len() >= words.len() && name.iter().rev().zip(words.iter().rev()).all(|(one, other)| same(*one, *other))
}

fn bearer(after: &str) -> Option<(usize, usize)> {
    let lead = blanks(after);
    let value = &after[lead..];
    let length = run(value, is_value);
    // `Bearer scope="…"` is a challenge, and "basic authentication" a word.
    let mixed = value[..length].bytes().any(|byte| !byte.is_ascii_lowercase());
    let secret = lead > 0 && !value[length..].starts_with("=\"") && (length >= 6 && mixed || length >= 24);
    (secret && !is_stand_in(value)).then_some((lead, lead + length))
}

fn header(after: &str) -> Option<(usize, usize)> {
    let quote = usize::from(after.starts_with(['"', '\'']));
    let colon = after[quote..].strip_prefix([':', '='])?;
    let lead = colon.len() - colon.trim_start_matches([' ', '"', '\'']).len();
    if is_stand_in(&colon[lead..]) {
        return None;
    }
    let end = colon[lead..].find(['\n', '"', '\'']).unwrap_or(colon.len() - lead);
    let start = quote + 1 + lead;
    (end > 0).then_some((start, start + end))
}

fn value(after: &str, name: &str) -> Option<(usize, usize)> {
    let quote = usize::from(after.starts_with(['"', '\'', '`']));
    let gap = quote + blanks(&after[quote..]);
    let rest = &after[gap..];
    let (mark, strong) = match rest.as_bytes() {
        [b'=', b'>', ..] | [b':', b'=', ..] => (2, true),
        [b'=', b'=', ..] | [b':', b':', ..] => return None,
        [b'=', ..] => (1, true),
        [b':', ..] => (1, quote == 1),
        [b'i', b's', b' ', ..] => (2, false),
        _ => (0, false),
    };
    let start = gap + mark + blanks(&rest[mark..]);
    let value = &after[start..];
    if let Some(open) = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
        let inner = &value[1..];
        let end = inner.find([open, '\n']).unwrap_or(inner.len());
        let said = strong || mark == 1 || looks_secret(&inner[..end]);
        return (mark > 0 && said && end > 0 && !is_left(inner)).then_some((start + 1, start + 1 + end));
    }
    let end = run(value, |c| {
        !c.is_whitespace() && !matches!(c, '&' | ',' | ';' | ')' | ']' | '}' | '>' | '"' | '\'' | '`' | '|')
    });
    let plain = PASSWORDS.iter().any(|word| ends_in(name, word));
    let word = &value[..end];
    let says = match (strong, mark) {
        (true, _) => true,
        (false, 1) => plain || word.len() >= 6 && word.bytes().any(|byte| !byte.is_ascii_lowercase() && byte != b'.'),
        (false, _) => start > 0 && looks_secret(word),
    };
    (says && end > 0 && !is_left(value)).then_some((start, start + end))
}

/// Long, of the letters of hexadecimal or base64, and with both letters and digits.
fn looks_secret(word: &str) -> bool {
    let letters = word.trim_end_matches(['.', ':', '…']);
    letters.len() >= LONG
        && letters.chars().all(is_value)
        && letters.bytes().any(|byte| byte.is_ascii_digit())
        && letters.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What is no secret but says where it is, and what has been hidden already.
fn is_left(value: &str) -> bool {
    let variable = value.strip_prefix('$').map(|name| name.trim_start_matches(['{', '(']));
    let named = variable.is_some_and(|name| {
        let length = run(name, |c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
        length > 0 && name[length..].chars().next().is_none_or(|c| !c.is_alphanumeric())
    });
    named || value.starts_with("${{") || is_stand_in(value)
}

fn is_stand_in(value: &str) -> bool {
    value.starts_with("[secret]") || value.starts_with("[redacted ")
}

fn blanks(text: &str) -> usize {
    run(text, |c| c == ' ' || c == '\t')
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_value(c: char) -> bool {
    is_token(c) || matches!(c, '.' | '~' | '+' | '/' | '%' | '=' | ':')
}
