//! Our lines in a file that is people's: between two marker lines, with every
//! byte before and after them as it was. Several team files of one repository
//! have a block each, which names the folder of its team file.

use std::collections::BTreeSet;

use crate::domain::text::Clean;

/// The line before ours, of a team file at the top.
pub const BEGIN: &str = "# dogwatch:codeowners/1 begins: the areas of the team file; `dogwatch publish --codeowners` \
                         writes these lines";
/// The line after them.
pub const END: &str = "# dogwatch:codeowners/1 ends";
/// How the first of them is known, whatever else it says.
const BEGINS: &str = "# dogwatch:codeowners/1 begins";
/// Stands before the folder of the team file.
const FOR: &str = " for ";

/// Why nobody can say which lines are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Torn {
    /// There is no end.
    #[error(
        "line {0} begins dogwatch's lines and nothing ends them; put `{END}` after the last of them, with the folder \
         that the line names"
    )]
    NoEnd(usize),
    /// There is no beginning.
    #[error("line {0} ends dogwatch's lines and nothing begins them; take that line out")]
    NoBeginning(usize),
    /// There are two.
    #[error("line {0} begins dogwatch's lines a second time; take one of the two blocks out")]
    Twice(usize),
}

/// The line before ours; `folder` leads from the top of the repository to the team file, as `ops/`, and is empty at the
/// top.
pub fn begin(folder: &str) -> String {
    format!("{BEGINS}{}{}", of(folder), BEGIN.trim_start_matches(BEGINS))
}

/// The line after them.
pub fn end(folder: &str) -> String {
    format!("{END}{}", of(folder))
}

fn of(folder: &str) -> String {
    match folder.trim_end_matches('/') {
        "" => String::new(),
        folder => format!("{FOR}{}", Clean::line(folder)),
    }
}

/// The text with these lines between the markers of this folder: where they are, else at the end. Its line ends are
/// those of the text.
///
/// # Errors
///
/// [`Torn`] when the markers of the text do not match; people have to mend that.
pub fn block_in(old: &str, folder: &str, lines: &[String]) -> Result<String, Torn> {
    let line_end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let mut block = String::new();
    for line in [&begin(folder)].into_iter().chain(lines).chain([&end(folder)]) {
        block.push_str(line);
        block.push_str(line_end);
    }
    let Some((from, to)) = place(old, folder)? else {
        let gap = match old {
            "" | "\u{feff}" => "",
            text if text.ends_with('\n') => line_end,
            // The last line of people's gets its end.
            _ => return Ok(format!("{old}{line_end}{line_end}{block}")),
        };
        return Ok(format!("{old}{gap}{block}"));
    };
    // A marker at the very end of a file that ends without a line end.
    if !old[from..to].ends_with('\n') {
        block.truncate(block.len() - line_end.len());
    }
    Ok(format!("{}{block}{}", &old[..from], &old[to..]))
}

/// Whether the folder that a marker names, as it is written there, lies below this one.
pub(super) fn is_deeper(whose: &str, folder: &str) -> bool {
    let own = of(folder);
    let below = whose.strip_prefix(own.as_str()).unwrap_or_default();
    !below.is_empty() && (own.is_empty() || below.starts_with('/'))
}

/// A marker line, with the folder that it names as it is written there.
pub(super) enum Mark<'a> {
    Begins(&'a str),
    Ends(&'a str),
}

impl<'a> Mark<'a> {
    pub(super) fn read(line: &'a str) -> Option<Self> {
        if let Some(rest) = line.strip_prefix(BEGINS) {
            let said = BEGIN.trim_start_matches(BEGINS);
            let short = rest.strip_suffix(said).or_else(|| rest.split(": ").next()).unwrap_or(rest);
            return Some(Self::Begins(if short.starts_with(FOR) { short } else { "" }));
        }
        let rest = line.strip_prefix(END)?;
        (rest.is_empty() || rest.starts_with(FOR)).then_some(Self::Ends(rest))
    }
}

/// Where the lines of this folder are, with both markers, in bytes; none if they are not there.
///
/// # Errors
///
/// [`Torn`] when the markers of the text do not match, also those of other folders.
pub fn place(old: &str, folder: &str) -> Result<Option<(usize, usize)>, Torn> {
    let own = of(folder);
    let mut begun: Option<(usize, usize, &str)> = None;
    let mut known = BTreeSet::new();
    let mut found = None;
    let mut at = 0;
    for (nth, line) in old.split_inclusive('\n').enumerate() {
        let (nth, text) = (nth + 1, line.trim_start_matches('\u{feff}').trim_end());
        let from = at + if at == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        at += line.len();
        match Mark::read(text) {
            None => {}
            Some(Mark::Begins(whose)) => {
                if !known.insert(whose) {
                    return Err(Torn::Twice(nth));
                }
                if let Some((_, open, _)) = begun {
                    return Err(Torn::NoEnd(open));
                }
                begun = Some((from, nth, whose));
            }
            Some(Mark::Ends(whose)) => {
                let (from, _, _) = begun.take().filter(|(_, _, open)| *open == whose).ok_or(Torn::NoBeginning(nth))?;
                if whose == own {
                    found = Some((from, at));
                }
            }
        }
    }
    match begun {
        Some((_, nth, _)) => Err(Torn::NoEnd(nth)),
        None => Ok(found),
    }
}
