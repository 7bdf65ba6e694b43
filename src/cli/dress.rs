//! Which theme the screen begins with: `--theme` wins over the personal file,
//! that over the team's, and the operator's own themes over those of the program.

use std::fs;
use std::path::Path;

use super::context::{Context, read, word};
use super::exit::Failure;
use crate::config::is_theme_name;
use crate::theme::{self, BUILT_IN, Depth, Theme, Wardrobe};

/// So many themes of one's own are looked at.
const MOST: usize = 64;

/// What the screen wears.
pub(super) struct Dress {
    /// What it is called.
    pub worn: String,
    /// As it looks on this terminal.
    pub theme: Theme,
    /// What else could be worn.
    pub wardrobe: Wardrobe,
    /// What is wrong with themes of the operator's own.
    pub amiss: Vec<String>,
}

/// What to wear on a terminal of this depth.
///
/// # Errors
///
/// `--theme` names none; a file that names none is told, and the default worn.
pub(super) fn dress(context: &Context, asked: Option<&str>, depth: Depth) -> Result<Dress, Failure> {
    let folder = context.personal_path.as_deref().and_then(Path::parent).map(|folder| folder.join("themes"));
    let (own, mut amiss) = folder.map(|folder| own(&folder)).unwrap_or_default();
    let wardrobe = Wardrobe::new(own, depth);
    let wanted = asked.unwrap_or(&context.settings.theme);
    let wanted = if wanted == theme::AUTO { theme::fitting(word("COLORFGBG").as_deref()) } else { wanted };
    if let Some(theme) = wardrobe.wear(wanted) {
        return Ok(Dress { worn: wanted.to_owned(), theme, wardrobe, amiss });
    }
    let unknown = Theme::named(wanted).err().map(|error| error.to_string()).unwrap_or_default();
    let file = format!("/{wanted}.toml: ");
    // What is wrong with it has been told if it is the operator's own.
    let told = amiss.iter().find(|one| one.contains(&file));
    if asked.is_some() {
        return Err(Failure::wrong(told.unwrap_or(&unknown)));
    }
    if told.is_none() {
        amiss.push(unknown);
    }
    let worn = BUILT_IN[0].name;
    Ok(Dress { theme: wardrobe.wear(worn).unwrap_or_default(), worn: worn.to_owned(), wardrobe, amiss })
}

/// The operator's own themes by their names, and what is wrong with the others.
fn own(folder: &Path) -> (Vec<(String, Theme)>, Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return (Vec::new(), Vec::new()) };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    let (mut own, mut amiss) = (Vec::new(), Vec::new());
    if paths.len() > MOST {
        amiss.push(format!("{}: only the first {MOST} themes are read; move some elsewhere", folder.display()));
    }
    for path in paths.into_iter().take(MOST) {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name == theme::AUTO {
            amiss.push(format!("{}: `auto` means what fits the terminal; rename the file", path.display()));
            continue;
        }
        if !is_theme_name(&name) {
            amiss
                .push(format!("{}: a theme's name has letters, digits, - and _ only; rename the file", path.display()));
            continue;
        }
        match read(&path) {
            Err(failure) => amiss.push(failure.to_string()),
            Ok(text) => match Theme::parse(&text) {
                Ok(theme) => own.push((name, theme)),
                Err(error) => amiss.push(format!("{}: {error}", path.display())),
            },
        }
    }
    (own, amiss)
}
