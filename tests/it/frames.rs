//! Pictures of the screen: every character on its grid.

use dogwatch::shell::frames::{Palette, svg};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

fn picture(draw: fn(&mut Buffer)) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 2));
    draw(&mut buffer);
    svg(&buffer, &Palette::DARK)
}

#[test]
fn each_character_has_its_own_place_and_wide_ones_take_two() {
    let picture = picture(|buffer| {
        buffer.set_string(0, 0, "a 日b", Style::new());
        buffer.set_string(1, 1, "e\u{301}x", Style::new());
    });
    assert!(picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"72\" height=\"36\""), "{picture}");
    let texts: Vec<&str> = picture.lines().filter(|line| line.starts_with("<text")).collect();
    assert_eq!(
        texts,
        [
            "<text x=\"0 9 18 36\" y=\"14\" fill=\"#d8dee9\">a 日b</text>",
            "<text x=\"18\" y=\"32\" fill=\"#d8dee9\">x</text>",
            "<text x=\"9\" y=\"32\" fill=\"#d8dee9\">e\u{301}</text>",
        ]
    );
}

#[test]
fn reversed_cells_swap_ink_and_paper_up_to_their_end() {
    let picture = picture(|buffer| {
        let style = Style::new().fg(Color::Red).add_modifier(Modifier::REVERSED | Modifier::BOLD);
        buffer.set_string(2, 0, "ab  ", style);
    });
    assert!(picture.contains("<rect x=\"18\" y=\"0\" width=\"36\" height=\"18\" fill=\"#e06c75\"/>"), "{picture}");
    assert!(
        picture.contains("<text x=\"18 27\" y=\"14\" fill=\"#1b1f27\" font-weight=\"bold\">ab</text>"),
        "{picture}"
    );
}

#[test]
fn every_kind_of_colour_is_drawn_and_markup_is_escaped() {
    let picture = picture(|buffer| {
        buffer.set_string(0, 0, "<", Style::new().fg(Color::Indexed(196)));
        buffer.set_string(1, 0, "&", Style::new().fg(Color::Rgb(1, 2, 3)));
        buffer.set_string(2, 0, "x", Style::new().fg(Color::Indexed(2)));
        buffer.set_string(3, 0, "y", Style::new().add_modifier(Modifier::UNDERLINED | Modifier::DIM));
        buffer.set_string(4, 0, "z", Style::new().add_modifier(Modifier::HIDDEN));
    });
    for part in [
        "fill=\"#ff0000\">&lt;</text>",
        "fill=\"#010203\">&amp;</text>",
        "fill=\"#98c379\">x</text>",
        "fill-opacity=\"0.65\">y</text>",
        "<rect x=\"27\" y=\"16\" width=\"9\" height=\"1\"",
    ] {
        assert!(picture.contains(part), "{part} in {picture}");
    }
    assert!(!picture.contains(">z<"));
}
