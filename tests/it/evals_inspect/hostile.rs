//! Files that lie, unfold without end, or were cut: said, and survived.

use dogwatch::domain::evals::Tool;
use dogwatch::sources::evals::{file, json};

use super::archives::{Archive, HEADER, Method, summary};
use super::{late, read};

/// Reads it and opens what it tells, whatever comes of it.
fn survive(bytes: &[u8]) {
    let Ok((_, runs)) = file::read_bytes("a", bytes, late(), 1.0) else { return };
    for run in runs {
        if let Some(trial) = run.trials.first() {
            let sample = file::sample_in_bytes(bytes, Tool::Inspect, &run.cases[trial.case as usize], trial);
            assert!(sample.map_or_else(|skip| !skip.reason.is_empty(), |_| true));
        }
    }
}

#[test]
fn every_log_that_is_cut_is_set_aside() {
    for part in 1..50 {
        let bytes = std::fs::read(super::path("/01-")).unwrap();
        assert!(read(&bytes[..bytes.len() * part / 50]).is_err());
        let bytes = std::fs::read(super::path("/13-")).unwrap();
        let skip = read(&bytes[..bytes.len() * part / 50]).unwrap_err();
        assert!(skip.reason.contains("cut off"), "{skip}");
    }
}

/// A frame that unfolds to this many blocks of 128 KB of spaces.
fn bomb(blocks: u32) -> Vec<u8> {
    let mut frame = b"\x28\xb5\x2f\xfd\x00\x38".to_vec();
    for block in 1..=blocks {
        let header = (131_072 << 3) | (1 << 1) | u32::from(block == blocks);
        frame.extend(&header.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}

#[test]
fn a_bomb_is_set_aside_whether_it_tells_its_size_or_lies() {
    for size in [1 << 30, 100, 60 << 20] {
        let archive = Archive::default()
            .stored("header.json", HEADER)
            .packed("summaries.json", Method::Zstd, &bomb(8192), (size, 0))
            .finish();
        let skip = read(&archive).unwrap_err();
        assert!(skip.reason.starts_with("summaries.json: "), "{skip}");
    }
    let archive = Archive::default().stored("header.json", HEADER).packed(
        "summaries.json",
        Method::Zstd,
        &bomb(8192),
        (1 << 30, 0),
    );
    let skip = read(&archive.finish()).unwrap_err();
    assert_eq!(skip.reason, "summaries.json: unfolds to over 1024 MB; at most 64 MB are read here");
}

#[test]
fn a_bomb_among_the_samples_hurts_nobody_until_it_is_opened() {
    let archive = Archive::default()
        .stored("header.json", HEADER)
        .stored("summaries.json", &summary("a", "C"))
        .packed("samples/a_epoch_1.json", Method::Zstd, &bomb(8192), (1 << 30, 0))
        .finish();
    let run = read(&archive).unwrap();
    let skip = file::sample_in_bytes(&archive, Tool::Inspect, &run.cases[0], &run.trials[0]).unwrap_err();
    assert!(skip.reason.contains("at most 64 MB are read here"), "{skip}");
}

#[test]
fn names_that_climb_are_only_names() {
    let id = "../../../../etc/passwd";
    let archive = Archive::default()
        .stored("header.json", HEADER)
        .stored("summaries.json", &summary(id, "C"))
        .stored(&format!("samples/{id}_epoch_1.json"), r#"{"input":"inside"}"#)
        .stored("/etc/shadow", "x")
        .finish();
    let run = read(&archive).unwrap();
    let sample = file::sample_in_bytes(&archive, Tool::Inspect, &run.cases[0], &run.trials[0]).unwrap();
    assert_eq!((&*run.cases[0].raw, sample.input.as_str()), (id, "inside"));
}

#[test]
fn values_a_thousand_deep_are_passed_over_or_set_aside() {
    for depth in [1_000, 200_000] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let nested = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let log = |extra: &str| {
            format!(
                r#"{{"version":2,"status":"success","eval":{{"task":"t"}},"plan":{{}},"samples":[{{"id":1{extra}}}]}}"#
            )
        };
        assert_eq!(read(log(&format!(r#","store":{deep},"events":{nested}"#)).as_bytes()).unwrap().trials.len(), 1);
        for place in ["input", "target", "scores", "metadata", "epoch", "id", "model_usage", "error"] {
            survive(log(&format!(r#","{place}":{deep}"#)).as_bytes());
            survive(log(&format!(r#","{place}":{nested}"#)).as_bytes());
        }
        for bytes in [&deep, &nested, &deep[..depth], &nested[..depth], &"<a>".repeat(depth)] {
            assert!(read(bytes.as_bytes()).is_err());
        }
    }
}

#[test]
fn directories_that_lie_are_survived() {
    let good = Archive::default().stored("header.json", HEADER).finish();
    let end = good.len() - 22;
    for (at, value) in [(8, 0xff), (10, 0xff), (12, 0xff), (16, 0xff), (20, 0xff)] {
        let mut bytes = good.clone();
        bytes[end + at..][..2].fill(value);
        survive(&bytes);
    }
    assert!(read(b"PK\x03\x04").is_err());
    assert!(read(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").is_err());
}

#[cfg(unix)]
#[test]
fn pipes_devices_and_folders_are_set_aside_without_waiting() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("log.eval");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    for path in [pipe.as_path(), link.as_path(), folder.path()] {
        assert_eq!(file::read(path, late(), 1.0).unwrap_err().reason, "not a regular file");
    }
    assert!(file::read(&folder.path().join("gone"), late(), 1.0).unwrap_err().reason.starts_with("cannot be read"));
}

#[test]
fn a_text_beyond_the_bound_is_said_to_be_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.json");
    std::fs::File::create(&path).unwrap().set_len(600 << 20).unwrap();
    let skip = file::read(&path, late(), 1.0).unwrap_err();
    assert_eq!(skip.reason, "larger than 512 MB, the most that is read of one text file");
}

#[test]
fn a_byte_order_mark_is_passed_over_and_another_encoding_is_named() {
    let log = r#"{"version":2,"status":"success","eval":{"task":"t"},"plan":{},"samples":[]}"#;
    assert_eq!(read(format!("\u{feff}{log}").as_bytes()).unwrap().suite, "t");
    let wide: Vec<u8> = std::iter::once(0xfeff).chain(log.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(read(&wide).unwrap_err().reason.contains("UTF-16"));
}

#[test]
fn a_repair_keeps_every_place() {
    for text in ["[NaN, Infinity,-Infinity]", r#"{"a":NaN,"b":"\ud800x\\","c":NaN}"#, "[1, NaN\u{0}, \"NaN\"]"] {
        let mut repaired = text.as_bytes().to_vec();
        assert!(json::repair(&mut repaired));
        assert_eq!(repaired.len(), text.len());
        assert_eq!(repaired.iter().rposition(|byte| *byte == b','), text.rfind(','));
    }
    let mut untouched = r#"{"a":"NaN \" -Infinity","b":-1}"#.as_bytes().to_vec();
    assert!(!json::repair(&mut untouched));
}
