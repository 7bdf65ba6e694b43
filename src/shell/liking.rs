//! What the operator likes, kept in their personal file: one key is set, and
//! everything else stays as they wrote it.

use std::fs;
use std::io::Read;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, value};

use crate::config::personal_file;
use crate::store::files;

/// What some editors write at the beginning of a file.
const BOM: &str = "\u{feff}";

/// No configuration is longer than this.
const LONGEST: u64 = 1 << 20;

/// Sets `[ui] theme`. The file is made where there is none.
///
/// # Errors
///
/// Why it could not be written, in words; then the file is as it was.
pub fn keep_theme(path: &Path, name: &str) -> Result<(), String> {
    let shown = path.display();
    let before = read(path)?;
    let (mark, ends) =
        (if before.starts_with(BOM) { BOM } else { "" }, if before.contains("\r\n") { "\r\n" } else { "\n" });
    let text = before.trim_start_matches(BOM).replace("\r\n", "\n");
    let mut document: DocumentMut = text.parse().map_err(|_| format!("{shown} cannot be read as TOML"))?;
    if document.is_empty() {
        document["version"] = value(1);
    }
    let ui = document.entry("ui").or_insert_with(|| Item::Table(Table::new()));
    let Some(ui) = ui.as_table_like_mut() else { return Err(format!("`ui` in {shown} is no table")) };
    match ui.get_mut("theme") {
        // What stands behind the value on its line stays there.
        Some(theme) if theme.is_value() => {
            let decor = theme.as_value().map(|theme| theme.decor().clone());
            *theme = value(name);
            if let (Some(theme), Some(decor)) = (theme.as_value_mut(), decor) {
                *theme.decor_mut() = decor;
            }
        }
        Some(_) | None => {
            ui.insert("theme", value(name));
        }
    }
    // As the file was written, to its ends of lines.
    let text = format!("{mark}{}", document.to_string().replace('\n', ends));
    // What would not be read the next time is not written.
    personal_file(&text, &shown.to_string())
        .map_err(|problems| problems.first().map(ToString::to_string).unwrap_or_default())?;
    if let Some(folder) = path.parent() {
        files::folder(folder).map_err(|error| super::engine::told(&error).to_string())?;
    }
    files::replace(path, &text).map_err(|error| super::engine::told(&error).to_string())
}

fn read(path: &Path) -> Result<String, String> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let mut text = String::new();
    let read = file.take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    // What was not read would be lost by writing.
    if text.len() as u64 > LONGEST { Err(format!("{} is longer than 1 MiB", path.display())) } else { Ok(text) }
}
