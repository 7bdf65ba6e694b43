//! Where things are at every size, and how the operator moves them.

use dogwatch::panes::frame::{Divider, Focus, Shape};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::*;

/// Titles that terminals and programs measure differently if they can.
const ODD: &[&str] = &[
    "日本語のツールが返事をしない、もう一度試す必要があります、そして長い題名",
    "한국어 제목도 두 칸씩 차지합니다 그리고 더 길어집니다 정말로",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag 🇯🇵🇩🇪 pair 👍🏽 tone ☠️ skull ⚠️ warning",
    "e\u{301}a\u{308}o\u{30a} combining \u{1112}\u{1161}\u{11ab} jamo, Zalgo: z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}",
    "שלום עולם הכלי אינו מגיב יותר ויש לבדוק אותו מיד",
    "مرحبا بالعالم الأداة لا تستجيب بعد الآن ويجب فحصها",
    "لا لا كلا",
    "हिन्दी शीर्षक क्ष त्र ज्ञ और भी लंबा शीर्षक",
    "ｆｕｌｌｗｉｄｔｈ　ａｎｄ　ｈａｌｆｗｉｄｔｈ ｶﾀｶﾅ",
    "\u{200f}mixed עברית and 日本 and \u{202e}reversed\u{202c} end",
];

fn odd() -> App {
    let row = |(at, title): (usize, &&str)| {
        let mut one = titled(incident(&format!("api#{}", at + 1), 30 + i64::try_from(at).unwrap(), &["SEV2"]), title);
        one.assignees = vec![Clean::line(title)];
        one
    };
    let mut incidents: Vec<Incident> = ODD.iter().enumerate().map(row).collect();
    incidents.push(incident("api#99", 30, &["SEV2"]));
    with(incidents)
}

/// Every row of cells is exactly as wide as the screen, however wide its characters are.
fn rows_are_whole(buffer: &Buffer) {
    let width = usize::from(buffer.area.width);
    for (y, cells) in buffer.content.chunks(width.max(1)).enumerate() {
        let mut column = 0;
        while column < width {
            let symbol = cells[column].symbol();
            let wide = symbol.width();
            let next = column + wide.max(1);
            assert!(next <= width, "{symbol:?} in row {y} reaches beyond the edge");
            column = next;
        }
    }
}

#[test]
fn no_row_is_wider_than_the_screen_whatever_the_titles_are_made_of() {
    let mut app = odd();
    for width in [40, 48, 60, 80, 99, 100, 120, 170, 200] {
        for height in [10, 24, 40, 60] {
            for keys in ["", "<enter>", "<esc>A", "<esc>x", "<esc>L", "<esc>m", "<esc>c", "<esc>"] {
                press_only(&mut app, keys);
                resize(&mut app, width, height);
                let (buffer, _) = draw(&app, width, height);
                rows_are_whole(&buffer);
            }
            press_only(&mut app, "<esc><esc><esc>");
        }
    }
}

/// What a terminal makes of our bytes is what was drawn: the clock of every row ends in the last column.
#[test]
fn a_terminal_puts_every_cell_where_it_was_drawn() {
    let mut app = odd();
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        resize(&mut app, width, height);
        let mut bytes = Vec::new();
        let mut terminal = dogwatch::shell::terminal::Terminal::on(&mut bytes, (width, height));
        terminal.draw(&app).unwrap();
        drop(terminal);
        let mut screen = vt100::Parser::new(height.try_into().unwrap(), width.try_into().unwrap(), 0);
        screen.process(&bytes);
        let (buffer, _) = draw(&app, width, height);
        let queue = app.frame().queue;
        for y in queue.y..queue.bottom() {
            let drawn = buffer[(queue.right() - 1, y)].symbol().to_owned();
            let shown = screen.screen().cell(y, queue.right() - 1).map(|cell| cell.contents().to_owned());
            let shown = shown.filter(|text| !text.is_empty()).unwrap_or_else(|| " ".to_owned());
            assert_eq!(shown, drawn, "row {y} at {width}x{height}: {}", screen.screen().contents());
        }
    }
}

