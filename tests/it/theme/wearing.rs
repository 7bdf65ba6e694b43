//! Choosing a theme: on the screen, on the command line, in a file of one's own.

use dogwatch::app::event::Effect;
use dogwatch::theme::{Theme, Wardrobe, fitting};
use ratatui::style::Color;

use crate::github::Fake;
use crate::screen::{draw, press, press_only, resize, shift, with};
use crate::station::Station;

#[test]
fn the_list_of_themes_shows_each_at_once_and_gives_back_what_was_worn() {
    let mut app = shift();
    resize(&mut app, 80, 24);
    let paper = |app: &dogwatch::app::App| draw(app, 80, 24).0[(0, 0)].bg;
    assert_eq!(paper(&app), Color::Reset);
    press(&mut app, ":theme<enter>");
    press(&mut app, "light");
    assert_eq!((app.worn(), paper(&app)), ("light", Color::Rgb(255, 255, 255)));
    press(&mut app, "<esc>");
    assert_eq!((app.worn(), paper(&app)), ("dark", Color::Reset));
    press(&mut app, ":theme<enter>proj");
    let effects = press_only(&mut app, "<enter>");
    assert_eq!(effects, [Effect::KeepTheme("projector".into())]);
    assert_eq!(app.worn(), "projector");
}

#[test]
fn a_projector_has_room_between_the_rows() {
    let many = (1..30).map(|n| crate::screen::incident(&format!("api#{n}"), 60 + n, &["SEV2"])).collect();
    let mut app = with(many);
    press(&mut app, ":theme<enter>proj<enter>");
    let shown = crate::screen::screen(&mut app, 80, 24);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[1].starts_with("needs you now") && lines[2].is_empty() && lines[3].contains("api#29"), "{shown}");
    press(&mut app, "G");
    assert!(crate::screen::screen(&mut app, 80, 24).contains(">  SEV2 ! open"), "the cursor stays in sight");
}

#[test]
fn an_own_theme_comes_before_those_of_the_program_and_may_say_little() {
    let own = Theme::parse("base = \"light\"\n[roles]\nurgent = { fg = \"#123456\" }").unwrap();
    assert_eq!(own.urgent.fg, Some(Color::Rgb(0x12, 0x34, 0x56)));
    assert_eq!(own.high, Theme::named("light").unwrap().high);
    let wardrobe = Wardrobe::new(vec![("light".into(), own.clone())], dogwatch::theme::Depth::TrueColor);
    assert_eq!(wardrobe.wear("light"), Some(own));
    assert_eq!(wardrobe.names().filter(|(name, _)| *name == "light").count(), 1);
    for (text, message) in [
        ("line_height = 3\n[roles]", "line 1: `line_height` is 3; write 1 or 2"),
        ("base = \"drak\"\n[roles]", "line 1: there is no theme `drak` to begin from; write `dark`"),
    ] {
        assert!(Theme::parse(text).unwrap_err().to_string().starts_with(message), "{text}");
    }
}

#[test]
fn light_or_dark_is_taken_from_what_the_terminal_has_said_and_never_asked() {
    for (said, theme) in [
        (None, "dark"),
        (Some("15;0"), "dark"),
        (Some("0;15"), "light"),
        (Some("0;default;15"), "light"),
        (Some("7;8"), "dark"),
        (Some("nonsense"), "dark"),
        (Some(""), "dark"),
    ] {
        assert_eq!(fitting(said), theme, "{said:?}");
    }
}

#[test]
fn a_theme_is_kept_in_the_personal_file_beside_what_stands_there() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let alice = Station::of(&fake, "alice");
    assert_eq!(alice.run(&["sync"]).code, Some(0));
    let file = alice.personal_path();
    // As an editor of another system leaves it.
    let before = "version = 1\r\n# mine\r\n[ui]\r\nbell = false # at night\r\n";
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, format!("\u{feff}{before}")).unwrap();
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("/ filter");
    screen.send(":theme\r");
    screen.wait_for("Theme (seen at once)");
    screen.send("high\r");
    screen.wait_for("from now on");
    screen.send("q");
    screen.wait_exit();
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(after.contains("theme = \"high-contrast\""), "{after}");
    assert!(before.lines().all(|line| after.contains(line)), "{before}\n--\n{after}");
    assert!(after.starts_with('\u{feff}'), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
    // A theme of one's own that is broken is told, and something can be seen.
    let themes = file.parent().unwrap().join("themes");
    std::fs::create_dir_all(&themes).unwrap();
    std::fs::write(themes.join("high-contrast.toml"), "[roles]\nurgnt = {}").unwrap();
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("there is no role `urgnt`");
    screen.wait_for("loader hangs");
    screen.send("q");
    screen.wait_exit();
    std::fs::write(themes.join("dusk.toml"), "[roles]\nurgnt = {}").unwrap();
    let said = alice.run(&["--theme", "dusk"]);
    assert!(said.stderr.contains("there is no role `urgnt`"), "the reason, not that it is missing: {said:?}");
    std::fs::write(themes.join("auto.toml"), "base = \"light\"").unwrap();
    let said = alice.run(&["doctor"]);
    assert!(said.stdout.contains("`auto` means what fits the terminal; rename the file"), "{said:?}");
    let said = alice.run(&["--theme", "drak", "queue"]);
    assert_eq!(said.code, Some(0), "a queue as text wears nothing: {said:?}");
    let said = alice.run(&["--theme", "drak"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("write `dark`"), "{said:?}");
}
