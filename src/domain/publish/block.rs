//! Our lines in a file that is people's: between two marker lines, with every
//! byte before and after them as it was.

/// The line before ours.
pub const BEGIN: &str = "# dogwatch:codeowners/1 begins: the areas of the team file; `dogwatch publish --codeowners` \
                         writes these lines";
/// The line after them.
pub const END: &str = "# dogwatch:codeowners/1 ends";
/// How the first of them is known, whatever else it says.
const BEGINS: &str = "# dogwatch:codeowners/1 begins";

/// Why nobody can say which lines are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Torn {
    /// There is no end.
    #[error("line {0} begins dogwatch's lines and nothing ends them; put `{END}` after the last of them")]
    NoEnd(usize),
    /// There is no beginning.
    #[error("line {0} ends dogwatch's lines and nothing begins them; take that line out")]
    NoBeginning(usize),
    /// There are two.
    #[error("line {0} begins dogwatch's lines a second time; take one of the two blocks out")]
    Twice(usize),
}

/// The text with these lines between the markers: where they are, else at the end. Its line ends are those of the text.
///
/// # Errors
///
/// [`Torn`] when the markers of the text do not match; people have to mend that.
pub fn block_in(old: &str, lines: &[String]) -> Result<String, Torn> {
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let mut block = String::new();
    for line in [BEGIN].into_iter().chain(lines.iter().map(String::as_str)).chain([END]) {
        block.push_str(line);
        block.push_str(end);
    }
    let Some((from, to)) = place(old)? else {
        let gap = match old {
            "" | "\u{feff}" => "",
            text if text.ends_with('\n') => end,
            // The last line of people's gets its end.
            _ => return Ok(format!("{old}{end}{end}{block}")),
        };
        return Ok(format!("{old}{gap}{block}"));
    };
    // A marker at the very end of a file that ends without a line end.
    if !old[from..to].ends_with('\n') {
        block.truncate(block.len() - end.len());
    }
    Ok(format!("{}{block}{}", &old[..from], &old[to..]))
}

/// Where our lines are, with both markers, in bytes.
fn place(old: &str) -> Result<Option<(usize, usize)>, Torn> {
    let mut begun: Option<(usize, usize)> = None;
    let mut found = None;
    let mut at = 0;
    for (nth, line) in old.split_inclusive('\n').enumerate() {
        let (nth, text) = (nth + 1, line.trim_start_matches('\u{feff}').trim_end());
        let from = at + if at == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        at += line.len();
        if text.starts_with(BEGINS) {
            if begun.is_some() || found.is_some() {
                return Err(Torn::Twice(nth));
            }
            begun = Some((from, nth));
        } else if text == END {
            let (from, _) = begun.take().ok_or(Torn::NoBeginning(nth))?;
            found = Some((from, at));
        }
    }
    match begun {
        Some((_, nth)) => Err(Torn::NoEnd(nth)),
        None => Ok(found),
    }
}
