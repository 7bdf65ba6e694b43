//! Every pane and section with the sample team, at four sizes: its text, and
//! which role of a theme each part of it has. A theme only says how a role
//! looks, so that one golden screen holds for all of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use dogwatch::app::watch::Outfit;
use dogwatch::shell::frames::{Palette, svg};
use dogwatch::theme::{BUILT_IN, BuiltIn, Depth, ROLES, Theme};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use tempfile::TempDir;

use crate::stage::{NOW, SCENES, Stage};

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 40), (200, 60)];

/// What is looked at: a name, the keys that lead there from the queue, and those that lead back.
const SECTIONS: &[(&str, &[&str], &[&str])] = &[
    ("queue", &[], &[]),
    ("detail", &["enter"], &["esc"]),
    ("marked", &["space", "space"], &["esc", "g"]),
    ("rotation", &["2"], &["1"]),
    ("calendar", &["3"], &["1"]),
    ("runbooks", &["4"], &["1"]),
    ("health", &["M"], &["esc"]),
    ("log", &["L"], &["esc"]),
    ("handoff", &["H"], &["esc"]),
    ("review", &["V"], &["esc"]),
    ("model", &["5"], &["esc"]),
    ("assign", &["A"], &["esc"]),
    ("close", &["x"], &["esc"]),
    ("help", &["?"], &["esc"]),
    ("palette", &[":"], &["esc"]),
    ("filter", &["/", "t", "o", "o", "l"], &["esc"]),
    ("runbook", &["b"], &["esc", "1"]),
    ("meeting", &["T"], &["esc"]),
    ("note", &["c", "h", "i"], &["esc"]),
];

/// A demo of its own.
fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_dogwatch"))
        .args(["demo", "--offline", "--now", NOW, "--dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    folder
}

/// A theme in which every role has a colour of its own: its place among [`ROLES`].
fn marked_theme() -> Theme {
    let lines = ROLES.iter().enumerate().map(|(at, (role, _))| format!("{role} = {{ fg = \"{}\" }}", at + 1));
    let theme = Theme::parse(&format!("[roles]\n{}", lines.collect::<Vec<_>>().join("\n"))).unwrap();
    assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
    theme
}

fn wearing(theme: Theme) -> Outfit {
    Outfit { theme, ..Outfit::default() }
}

fn text_of(buffer: &Buffer) -> Vec<String> {
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    rows.map(|cells| cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned())
        .collect()
}

/// The roles of one row, each with the columns it has; of plain text and of blanks nothing is said.
fn roles_of(cells: &[ratatui::buffer::Cell]) -> String {
    let role = |cell: &ratatui::buffer::Cell| match cell.fg {
        Color::Indexed(place) => ROLES[usize::from(place) - 1].0,
        _ => "text",
    };
    let mut told: Vec<String> = Vec::new();
    let mut from = 0;
    for run in cells.chunk_by(|one, other| role(one) == role(other)) {
        let seen = run.iter().any(|cell| !cell.symbol().trim().is_empty());
        let (first, last) = (from, from + run.len() - 1);
        let name = role(&run[0]);
        if name == "selected" || (seen && name != "text") {
            told.push(format!("{name} {first}-{last}"));
        }
        from += run.len();
    }
    told.join(", ")
}

/// The text, and below it the roles, row by row.
fn golden(buffer: &Buffer) -> String {
    let text = text_of(buffer).join("\n");
    let rows = buffer.content.chunks(usize::from(buffer.area.width)).enumerate();
    let roles = rows.map(|(y, cells)| (y, roles_of(cells))).filter(|(_, roles)| !roles.is_empty());
    let roles: Vec<String> = roles.map(|(y, roles)| format!("{y:>2}: {roles}")).collect();
    format!("{text}\n\nroles\n{}", roles.join("\n"))
}

/// Walks through all sections at this size.
fn walk(stage: &mut Stage, size: (u16, u16), mut look: impl FnMut(&str, &Buffer)) {
    // The header may have more to say by then, and a message stays for a moment.
    let without_header = |stage: &mut Stage| text_of(&stage.frame(size))[1..].join("\n");
    let home = without_header(stage);
    for (name, there, back) in SECTIONS {
        stage.press(there);
        look(name, &stage.frame(size));
        stage.press(back);
        if !["help", "palette", "filter", "runbook", "meeting", "note"].contains(name) {
            assert_eq!(without_header(stage), home, "back from {name}");
        }
    }
}

fn looks_as_before(size: (u16, u16)) {
    let demo = demo();
    let mut stage = Stage::of_demo(demo.path(), wearing(marked_theme()));
    let (width, height) = size;
    walk(&mut stage, size, |name, buffer| {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), golden(buffer));
        });
    });
}