/// Every title is measured as it is put into cells, so that the clocks stand below each other.
#[test]
fn the_clock_of_every_row_ends_in_the_last_column() {
    let mut app = odd();
    for width in [60, 80, 120, 200] {
        resize(&mut app, width, 40);
        let (buffer, _) = draw(&app, width, 40);
        let queue = app.frame().queue;
        for y in queue.y + 1..=queue.y + u16::try_from(ODD.len()).unwrap() {
            let row: String = (queue.x..queue.right()).map(|x| buffer[(x, y)].symbol()).collect();
            assert!(row.contains("due ") && row.ends_with(['m', 'h', 'd']), "{width}: {row:?}");
        }
    }
}

#[test]
fn ids_and_severities_are_whole_at_every_width() {
    let long = |id: &str| {
        let mut one = incident("api#1", 30, &["SEV1"]);
        one.id = IncidentId::new(id);
        one
    };
    let mut app = with(vec![long("a-long-source-name#1234567"), incident("api#2", 90, &["SEV2"])]);
    for width in 40..=140 {
        let shown = screen(&mut app, width, 24);
        assert!(shown.contains("a-long-source-name#1234567"), "the id at {width}:\n{shown}");
        assert!(shown.contains("SEV1 !") && shown.contains("api#2"), "{width}:\n{shown}");
    }
    // One long id among many short ones takes from its own line what it needs, and from no other.
    let mut many: Vec<Incident> = (1..9).map(|n| incident(&format!("api#{n}"), 60 + n, &["SEV2"])).collect();
    many.push(long("nightly-evals:d80cbeaaa003"));
    let mut app = with(many);
    for width in 42..=140 {
        let shown = screen(&mut app, width, 24);
        assert!(shown.contains("nightly-evals:d80cbeaaa003"), "the id at {width}:\n{shown}");
        assert!(shown.contains("api#3"), "{width}:\n{shown}");
    }
}

#[test]
fn a_tall_screen_shows_all_panes_below_each_other() {
    let mut app = shift();
    resize(&mut app, 80, 70);
    let frame = app.frame();
    assert!(frame.is_board && frame.shape == Shape::Stacked);
    let tops = [frame.queue.y, frame.detail.y, frame.rotation.y, frame.calendar.y, frame.runbook.y];
    assert!(tops.is_sorted(), "{tops:?}");
    assert_eq!(frame.runbook.bottom(), frame.footer.y);
    // As wide as it is high to the eye is not tall.
    resize(&mut app, 160, 62);
    assert!(!app.frame().is_board);
}

#[test]
fn dividers_move_by_key_and_come_back() {
    let mut app = shift();
    resize(&mut app, 120, 40);
    let before = app.frame();
    let effects = press(&mut app, ">>");
    assert_eq!(app.frame().rule.x, before.rule.x + 8);
    assert!(matches!(effects.last(), Some(Effect::Arrange(splits)) if splits.moved(Divider::Beside).is_some()));
    press(&mut app, "<<<");
    assert_eq!(app.frame().rule.x, before.rule.x - 4);
    assert!(screen(&mut app, 120, 40).contains("│"), "it is drawn");
    press(&mut app, "}");
    assert!(screen(&mut app, 120, 40).contains("there is no level divider to move here"));
    press(&mut app, "|");
    assert_eq!(app.frame(), before);
    resize(&mut app, 80, 24);
    let before = app.frame();
    press(&mut app, "{{");
    assert_eq!(app.frame().rule.y, before.rule.y - 2);
}

#[test]
fn a_divider_leaves_room_on_both_sides_and_is_found_again() {
    let mut app = shift();
    for (width, height, keys) in [(120, 40, "<"), (120, 40, ">"), (80, 24, "{"), (80, 24, "}"), (40, 10, "}")] {
        resize(&mut app, width, height);
        press(&mut app, &keys.repeat(80));
        let frame = app.frame();
        assert!(frame.queue.height >= 3 && frame.detail.height >= 3, "{keys} at {width}x{height}: {frame:?}");
        assert!(frame.queue.width >= 25 && frame.detail.width >= 24, "{keys} at {width}x{height}: {frame:?}");
        // The first key back moves it: none is lost to what was pressed too often.
        let back = match keys {
            "<" => ">",
            ">" => "<",
            "{" => "}",
            _ => "{",
        };
        press(&mut app, back);
        assert_ne!(app.frame().rule, frame.rule, "{keys} at {width}x{height}");
    }
    let splits = *app.splits();
    let mut again = shift();
    again.update(now(), Fact::Arranged(splits));
    resize(&mut again, 40, 10);
    assert_eq!(again.frame(), app.frame());
}

