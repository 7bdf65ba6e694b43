//! Archives as other versions, other hands and other ends of a run leave them.

use std::io::Write;

use dogwatch::domain::evals::{Outcome, Status, Tool};
use dogwatch::sources::evals::file;

use super::read;

/// How a member is packed.
#[derive(Clone, Copy)]
pub enum Method {
    Stored = 0,
    Deflate = 8,
    Zstd = 93,
}

/// An archive put together by hand, so that it may say what no writer would.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: u16,
}

impl Archive {
    /// Adds a member that is packed already and claims this size and checksum.
    pub fn packed(mut self, name: &str, method: Method, packed: &[u8], (size, sum): (u32, u32)) -> Self {
        let offset = u32::try_from(self.bytes.len()).unwrap();
        let length = u32::try_from(packed.len()).unwrap();
        let mut common = vec![63, 0, 0, 8, method as u8, 0, 0, 0, 33, 89];
        for field in [sum, length, size] {
            common.extend(field.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        self.directory.extend(b"PK\x01\x02\x3f\x03");
        self.directory.extend(&common);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.members += 1;
        self
    }

    pub fn stored(self, name: &str, text: &str) -> Self {
        let claim = claim(text);
        self.packed(name, Method::Stored, text.as_bytes(), claim)
    }

    pub fn deflated(self, name: &str, text: &str) -> Self {
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        self.packed(name, Method::Deflate, &packed.finish().unwrap(), claim(text))
    }

    /// In two frames, as Inspect writes large members.
    pub fn frames(self, name: &str, text: &str) -> Self {
        let frame = |text: &str| {
            let header = u32::try_from(text.len() << 3 | 1).unwrap().to_le_bytes();
            [b"\x28\xb5\x2f\xfd\x00\x38", &header[..3], text.as_bytes()].concat()
        };
        let (first, second) = text.split_at(text.len() / 2);
        self.packed(name, Method::Zstd, &[frame(first), frame(second)].concat(), claim(text))
    }

    pub fn finish(mut self) -> Vec<u8> {
        let offset = u32::try_from(self.bytes.len()).unwrap();
        let length = u32::try_from(self.directory.len()).unwrap();
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend(self.members.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

fn claim(text: &str) -> (u32, u32) {
    let mut sum = flate2::Crc::new();
    sum.update(text.as_bytes());
    (u32::try_from(text.len()).unwrap(), sum.sum())
}

pub const START: &str =
    r#"{"version":2,"eval":{"task":"t","run_id":"r","created":"2026-11-22T15:00:00+00:00"},"plan":{}}"#;
pub const HEADER: &str = r#"{"version":2,"status":"success","eval":{"task":"t","run_id":"r"},"plan":{}}"#;

/// A list of one summary.
pub fn summary(id: &str, grade: &str) -> String {
    format!("[{}]", sample(id, grade))
}

fn sample(id: &str, grade: &str) -> String {
    format!(r#"{{"id":"{id}","epoch":1,"input":"q","target":"a","scores":{{"s":{{"value":"{grade}"}}}}}}"#)
}

#[test]
fn members_may_be_stored_deflated_or_in_several_frames() {
    let text = summary("a", "C");
    let ways: [fn(Archive, &str, &str) -> Archive; 3] = [Archive::stored, Archive::deflated, Archive::frames];
    for way in ways {
        let archive = way(way(Archive::default(), "header.json", HEADER), "summaries.json", &text);
        let run = read(&archive.finish()).unwrap();
        assert_eq!((run.status, run.mean_score()), (Status::Complete, Some(1.0)));
    }
}

#[test]
fn a_repeated_name_means_the_last() {
    let archive = Archive::default()
        .stored("samples/a_epoch_1.json", &sample("a", "I"))
        .stored("header.json", START)
        .stored("summaries.json", &summary("a", "I"))
        .stored("samples/a_epoch_1.json", r#"{"id":"a","epoch":1,"input":"the last"}"#)
        .deflated("header.json", HEADER)
        .deflated("summaries.json", &summary("a", "C"))
        .finish();
    let run = read(&archive).unwrap();
    assert_eq!((run.status, run.trials[0].outcome), (Status::Complete, Outcome::Passed));
    let sample = file::sample_in_bytes(&archive, Tool::Inspect, &run.cases[0], &run.trials[0]).unwrap();
    assert_eq!(sample.input, "the last");
}

#[test]
fn the_journal_counts_by_number_and_its_last_word_wins() {
    let archive = Archive::default()
        .stored("_journal/start.json", START)
        .stored("_journal/summaries/10.json", &summary("a", "C"))
        .stored("_journal/summaries/9.json", &summary("a", "I"))
        .stored("_journal/summaries/1.json", &summary("b", "I"))
        .finish();
    let run = read(&archive).unwrap();
    assert_eq!((run.status, run.cases.len(), run.mean_score()), (Status::Partial, 2, Some(0.5)));
}

#[test]
fn an_ended_run_without_summaries_is_read_from_its_samples() {
    let archive = Archive::default().stored("header.json", HEADER).stored("samples/a_epoch_1.json", &sample("a", "C"));
    assert_eq!(read(&archive.finish()).unwrap().mean_score(), Some(1.0));
}

#[test]
fn a_header_alone_is_a_run_without_cases() {
    let run = read(&Archive::default().stored("header.json", HEADER).finish()).unwrap();
    assert_eq!((run.cases.len(), run.mean_score(), run.status), (0, None, Status::Complete));
}

#[test]
fn a_log_is_known_wherever_its_header_stands() {
    let mut archive = Archive::default();
    for number in 0..300 {
        archive = archive.stored(&format!("_journal/summaries/{number}.json"), "[]");
    }
    let archive = archive.stored("header.json", HEADER).stored("summaries.json", &summary("a", "P")).finish();
    assert_eq!(read(&archive).unwrap().mean_score(), Some(0.5));
}