#[test]
fn every_section_on_the_smallest_terminal() {
    looks_as_before(SIZES[0]);
}

#[test]
fn every_section_on_the_usual_terminal() {
    looks_as_before(SIZES[1]);
}

#[test]
fn every_section_on_a_comfortable_terminal() {
    looks_as_before(SIZES[2]);
}

#[test]
fn every_section_on_a_large_terminal() {
    looks_as_before(SIZES[3]);
}

/// What a theme adds to a cell: never another text, only looks that it has itself, and always a row that is reversed.
#[test]
fn every_theme_shows_the_same_and_only_what_it_has() {
    let size = SIZES[2];
    let mut texts: Vec<Vec<String>> = Vec::new();
    for BuiltIn { name, .. } in BUILT_IN {
        for depth in [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::TrueColor] {
            let theme = Theme::named(name).unwrap().at(depth);
            let colours: Vec<Color> =
                theme.styles().iter().flat_map(|(_, style)| [style.fg, style.bg]).flatten().collect();
            let roomy = theme.line_height;
            let demo = demo();
            let mut stage = Stage::of_demo(demo.path(), wearing(theme));
            let mut said = Vec::new();
            walk(&mut stage, size, |section, buffer| {
                for cell in &buffer.content {
                    for colour in [cell.fg, cell.bg].into_iter().filter(|colour| *colour != Color::Reset) {
                        assert!(colours.contains(&colour), "{name} at {depth:?} has no {colour}, {section} shows it");
                    }
                }
                if ["queue", "rotation", "calendar", "runbooks"].contains(&section) {
                    let rows = buffer.content.chunks(usize::from(size.0));
                    let reversed = |row: &[ratatui::buffer::Cell]| {
                        row.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED)).count()
                    };
                    assert_eq!(rows.filter(|row| reversed(row) > 20).count(), 1, "{section} in {name} at {depth:?}");
                }
                said.push(text_of(buffer).join("\n"));
            });
            // Room between the rows is the one thing that a theme may change.
            if roomy == 1 {
                texts.push(said);
            }
        }
    }
    for said in &texts[1..] {
        assert_eq!(*said, texts[0], "a theme changes what is said");
    }
}

/// `cargo run --example screenshots` makes them.
#[test]
fn the_pictures_of_the_readme_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let mut outdated = Vec::new();
    for scene in SCENES {
        let demo = demo();
        let mut stage = Stage::of_demo(demo.path(), Outfit::default());
        stage.frame(scene.size);
        stage.press(scene.keys);
        let drawn = svg(&stage.frame(scene.size), &Palette::DARK);
        let kept = fs::read_to_string(folder.join(format!("{}.svg", scene.name))).unwrap_or_default();
        if drawn != kept {
            outdated.push(scene.name);
        }
    }
    assert!(outdated.is_empty(), "out of date: {outdated:?}; `cargo run --example screenshots` draws them anew");
    let named: Vec<String> = SCENES.iter().map(|scene| format!("{}.svg", scene.name)).collect();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(named.contains(&name), "no session draws {name}");
    }
}