#[test]
fn z_leaves_the_part_that_has_the_keys_alone_and_gives_it_back() {
    let mut app = shift();
    resize(&mut app, 120, 40);
    let both = app.frame();
    press(&mut app, "z");
    assert_eq!((app.frame().queue.width, app.frame().detail.height), (120, 0));
    press(&mut app, "<enter>");
    assert_eq!(app.focus(), Focus::Detail);
    assert_eq!((app.frame().queue.height, app.frame().detail.width), (0, 120));
    press(&mut app, "z<esc>");
    assert_eq!(app.frame(), both);
}

#[test]
fn the_panes_are_named_with_their_keys_where_one_is_alone() {
    let mut app = shift();
    assert!(!screen(&mut app, 80, 24).contains("[1 queue]"), "a small queue has no line for it");
    assert!(screen(&mut app, 80, 40).contains("── [1 queue] ─ 2 rotation ─ 3 calendar ─ 4 runbooks ─"));
    press(&mut app, "3");
    assert!(screen(&mut app, 80, 24).contains("── 1 queue ─ 2 rotation ─ [3 calendar] ─ 4 runbooks ─"));
}

/// News must not make a table jump: rows that stay where they are keep their columns.
#[test]
fn what_comes_in_moves_no_column() {
    let mut app = shift();
    let columns = |app: &mut App| {
        let shown = screen(app, 120, 24);
        let line = shown.lines().find(|line| line.contains("api#1 ")).unwrap().to_owned();
        (line.find("title of 1"), line.find("30m"))
    };
    let before = columns(&mut app);
    changed(&mut app, vec![incident("api#7", 2, &["SEV3"])]);
    assert_eq!(columns(&mut app), before);
    changed(&mut app, vec![incident("api#123456", 1, &["SEV3"])]);
    let wider = columns(&mut app);
    let mut closed = incident("api#123456", 1, &["SEV3"]);
    closed.status = dogwatch::domain::incident::Status::Closed {
        at: Some(now()),
        reason: dogwatch::domain::incident::CloseReason::Completed,
    };
    changed(&mut app, vec![closed]);
    assert_eq!(columns(&mut app), wider, "it went, and the others stayed where they were seen");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the size and wherever the dividers: the parts lie inside, and none over another.
    #[test]
    fn parts_never_overlap(
        width in 0u16..260, height in 0u16..120, pane in 0usize..4, zoomed: bool, detail: bool,
        moved in prop::collection::vec(prop::option::of(0u16..2000), 5),
    ) {
        use dogwatch::panes::frame::{Frame, Look, Pane, Splits};
        let mut splits = Splits::default();
        for (divider, part) in Divider::ALL.into_iter().zip(moved) {
            splits.set(divider, part);
        }
        let focus = if detail { Focus::Detail } else { Focus::Queue };
        let area = Rect::new(0, 0, width, height);
        let frame = Frame::of(area, Look { pane: Pane::ALL[pane], focus, zoomed, splits });
        let mut parts = vec![frame.header, frame.footer, frame.divide];
        if frame.has_queue {
            parts.extend([frame.queue, frame.rule, frame.detail, frame.tabs]);
        }
        parts.extend([frame.rotation, frame.calendar, frame.runbook]);
        parts.retain(|part| !part.is_empty());
        for (at, part) in parts.iter().enumerate() {
            prop_assert_eq!(area.union(*part), area, "outside: {:?}", part);
            for other in &parts[at + 1..] {
                prop_assert!(part.intersection(*other).is_empty(), "{:?} over {:?} at {}x{}", part, other, width, height);
            }
        }
    }
}
