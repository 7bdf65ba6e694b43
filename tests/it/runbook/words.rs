//! The words of a page and of a question.

use dogwatch::domain::runbook::words::{asked, indexed, key};
use proptest::prelude::*;

#[test]
fn an_identifier_counts_whole_and_in_its_parts() {
    let table = [
        ("KubePodCrashLooping", "kubepodcrashlooping kube pod crash looping"),
        ("snake_case_name", "snakecasename snake case name"),
        ("kebab-case", "kebabcase kebab case"),
        ("profiles.search", "profilessearch profiles search"),
        ("parseHTTPRequest", "parsehttprequest parse http request"),
        ("EC2Instance", "ec2instance ec2 instance"),
        ("OOMKilled", "oomkilled oom killed"),
        ("p99 5xx k8s", "p99 5xx k8s"),
        ("DNS TLS", "dns tls"),
        ("--previous, (-32602) foo.", "previous 32602 foo"),
        ("a.b.c_d-e", "abcde a b c d e"),
        ("Überlauf straße", "überlauf straße"),
        ("...---___", ""),
        ("", ""),
    ];
    for (text, words) in table {
        assert_eq!(indexed(text), words, "{text}");
    }
}

fn texts(question: &str) -> Vec<String> {
    asked(question).into_iter().map(|word| word.text).collect()
}

#[test]
fn who_types_an_abbreviation_means_the_word_as_well() {
    let also = |word: &str| asked(word).first().and_then(|word| word.also);
    assert_eq!(also("DB"), Some("database"));
    assert_eq!(also("oom"), Some("out of memory"));
    assert_eq!(also("disk"), None);
}

#[test]
fn a_question_has_each_word_once_and_none_that_says_nothing() {
    let table: [(&str, &[&str]); 5] = [
        ("why is the cache slow, the cache!", &["cache", "slow"]),
        ("what is it", &["what", "is", "it"]),
        ("NEAR(a, b) AND \"x\" OR NOT *", &["near", "b", "x"]),
        ("🔥🔥", &[]),
        ("", &[]),
    ];
    for (question, words) in table {
        assert_eq!(texts(question), words, "{question}");
    }
}

#[test]
fn however_much_is_pasted_the_question_is_bounded() {
    let long = (0..20_000).map(|at| format!("word{at}")).collect::<Vec<_>>().join(" ");
    assert!(long.len() > 100_000);
    assert_eq!(asked(&long).len(), 48);
    assert!(texts(&"x".repeat(1_000_000)).iter().all(|word| word.len() <= 64));
    assert!(texts(&"é".repeat(100_000)).iter().all(|word| word.len() <= 64));
}

#[test]
fn a_name_is_the_same_however_its_parts_are_joined() {
    for name in ["disk-full", "Disk full", "DiskFull", "disk_full", " DISK.FULL "] {
        assert_eq!(key(name), "diskfull");
    }
    assert_eq!(key(" 🔥 "), "🔥");
    assert_eq!(key("  "), "");
}

proptest! {
    #[test]
    fn whatever_the_text_its_words_are_lower_case_letters_and_digits(text in "\\PC{0,200}|[ -~\\n]{0,200}") {
        for word in indexed(&text).split(' ').filter(|word| !word.is_empty()) {
            prop_assert!(word.chars().all(|c| c.is_alphanumeric() || !c.is_ascii()));
            prop_assert!(!word.contains(['"', '*', '\'', '(', ')', '-', '_', '.', '\n']));
            prop_assert!(!word.bytes().any(|byte| byte.is_ascii_uppercase()));
        }
        prop_assert!(texts(&text).iter().all(|word| indexed(&text).split(' ').any(|known| known == word)));
    }
}
