//! Themes: readable everywhere, and the selected row can always be seen.

mod colours;
mod wearing;

use dogwatch::theme::{BUILT_IN, ColorChoice, Depth, ROLES, Surroundings, Theme, decide_depth};
use ratatui::style::{Color, Modifier, Style};

const DEPTHS: [Depth; 4] = [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::TrueColor];

fn built_in() -> impl Iterator<Item = (&'static str, Theme)> {
    BUILT_IN.iter().map(|one| (one.name, Theme::named(one.name).unwrap()))
}

fn colors(theme: &Theme) -> Vec<Color> {
    let styles = theme.styles().into_iter();
    styles.flat_map(|(_, style)| [style.fg, style.bg]).flatten().collect()
}

#[test]
fn every_built_in_theme_names_every_role() {
    for one in BUILT_IN {
        for (role, _) in ROLES {
            assert!(one.text.contains(&format!("\n{role} = ")), "{} has no {role}", one.name);
        }
        Theme::parse(one.text).unwrap();
    }
}

#[test]
fn the_selected_row_is_reversed_in_every_theme_and_depth() {
    for (name, theme) in built_in() {
        for depth in DEPTHS {
            let selected = theme.at(depth).selected;
            assert!(selected.add_modifier.contains(Modifier::REVERSED), "{name} at {depth:?}");
        }
    }
    let theme = Theme::parse("[roles]\nselected = { fg = \"red\" }").unwrap();
    assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn without_colours_no_theme_has_any_and_emphasis_stays() {
    for (name, theme) in built_in() {
        let mono = theme.at(Depth::Mono);
        assert_eq!(colors(&mono), [], "{name}");
        assert!(mono.overdue.add_modifier.contains(Modifier::UNDERLINED));
    }
}

#[test]
fn on_sixteen_colours_only_the_sixteen_are_used() {
    for (name, theme) in built_in() {
        for color in colors(&theme.at(Depth::Ansi16)) {
            assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{name}: {color}");
        }
        for color in colors(&theme.at(Depth::Ansi256)) {
            assert!(!matches!(color, Color::Rgb(..)), "{name}: {color}");
        }
        assert_eq!(theme.at(Depth::TrueColor), theme);
    }
}

#[test]
fn the_default_theme_avoids_what_fails_on_one_background() {
    let bad = [Color::Yellow, Color::Blue, Color::Black, Color::White, Color::Gray];
    for color in colors(&Theme::default()) {
        assert!(!bad.contains(&color), "{color}");
    }
}

#[test]
fn severities_go_from_urgent_to_low_and_stay_low() {
    let theme = Theme::default();
    let styles: Vec<Style> = (0..6).map(|place| theme.severity(place)).collect();
    let (urgent, high, normal, low) = (theme.urgent, theme.high, theme.normal, theme.low);
    assert_eq!(styles, [urgent, high, normal, low, low, low]);
}

#[test]
fn a_colour_becomes_the_nearest_that_the_terminal_has() {
    for (depth, from, to) in [
        (Depth::Ansi256, Color::Rgb(255, 0, 0), Color::Indexed(196)),
        (Depth::Ansi256, Color::Rgb(128, 128, 128), Color::Indexed(244)),
        (Depth::Ansi256, Color::Red, Color::Red),
        (Depth::Ansi16, Color::Rgb(250, 10, 10), Color::LightRed),
        (Depth::Ansi16, Color::Indexed(9), Color::LightRed),
        (Depth::Ansi16, Color::Indexed(244), Color::DarkGray),
        (Depth::Ansi16, Color::Reset, Color::Reset),
        (Depth::TrueColor, Color::Rgb(1, 2, 3), Color::Rgb(1, 2, 3)),
        (Depth::Mono, Color::Rgb(1, 2, 3), Color::Reset),
    ] {
        assert_eq!(depth.nearest(from), to, "{from} at {depth:?}");
    }
}

/// `--color`, `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, `COLORTERM` (`-` is unset), and the depth.
const ENVIRONMENTS: &[(&str, &str, &str, &str, &str, Depth)] = &[
    ("auto", "-", "-", "xterm-256color", "-", Depth::Ansi256),
    ("auto", "-", "-", "xterm-256color", "truecolor", Depth::TrueColor),
    ("auto", "-", "-", "tmux-256color", "24bit", Depth::TrueColor),
    ("auto", "-", "-", "xterm-kitty", "-", Depth::TrueColor),
    ("auto", "-", "-", "xterm", "-", Depth::Ansi16),
    ("auto", "-", "-", "linux", "truecolor", Depth::Ansi16),
    ("auto", "-", "-", "dumb", "truecolor", Depth::Mono),
    ("auto", "-", "-", "", "-", Depth::Mono),
    ("auto", "-", "-", "vt220", "-", Depth::Mono),
    ("auto", "-", "-", "-", "-", Depth::Ansi16),
    ("auto", "1", "-", "xterm-256color", "truecolor", Depth::Mono),
    ("auto", "", "-", "xterm-256color", "-", Depth::Ansi256),
    ("auto", "1", "1", "xterm", "-", Depth::Mono),
    ("auto", "-", "1", "dumb", "-", Depth::Ansi16),
    ("auto", "-", "0", "dumb", "-", Depth::Mono),
    ("always", "1", "-", "xterm-256color", "-", Depth::Ansi256),
    ("always", "-", "-", "dumb", "-", Depth::Ansi16),
    ("never", "-", "1", "xterm-256color", "truecolor", Depth::Mono),
    ("none", "-", "-", "xterm", "-", Depth::Mono),
    ("256", "1", "-", "dumb", "-", Depth::Ansi256),
    ("16", "-", "-", "xterm", "truecolor", Depth::Ansi16),
    ("truecolor", "-", "-", "xterm", "-", Depth::TrueColor),
];

#[test]
fn the_flag_wins_over_no_color_and_that_over_the_terminal() {
    let set = |value: &'static str| Some(value).filter(|value| *value != "-");
    for (flag, no_color, force, term, colorterm, depth) in ENVIRONMENTS {
        let around = Surroundings {
            no_color: set(no_color),
            clicolor_force: set(force),
            term: set(term),
            colorterm: set(colorterm),
        };
        let choice: ColorChoice = flag.parse().unwrap();
        assert_eq!(decide_depth(choice, around), *depth, "{flag} in {around:?}");
    }
    assert!("blue".parse::<ColorChoice>().is_err());
}

#[test]
fn a_mistake_in_a_theme_is_named_with_its_line_and_a_remedy() {
    for (text, message) in [
        ("[roles]\ntext = {}\nurgnt = {}", "line 3: there is no role `urgnt`; write `urgent` or remove the line"),
        (
            "[roles]\nkey = { fg = \"redd\" }",
            "line 2: `redd` is no colour; write a name like `light-red`, a number from 0 to 255, \
             or `#rrggbb`",
        ),
    ] {
        assert_eq!(Theme::parse(text).unwrap_err().to_string(), message);
    }
    let error = Theme::parse("[roles]\nkey = { fgg = 1 }").unwrap_err();
    assert!(error.to_string().starts_with("line 2: ") && !error.to_string().contains('\n'), "{error}");
    let error = Theme::named("drak").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no theme `drak`; write `dark`, or put drak.toml into the folder `themes` beside your config.toml"
    );
}
