//! What the screen looks like.

use super::*;

#[test]
fn the_queue_is_shown_by_section_and_severity_with_the_detail_below() {
    let mut app = shift();
    let screen = screen(&mut app, 80, 24);
    let lines: Vec<&str> = screen.lines().take(7).collect();
    assert_eq!(
        lines.join("\n"),
        "\
SEV1 1  SEV2 2  SEV3 1  ? 1  api fresh <5m
needs you now  4
>  SEV1 ! open    api#1 title of 1                   -          30m  overdue 15m
   SEV2 ! open    api#3 title of 3                   -           5h      due 19h
   SEV2 ! open    api#2 title of 2                   -           1h      due 19h
   SEV3 ! open    api#4 title of 4                   -           2d      due 46h
untriaged  1"
    );
}
