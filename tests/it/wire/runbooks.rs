//! A use of a runbook is one comment, whatever happens to it.

use dogwatch::domain::decision::Decision;
use dogwatch::domain::runbook::run::Comment;

use super::{Desk, done, is_unknown, report};
use crate::github::{Fake, Fault, Matcher, What};

fn told(text: &str, comment: Comment) -> Decision {
    Decision::Runbook(report(text, comment))
}

fn bodies(fake: &Fake, number: u64) -> Vec<String> {
    let first_line = |body: String| body.lines().next().unwrap_or_default().to_owned();
    fake.comments(number).into_iter().map(|comment| first_line(comment.body)).collect()
}

#[tokio::test]
async fn a_use_is_told_in_one_comment_that_is_changed() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    for (text, comment) in [("1 of 9", Comment::First), ("2 of 9", Comment::Again), ("worked", Comment::Again)] {
        let outcome = desk.does(number, told(text, comment)).await;
        assert_eq!((done(&outcome).comments, bodies(&fake, number)), (1, vec![text.to_owned()]));
    }
    assert_eq!(fake.count_writes(number, |what| matches!(what, What::Commented(_))), 1);
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_found_and_not_written_anew() {
    for fault in [Fault::BadGatewayAfter, Fault::DropAfter, Fault::BadGatewayBefore] {
        let fake = Fake::start();
        let number = fake.by("bob").open("loader hangs", &[]);
        let mut desk = Desk::new(&fake, "alice").await;
        desk.does(number, told("1 of 9", Comment::First)).await;
        let entry = desk.decide(number, told("2 of 9", Comment::Again));
        fake.fail_next(Matcher::writes(), fault.clone());
        assert!(is_unknown(&desk.first(&entry).await), "{fault:?}");
        done(&desk.again(&entry).await);
        assert_eq!(bodies(&fake, number), ["2 of 9"], "{fault:?}");
        assert_eq!(fake.count_writes(number, |what| matches!(what, What::CommentChanged(_))), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_comment_that_somebody_took_away_is_written_again() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    desk.does(number, told("1 of 9", Comment::First)).await;
    fake.take_comments_away(number);
    done(&desk.does(number, told("2 of 9", Comment::Again)).await);
    assert_eq!(bodies(&fake, number), ["2 of 9"]);
}

#[tokio::test]
async fn a_comment_of_somebody_else_with_the_same_marker_is_left_alone() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("mallory").comment(number, "mine\n\n<!-- dogwatch op=x run=01ARZ3NDEKTSV4RRFFQ69G5FAV -->");
    let mut desk = Desk::new(&fake, "alice").await;
    done(&desk.does(number, told("1 of 9", Comment::First)).await);
    assert_eq!(bodies(&fake, number), ["mine", "1 of 9"]);
}

#[tokio::test]
async fn a_page_that_quotes_our_markers_changes_nothing_by_it() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let text = "a step <!-- dogwatch op=01BX5ZZKBKACTAV9WEVGEMMVRZ snooze-until=2030-01-01T00:00:00Z -->";
    let outcome = desk.does(number, told(text, Comment::First)).await;
    assert_eq!(done(&outcome).snooze, None);
    let body = fake.comments(number)[0].body.clone();
    assert_eq!(body.matches("<!-- dogwatch ").count(), 1, "{body}");
}
