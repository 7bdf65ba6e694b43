//! The words of a page and of a question, cut the same way.
//!
//! A pager shows `KubePodCrashLooping`, the page says *crash loop*, and the
//! one who searches types half of either. So an identifier counts whole and in
//! its parts, and nothing that is typed is ever more than a word.

use std::collections::BTreeSet;

/// Of a question, no more than so many bytes are read.
const QUESTION_BYTES: usize = 4_096;
/// Nor more than so many different words.
const QUESTION_WORDS: usize = 48;
/// A word is not longer than this, in bytes; the rest of a longer one is dropped: it is data, not language.
const WORD_BYTES: usize = 64;

/// Words that say nothing about what is wrong, sorted.
const STOP: &[&str] = &[
    "a", "about", "after", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "before", "being", "but",
    "by", "can", "cannot", "could", "did", "do", "does", "doing", "for", "from", "get", "gets", "getting", "got",
    "had", "has", "have", "having", "he", "her", "here", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "itself", "just", "keep", "keeps", "me", "my", "no", "not", "of", "off", "on", "one", "only", "or", "our", "out",
    "over", "please", "she", "should", "since", "so", "some", "still", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "to", "too", "up", "us", "very", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "why", "will", "with", "would", "you", "your",
];

/// What the trade calls by two names, sorted by the first: who types one means the other as well. Abbreviations and
/// spellings alone; what is meant by a symptom is for a page's author to say, or to be learned.
const SAME: &[(&str, &str)] = &[
    ("2fa", "mfa"),
    ("auth", "authentication"),
    ("authn", "authentication"),
    ("authz", "authorization"),
    ("az", "availability zone"),
    ("cert", "certificate"),
    ("certificate", "cert"),
    ("certs", "certificate"),
    ("config", "configuration"),
    ("configuration", "config"),
    ("conn", "connection"),
    ("cron", "scheduled job"),
    ("cve", "vulnerability"),
    ("database", "db"),
    ("db", "database"),
    ("deps", "dependencies"),
    ("dlq", "dead letter"),
    ("email", "mail"),
    ("emails", "mail"),
    ("env", "environment"),
    ("fs", "filesystem"),
    ("k8s", "kubernetes"),
    ("kubernetes", "k8s"),
    ("lb", "load balancer"),
    ("mail", "email"),
    ("mem", "memory"),
    ("mfa", "2fa"),
    ("msg", "message"),
    ("msgs", "messages"),
    ("ntp", "clock"),
    ("oom", "out of memory"),
    ("perf", "performance"),
    ("pg", "postgresql"),
    ("pgsql", "postgresql"),
    ("prod", "production"),
    ("pvc", "persistent volume"),
    ("repo", "repository"),
    ("ssl", "tls"),
    ("sso", "single sign on"),
    ("timeout", "timed out"),
    ("tls", "ssl"),
    ("vm", "virtual machine"),
    ("x509", "certificate"),
];

/// A word of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is indexed.
    pub text: String,
    /// What it is also called: a word, or some in a row.
    pub also: Option<&'static str>,
}

/// The words of a text as they are indexed: in lower case, one blank between them, identifiers whole and in parts.
///
/// ```
/// use dogwatch::domain::runbook::words::indexed;
///
/// assert_eq!(indexed("KubePodCrashLooping: see profiles.search!"), "kubepodcrashlooping kube pod crash looping see profilessearch profiles search");
/// ```
pub fn indexed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for_each(text, |word| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    });
    out
}

/// The words of a question, each once, in the order in which they were typed; without those that say nothing unless
/// there are no others. Bounded, however much is pasted.
pub fn asked(question: &str) -> Vec<Word> {
    let question = &question[..question.floor_char_boundary(QUESTION_BYTES)];
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for_each(question, |word| {
        if seen.insert(word.to_owned()) {
            all.push(word.to_owned());
        }
    });
    if all.iter().any(|word| !is_stop(word)) {
        all.retain(|word| !is_stop(word));
    }
    all.truncate(QUESTION_WORDS);
    all.into_iter().map(|text| Word { also: also(&text), text }).collect()
}

fn also(word: &str) -> Option<&'static str> {
    let place = SAME.binary_search_by(|(name, _)| (*name).cmp(word)).ok()?;
    SAME.get(place).map(|(_, other)| *other)
}

/// What a name is compared by: its letters and digits in lower case, so that `disk-full`, `Disk full` and `DiskFull`
/// are one name; what has none of these is compared as it is.
pub fn key(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if plain.is_empty() { name.trim().to_owned() } else { plain }
}

fn is_stop(word: &str) -> bool {
    STOP.binary_search(&word).is_ok()
}

/// Gives each word of a text, and of an identifier the whole first and then its parts.
fn for_each(text: &str, mut give: impl FnMut(&str)) {
    let mut lower = String::new();
    for run in text.split(|c: char| !(is_letter(c) || is_joint(c))) {
        let run = run.trim_matches(is_joint);
        if run.is_empty() {
            continue;
        }
        // Most words are neither long nor made of parts, and at most begin with a capital.
        let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let mut bytes = run.bytes();
        let first = bytes.next().unwrap_or_default();
        if run.len() <= WORD_BYTES && bytes.all(small) && first.is_ascii_alphanumeric() {
            if first.is_ascii_uppercase() {
                lower.clear();
                lower.push_str(run);
                lower.make_ascii_lowercase();
                give(&lower);
            } else {
                give(run);
            }
            continue;
        }
        let parts = parts(run);
        if parts.len() > 1 && parts.iter().map(|part| part.len()).sum::<usize>() <= WORD_BYTES {
            lower.clear();
            lower.extend(parts.iter().flat_map(|part| part.chars()).flat_map(char::to_lowercase));
            give(&lower);
        }
        for part in parts {
            lower.clear();
            lower.extend(part[..part.floor_char_boundary(WORD_BYTES)].chars().flat_map(char::to_lowercase));
            give(&lower);
        }
    }
}

/// What words are made of: letters and digits, and the marks over them.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}')
}

/// What holds an identifier together.
fn is_joint(c: char) -> bool {
    matches!(c, '_' | '-' | '.')
}

/// `KubePodCrashLooping`, `snake_case`, `kebab-case` and `profiles.search` in their parts; `p99` and `HTTP` whole.
fn parts(run: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in run.split(is_joint).filter(|piece| !piece.is_empty()) {
        let mut begin = 0;
        let mut chars = piece.char_indices().peekable();
        let mut before: Option<char> = None;
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if before.is_some_and(|before| is_seam(before, c, next)) {
                parts.push(&piece[begin..at]);
                begin = at;
            }
            before = Some(c);
        }
        parts.push(&piece[begin..]);
    }
    parts
}

/// Whether a new part begins at `c`: `podCrash`, `HTTPServer`, `EC2Instance`.
fn is_seam(before: char, c: char, next: Option<char>) -> bool {
    let begins_word = c.is_uppercase() && next.is_some_and(char::is_lowercase);
    (c.is_uppercase() && before.is_lowercase()) || (begins_word && (before.is_uppercase() || before.is_numeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_sorted_for_the_search() {
        assert!(STOP.is_sorted());
        assert!(SAME.is_sorted_by_key(|(name, _)| *name));
        assert!(SAME.iter().all(|(_, other)| indexed(other) == *other));
    }
}
