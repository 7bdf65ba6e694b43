//! Inks on their paper, and inks beside each other, as eyes see them. Each
//! test prints its worst pair: `cargo test --test it theme::colours -- --nocapture`.

use dogwatch::theme::{BUILT_IN, Theme};
use ratatui::style::{Color, Modifier, Style};

type Rgb = [f64; 3];

/// A themes's least contrast; those that leave the paper to the terminal are not in it.
const LEAST: &[(&str, f64)] = &[("light", 4.5), ("high-contrast", 7.0), ("colour-blind", 4.5), ("projector", 7.0)];

fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(r, g, b) => Some([r, g, b].map(|part| f64::from(part) / 255.0)),
        _ => None,
    }
}

fn linear(rgb: Rgb) -> Rgb {
    rgb.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) })
}

/// The contrast ratio of WCAG 2.1, from 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let luminance = |rgb: Rgb| {
        let [r, g, b] = linear(rgb);
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

/// What an eye sees where one kind of cone is missing, in linear light: the matrices of Machado, Oliveira and
/// Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), at full severity.
const EYES: &[(&str, [Rgb; 3])] = &[
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritanopia",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

/// CIE XYZ of linear light, in parts of the white of D65.
fn xyz([r, g, b]: Rgb) -> Rgb {
    [
        (0.412_456 * r + 0.357_576 * g + 0.180_437 * b) / 0.950_47,
        0.212_673 * r + 0.715_152 * g + 0.072_175 * b,
        (0.019_334 * r + 0.119_192 * g + 0.950_304 * b) / 1.088_83,
    ]
}

/// CIE L*a*b* (D65) of a colour as this eye sees it.
fn lab(color: Rgb, eye: &[Rgb; 3]) -> Rgb {
    let light = linear(color);
    let seen = eye.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0));
    let [x, y, z] = xyz(seen).map(|part| if part > 0.008_856 { part.cbrt() } else { 7.787 * part + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The distance of two colours to this eye, as CIE 1976; from about 10 on nobody takes one for the other.
fn distance(one: Rgb, other: Rgb, eye: &[Rgb; 3]) -> f64 {
    let parts = lab(one, eye).into_iter().zip(lab(other, eye));
    parts.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// The ink and the paper of a role, where both are fixed.
fn inked(theme: &Theme, style: Style) -> Option<(Rgb, Rgb)> {
    let ink = style.fg.or(theme.text.fg).and_then(rgb)?;
    let paper = style.bg.or(theme.text.bg).and_then(rgb)?;
    Some(if style.add_modifier.contains(Modifier::REVERSED) { (paper, ink) } else { (ink, paper) })
}

#[test]
fn every_ink_can_be_read_on_its_paper() {
    for (name, least) in LEAST {
        let theme = Theme::named(name).unwrap();
        let ratios = theme.styles().into_iter().map(|(role, style)| {
            let (ink, paper) = inked(&theme, style).unwrap_or_else(|| panic!("{name}.{role} has no fixed colours"));
            (contrast(ink, paper), role)
        });
        let (worst, role) = ratios.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
        println!("{name}: the worst ink is `{role}` with {worst:.2} to 1, at least {least} are asked");
        assert!(worst >= *least, "{name}.{role} has {worst:.2} to 1");
    }
}

/// What a selected row makes of a role: ink and paper change places, and are as far apart as before.
#[test]
fn every_ink_can_be_read_where_its_row_is_selected() {
    for (name, least) in LEAST {
        let theme = Theme::named(name).unwrap();
        let on_row = |style: Style| inked(&theme, style.patch(theme.selected));
        let ratios = theme.styles().into_iter().filter_map(|(role, style)| {
            let (ink, paper) = on_row(style)?;
            Some((contrast(ink, paper), role))
        });
        let (worst, role) = ratios.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
        println!("{name}: the worst ink of a selected row is `{role}` with {worst:.2} to 1");
        assert!(worst >= *least, "{name}.{role} has {worst:.2} to 1 where it is selected");
    }
}

/// Roles that stand beside each other and mean different things.
const APART: &[&[&str]] = &[
    &["urgent", "high", "normal", "low"],
    &["ok", "warning", "error"],
    &["overdue", "acked", "snoozed"],
    &["added", "removed"],
    &["toast_ok", "toast_error"],
];

/// As far apart as two colours must be in `colour-blind`, to every eye.
const TOLD_APART: f64 = 25.0;

#[test]
fn colours_that_mean_different_things_differ_to_every_eye() {
    let theme = Theme::named("colour-blind").unwrap();
    let styles = theme.styles();
    let ink = |role: &str| {
        let (_, style) = styles.iter().find(|(name, _)| *name == role).unwrap();
        inked(&theme, Style { add_modifier: Modifier::empty(), ..*style }).unwrap().0
    };
    for (name, eye) in EYES {
        let mut worst = (f64::MAX, "", "");
        for roles in APART {
            for (at, one) in roles.iter().enumerate() {
                for other in &roles[at + 1..] {
                    let apart = distance(ink(one), ink(other), eye);
                    if apart < worst.0 {
                        worst = (apart, one, other);
                    }
                }
            }
        }
        let (apart, one, other) = worst;
        println!("colour-blind, {name}: the nearest are `{one}` and `{other}`, {apart:.1} apart");
        assert!(apart >= TOLD_APART, "{one} and {other} are {apart:.1} apart in {name}");
    }
}

/// The palettes of common terminals, by the numbers of the sixteen: what `dark` and `ansi16` look like there.
const PALETTES: &[(&str, [u32; 16], u32)] = &[
    (
        "xterm on black",
        [
            0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
            0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
        ],
        0x00_0000,
    ),
    (
        "the Linux console",
        [
            0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa, 0x55_5555,
            0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
        ],
        0x00_0000,
    ),
    (
        "Solarized dark",
        [
            0x07_3642, 0xdc_322f, 0x85_9900, 0xb5_8900, 0x26_8bd2, 0xd3_3682, 0x2a_a198, 0xee_e8d5, 0x00_2b36,
            0xcb_4b16, 0x58_6e75, 0x65_7b83, 0x83_9496, 0x6c_71c4, 0x93_a1a1, 0xfd_f6e3,
        ],
        0x00_2b36,
    ),
];

fn of_palette(colors: &[u32; 16], color: Color) -> Option<Rgb> {
    let number = dogwatch::theme::Depth::number(color)?;
    Some(of_hex(colors[number]))
}

fn of_hex(hex: u32) -> Rgb {
    [16, 8, 0].map(|shift| f64::from(hex >> shift & 0xff) / 255.0)
}

/// Nobody but the operator knows their palette. On common ones the themes in its colours can be seen everywhere: no ink
/// falls below 2.5 to 1 on dark paper, and none of the default's below 1.9 on white.
#[test]
fn themes_in_the_terminals_colours_can_be_seen_on_common_palettes() {
    for (theme_name, (name, colors, paper), least) in [
        ("dark", &PALETTES[0], 2.5),
        ("dark", &PALETTES[1], 2.5),
        ("dark", &PALETTES[2], 2.5),
        ("dark", &("xterm on white", PALETTES[0].1, 0xff_ffff), 1.9),
        ("ansi16", &PALETTES[0], 2.5),
        ("ansi16", &PALETTES[1], 2.5),
        ("ansi16", &PALETTES[2], 2.5),
    ] {
        let (theme, paper) = (Theme::named(theme_name).unwrap(), of_hex(*paper));
        let inks = theme.styles().into_iter().filter_map(|(role, style)| Some((role, of_palette(colors, style.fg?)?)));
        let ratios = inks.map(|(role, ink)| (contrast(ink, paper), role));
        let (worst, role) = ratios.min_by(|one, other| one.0.total_cmp(&other.0)).unwrap();
        println!("{theme_name} on {name}: the worst ink is `{role}` with {worst:.2} to 1");
        assert!(worst >= least, "{theme_name}.{role} has {worst:.2} on {name}");
    }
    assert!(BUILT_IN.iter().all(|one| !one.about.is_empty()));
}
