//! Archives that somebody made to do harm.

use std::path::Component;

use zip::CompressionMethod;

use super::*;

const MB: usize = 1 << 20;

/// One poll over this archive.
async fn polled(archive: &[u8], bounds: Bounds) -> Watch {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave(&fake, &depot, archive, Parcel::Whole(archive.to_vec()));
    let mut watch = Watch::within(&fake, bounds);
    watch.poll().await;
    watch
}

#[tokio::test]
async fn names_of_members_lead_nowhere() {
    let names = ["../../../etc/cron.d/x", "/etc/passwd", "..\\..\\x.xml", "C:\\x.xml", "a/./b/../x.xml", "~/x.xml"];
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, JUNIT)).collect();
    let watch = polled(&zip(&members), Bounds::default()).await;
    let found: Vec<_> = watch.shelf.steps.iter().flat_map(|step| &step.found).collect();
    assert_eq!(found.iter().map(|found| found.member.as_str()).collect::<Vec<_>>(), names);
    for found in found {
        assert!(found.place.components().all(|part| matches!(part, Component::Normal(_))), "{:?}", found.place);
    }
}

#[tokio::test]
async fn a_zip_bomb_is_set_aside_and_its_neighbours_are_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("bomb.json", packed).unwrap();
    let zeros = vec![b' '; 8 * MB];
    for _ in 0..9 {
        zip.write_all(&zeros).unwrap();
    }
    zip.start_file("good.jsonl", packed).unwrap();
    zip.write_all(&lines("good")).unwrap();
    let watch = polled(&zip.finish().unwrap().into_inner(), Bounds::default()).await;
    assert_eq!(watch.shelf.runs(), ["artifact:7001/good.jsonl: good"]);
    let aside = watch.shelf.aside();
    assert!(aside[0].starts_with("artifact:7001/bomb.json: unfolds to over "), "{aside:?}");
}

#[tokio::test]
async fn a_header_that_lies_about_its_size_is_caught_by_the_bytes() {
    let text = vec![b' '; 65 * MB];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("liar.json", packed).unwrap();
    zip.write_all(&text).unwrap();
    let mut archive = zip.finish().unwrap().into_inner();
    let (true_size, lie) = (u32::try_from(text.len()).unwrap().to_le_bytes(), 100u32.to_le_bytes());
    while let Some(at) = archive.windows(4).position(|window| window == true_size) {
        archive[at..at + 4].copy_from_slice(&lie);
    }
    let watch = polled(&archive, Bounds { unpacked_bytes: 1 << 20, ..Bounds::default() }).await;
    assert_eq!(watch.shelf.runs(), Vec::<String>::new());
    assert_eq!(watch.shelf.aside().len(), 1);
}

#[tokio::test]
async fn all_members_together_and_their_number_are_bounded() {
    let names: Vec<String> = (0..8).map(|place| format!("{place}.xml")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), JUNIT)).collect();
    let archive = zip(&members);
    let watch = polled(&archive, Bounds { members: 3, ..Bounds::default() }).await;
    assert_eq!(watch.shelf.runs().len(), 3);
    assert_eq!(watch.shelf.aside(), ["artifact:7001: 8 members; the first 3 of them are read"]);
    let watch = polled(&archive, Bounds { unpacked_bytes: 2 * JUNIT.len() as u64, ..Bounds::default() }).await;
    assert_eq!((watch.shelf.runs().len(), watch.shelf.aside().len()), (2, 6));
}

#[tokio::test]
async fn of_many_odd_members_some_are_named_and_the_rest_are_counted() {
    let names: Vec<String> = (0..80).map(|place| format!("{place}.png")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"\x89PNG".as_slice())).collect();
    let watch = polled(&zip(&members), Bounds::default()).await;
    assert_eq!(watch.shelf.aside().len(), 51);
    assert_eq!(watch.shelf.aside()[50], "artifact:7001: 30 further members are set aside");
}

#[tokio::test]
async fn an_archive_over_the_bound_is_not_downloaded() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let id = leave_whole(&fake, &depot, "one");
    fake.amend(id, |artifact| artifact.size = 3 << 30);
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    watch.poll_after(600).await;
    assert_eq!(watch.shelf.aside(), [format!("artifact:{id}: 3072 MB; at most 128 MB are read of one artifact")]);
    assert_eq!((asked(&fake, "/zip"), depot.asked().len()), (0, 0));
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_size_that_the_list_names_or_at_the_bound() {
    for digest in [true, false] {
        let (fake, depot) = (Fake::start(), Depot::start());
        let id = leave(&fake, &depot, &archive("one"), Parcel::Endless);
        if !digest {
            fake.amend(id, |artifact| artifact.digest = None);
        }
        let mut watch = Watch::within(&fake, Bounds { archive_bytes: 4 << 20, ..Bounds::default() });
        watch.poll().await;
        let said = watch.shelf.aside().remove(0);
        assert!(said.contains(if digest { "bytes that the list names" } else { "larger than 4 MB" }), "{said}");
    }
}

#[tokio::test]
async fn without_a_digest_the_size_decides_of_the_archive_or_of_what_is_in_it() {
    let archive = zip(&[("results.jsonl", &lines("one"))]);
    let cases = [(archive.len() as u64, 1), (lines("one").len() as u64, 1), (17, 0)];
    for (size, runs) in cases {
        let (fake, depot) = (Fake::start(), Depot::start());
        let id = leave(&fake, &depot, &archive, Parcel::Whole(archive.clone()));
        fake.amend(id, |artifact| (artifact.size, artifact.digest) = (size, None));
        let mut watch = Watch::new(&fake);
        assert_eq!(watch.poll().await.runs, runs, "{size}");
    }
}

#[tokio::test]
async fn a_size_that_is_not_the_listed_one_is_set_aside() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let id = leave_whole(&fake, &depot, "one");
    fake.amend(id, |artifact| artifact.size += 1);
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    assert_eq!((watch.shelf.runs().len(), watch.shelf.aside().len()), (0, 1));
    assert!(watch.shelf.aside()[0].contains("that the list names; it is tried again later"));
}

#[tokio::test]
async fn what_is_no_archive_is_said_once_and_cut_ones_harm_nobody() {
    let whole = zip(&[("results.jsonl", &lines("one")), ("junit.xml", JUNIT)]);
    for cut in (0..whole.len()).step_by(whole.len() / 25) {
        let watch = polled(&whole[..cut], Bounds::default()).await;
        let aside = watch.shelf.aside();
        assert_eq!((watch.shelf.runs().len(), aside.len()), (0, 1), "cut at {cut}");
        assert!(aside[0].contains("no zip archive that can be read"), "{aside:?}");
    }
}
