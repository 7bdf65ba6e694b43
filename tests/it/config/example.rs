//! `config.example.toml` documents every key with its default, and the schemas are those of the program.

use std::fs;
use std::path::{Path, PathBuf};

use dogwatch::config::{
    PersonalFile, Settings, TeamFile, TrackerKind, Ui, expected_schema, layered, personal_file, personal_schema,
    team_file, team_schema,
};
use serde_json::Value;

use super::{mine, said};

const EXAMPLE: &str = include_str!("../../../config.example.toml");
const SECOND_PART: &str = "part 2: the team file\n";

fn personal_part() -> &'static str {
    EXAMPLE.split_once(&format!("---- {SECOND_PART}")).unwrap().0
}

pub fn team_part() -> &'static str {
    EXAMPLE.split_once(&format!("---- {SECOND_PART}")).unwrap().1
}

/// The text with the lines put in that show how a key is written.
pub fn whole(text: &str) -> String {
    let shown = |line: &str| match line.strip_prefix('#') {
        Some(code) if !code.is_empty() && !code.starts_with(' ') => code.to_owned(),
        Some(_) | None => line.to_owned(),
    };
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_equals_the_defaults_of_the_personal_file() {
    let shown = mine(personal_part());
    assert_eq!(layered(&TeamFile::default(), &shown), Settings::default());
    assert_eq!(PersonalFile { ui: Ui::default(), ..shown }, PersonalFile::default());
}

#[test]
fn the_example_equals_the_defaults_of_the_team_file() {
    let shown = team_file(team_part(), "example").map_err(|problems| said(&problems)).unwrap();
    assert_eq!(layered(&shown, &PersonalFile::default()), Settings::default());
    assert_eq!(TeamFile { ui: Ui::default(), ..shown }, TeamFile::default());
}

#[test]
fn an_empty_file_and_no_file_mean_the_same() {
    assert_eq!(team_file("", "t"), Ok(TeamFile::default()));
    assert_eq!(personal_file("", "p"), Ok(PersonalFile::default()));
}

#[test]
fn every_key_that_the_example_shows_is_written_rightly() {
    personal_file(&whole(personal_part()), "example").map_err(|problems| said(&problems)).unwrap();
    let team = team_file(&whole(team_part()), "example").map_err(|problems| said(&problems)).unwrap();
    assert_eq!(team.tracker.kind, TrackerKind::Github);
    assert_eq!(team.tracker.source.as_deref(), Some("github"));
}

#[test]
fn the_example_shows_every_key_of_both_files() {
    for (schema, part) in [(personal_schema(), personal_part()), (team_schema(), team_part())] {
        let table: toml::Table = toml::from_str(&whole(part)).unwrap();
        let shown = vec![serde_json::to_value(table).unwrap()];
        let mut missing = Vec::new();
        look_for_keys(&schema, &schema, &shown, "", &mut missing);
        assert_eq!(missing, Vec::<String>::new());
    }
}

/// Notes the keys that a schema names and none of these values has.
fn look_for_keys(root: &Value, schema: &Value, shown: &[Value], path: &str, missing: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(target) => root.pointer(target.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    for choice in schema["anyOf"].as_array().into_iter().flatten() {
        look_for_keys(root, choice, shown, path, missing);
    }
    if schema["items"].is_object() {
        let items: Vec<Value> = shown.iter().filter_map(Value::as_array).flatten().cloned().collect();
        look_for_keys(root, &schema["items"], &items, path, missing);
    }
    for (key, below) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        let values: Vec<Value> = shown.iter().filter_map(|one| one.get(key)).cloned().collect();
        if values.is_empty() {
            missing.push(path);
        } else {
            look_for_keys(root, below, &values, &path, missing);
        }
    }
}

#[test]
fn every_key_has_a_sentence_for_editors() {
    for schema in [personal_schema(), team_schema(), expected_schema()] {
        let silent = undescribed(&schema, "");
        assert_eq!(silent, Vec::<String>::new());
    }
}

fn undescribed(schema: &Value, path: &str) -> Vec<String> {
    let mut silent = Vec::new();
    for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
        silent.extend(undescribed(definition, name));
    }
    for (key, below) in schema["properties"].as_object().into_iter().flatten() {
        if below["description"].as_str().is_none_or(str::is_empty) {
            silent.push(format!("{path}.{key}"));
        }
    }
    silent
}

#[test]
fn the_schemas_checked_in_are_those_of_the_program() {
    let all = [
        ("dogwatch.schema.json", team_schema()),
        ("config.schema.json", personal_schema()),
        ("expected.schema.json", expected_schema()),
    ];
    for (name, schema) in all {
        let path = folder().join(name);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("DOGWATCH_BLESS").is_some() {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert!(known == text, "schema/{name} is stale; run `DOGWATCH_BLESS=1 cargo test --test it config`");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")
}
