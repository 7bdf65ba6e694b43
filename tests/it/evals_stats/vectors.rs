//! Every formula against reference figures, computed with scipy and statsmodels.

use std::collections::{BTreeMap, BTreeSet};

use dogwatch::domain::evals::stats::{self, MeanTest, Past, Usual};
use serde_json::{Map, Value};

const VECTORS: &str = include_str!("../../fixtures/stats.json");

/// Kinds that nothing of the program needs.
const LEFT_OUT: &[&str] = &[
    "combine_pvalues_fisher",
    "cochrans_q",
    "mde_unpaired_binary",
    "miller_sample_size",
    "paired_bootstrap_exact",
    "pass_at_k_and_pass_hat_k",
    "proportion_ci",
    "two_proportions_unpaired",
    "wald_sprt",
];

/// Single figures of the other kinds that nothing of the program needs.
const FIGURES_LEFT_OUT: &[&str] = &[
    // Intervals by Student's t and the small-sample correction CR1.
    "ci95_t",
    "se_clustered_cr1",
    // Ranks.
    "wilcoxon_stat",
    "p_wilcoxon_asymptotic",
    "mannwhitney_U_cand",
    "p_one_sided_slower",
    "hodges_lehmann_shift",
    // What pooling trials would wrongly give, and a test of each case without its history.
    "wrong_pooled_z_p",
    "per_case_fisher_one_sided",
    // Other corrections for many tests.
    "holm",
    "by",
];

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn whole(inputs: &Map<String, Value>, key: &str) -> u64 {
    inputs[key].as_u64().unwrap()
}

type Figures = BTreeMap<&'static str, Vec<f64>>;

fn mcnemar(inputs: &Map<String, Value>) -> Figures {
    let got = stats::mcnemar(whole(inputs, "b"), whole(inputs, "c"));
    [("p_two_sided", got.two_sided), ("p_one_sided_regression", got.one_sided), ("p_mid_two_sided", got.mid)]
        .map(|(key, value)| (key, vec![value]))
        .into()
}

fn paired(inputs: &Map<String, Value>) -> Figures {
    let (base, cand) = (floats(&inputs["baseline"]), floats(&inputs["candidate"]));
    let d: Vec<f64> = base.iter().zip(&cand).map(|(a, b)| b - a).collect();
    let mut out = mean_difference(&d);
    let got = stats::paired(&d).unwrap();
    let around =
        |se: f64| vec![got.mean - stats::normal_quantile(0.975) * se, got.mean + stats::normal_quantile(0.975) * se];
    let (down, up) = (d.iter().filter(|d| **d < 0.0).count(), d.iter().filter(|d| **d > 0.0).count());
    out.insert("n", vec![stats::number(got.n)]);
    out.insert("ci95_normal", around(got.se));
    out.insert("sign_n_neg", vec![stats::number(down)]);
    out.insert("sign_n_pos", vec![stats::number(up)]);
    out.insert("p_sign_two_sided", vec![stats::mcnemar(down as u64, up as u64).two_sided]);
    if let Some(clusters) = inputs.get("clusters") {
        let clusters: Vec<&str> = clusters.as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        let se = stats::clustered_se(&d, &clusters).unwrap();
        let distinct: BTreeSet<&&str> = clusters.iter().collect();
        out.insert("n_clusters", vec![stats::number(distinct.len())]);
        out.insert("se_clustered_cr0", vec![se]);
        out.insert("z_clustered", vec![got.mean / se]);
        out.insert("p_clustered_normal_two_sided", vec![stats::normal_two_sided(got.mean / se)]);
        out.insert("ci95_clustered_normal", around(se));
    }
    out
}

fn mean_difference(d: &[f64]) -> Figures {
    let got = stats::paired(d).unwrap();
    let MeanTest::T { t, two_sided, below } = got.test else { panic!("the vectors vary") };
    [
        ("mean_diff", got.mean),
        ("se", got.se),
        ("t", t),
        ("p_t_two_sided", two_sided),
        ("p_t_one_sided_regression", below),
    ]
    .map(|(key, value)| (key, vec![value]))
    .into()
}

fn epochs(inputs: &Map<String, Value>) -> Figures {
    let means = |key: &str| -> Vec<f64> {
        inputs[key].as_array().unwrap().iter().map(|trials| stats::mean(&floats(trials)).unwrap()).collect()
    };
    let (base, cand) = (means("baseline_trials"), means("candidate_trials"));
    let d: Vec<f64> = base.iter().zip(&cand).map(|(a, b)| b - a).collect();
    let mut out = mean_difference(&d);
    out.remove("p_t_one_sided_regression");
    out.insert("mean_base", vec![stats::mean(&base).unwrap()]);
    out.insert("mean_cand", vec![stats::mean(&cand).unwrap()]);
    out.insert("df", vec![stats::number(d.len() - 1)]);
    out
}

fn history(inputs: &Map<String, Value>) -> Figures {
    assert_eq!(floats(&inputs["prior"]), [0.5, 0.5], "Jeffreys' prior is the one that is built");
    let past = Past { passed: whole(inputs, "hist_pass"), failed: whole(inputs, "hist_fail") };
    let p = past.at_most(whole(inputs, "x_pass"), whole(inputs, "K"));
    [("p_le_x", vec![p]), ("posterior_mean", vec![past.posterior_mean()])].into()
}

fn adjusted(inputs: &Map<String, Value>) -> Figures {
    let (adjusted, q) = (stats::benjamini_hochberg(&floats(&inputs["p"])), inputs["q"].as_f64().unwrap());
    let rejected = adjusted.iter().map(|p| f64::from(u8::from(*p <= q))).collect();
    [("adjusted", adjusted), ("rejected", rejected)].into()
}

fn detectable(inputs: &Map<String, Value>) -> Figures {
    let float = |key: &str| inputs[key].as_f64().unwrap();
    let n = usize::try_from(whole(inputs, "n")).unwrap();
    let got = stats::detectable_paired(n, float("discordant_fraction"), float("alpha"), float("power"));
    [("mde", vec![got])].into()
}

fn fewest(inputs: &Map<String, Value>) -> Figures {
    let found: Vec<(u64, u64)> = floats(&inputs["alphas"]).into_iter().map(stats::mcnemar_min_b).collect();
    let side =
        |of: fn(&(u64, u64)) -> u64| found.iter().map(|pair| f64::from(u32::try_from(of(pair)).unwrap())).collect();
    [("two_sided", side(|pair| pair.0)), ("one_sided", side(|pair| pair.1))].into()
}

fn latency(inputs: &Map<String, Value>) -> Figures {
    let (base, cand) = (floats(&inputs["baseline"]), floats(&inputs["candidate"]));
    let got = stats::shift(&base, &cand).unwrap();
    [
        ("geomean_ratio", got.ratio),
        ("welch_log_t", got.t),
        ("welch_log_p_two_sided", got.two_sided),
        ("median_base", stats::median(&base).unwrap()),
        ("median_cand", stats::median(&cand).unwrap()),
    ]
    .map(|(key, value)| (key, vec![value]))
    .into()
}

fn rolling(inputs: &Map<String, Value>) -> Figures {
    let usual = Usual::of(&floats(&inputs["history"])).unwrap();
    let z = usual.robust_z(inputs["x"].as_f64().unwrap()).unwrap();
    [("median", usual.median), ("mad", usual.mad), ("robust_z", z), ("sigma_hat", usual.sigma())]
        .map(|(key, value)| (key, vec![value]))
        .into()
}

fn wanted(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(wanted).collect(),
        Value::Bool(flag) => vec![f64::from(u8::from(*flag))],
        other => vec![other.as_f64().unwrap()],
    }
}

#[test]
fn every_needed_formula_agrees_with_the_reference_within_its_tolerance() {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let (mut checked, mut seen) = (0, BTreeSet::new());
    for vector in file["vectors"].as_array().unwrap() {
        let (id, kind) = (vector["id"].as_str().unwrap(), vector["kind"].as_str().unwrap());
        let formula: fn(&Map<String, Value>) -> Figures = match kind {
            "mcnemar_exact" => mcnemar,
            "paired_mean_diff" => paired,
            "paired_epochs" => epochs,
            "case_vs_history_betabinom" => history,
            "benjamini_hochberg" => adjusted,
            "mde_paired_binary" => detectable,
            "mcnemar_min_b" => fewest,
            "latency_shift" => latency,
            "rolling_median_mad" => rolling,
            other => {
                assert!(LEFT_OUT.contains(&other), "{id}: nothing computes {other}, and it is not named as left out");
                continue;
            }
        };
        seen.insert(kind.to_owned());
        let (got, tol) = (formula(vector["inputs"].as_object().unwrap()), vector["tol"].as_f64().unwrap());
        for (figure, want) in vector["outputs"].as_object().unwrap() {
            let Some(got) = got.get(figure.as_str()) else {
                assert!(
                    FIGURES_LEFT_OUT.contains(&figure.as_str()),
                    "{id}: {figure} is neither computed nor named as left out"
                );
                continue;
            };
            let want = wanted(want);
            assert_eq!(got.len(), want.len(), "{id}: {figure}");
            for (got, want) in got.iter().zip(&want) {
                assert!((got - want).abs() <= tol * want.abs().max(1.0), "{id}: {figure} is {got}, not {want}");
                checked += 1;
            }
        }
    }
    let needed: BTreeSet<String> = file["kinds"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, note)| !note.as_str().unwrap().starts_with("optional"))
        .map(|(kind, _)| kind.clone())
        .collect();
    assert!(needed.is_subset(&seen), "needed and not checked: {:?}", needed.difference(&seen));
    assert!(checked >= 130, "only {checked} figures were checked");
}

#[test]
fn no_figure_is_ever_no_number() {
    for past in [(0, 0), (0, 1), (1_000_000, 0), (0, 1_000_000), (123_456, 654_321)] {
        let past = Past { passed: past.0, failed: past.1 };
        for trials in [0, 1, 3, 100, 5_000] {
            for passed in [0, trials / 2, trials, trials + 1] {
                assert!((0.0..=1.0).contains(&past.at_most(passed, trials)));
            }
        }
    }
    for (b, c) in [(0, 0), (1, 0), (0, 1), (5_000, 0), (5_000, 5_000), (0, 100_000)] {
        let p = stats::mcnemar(b, c);
        assert!([p.two_sided, p.one_sided, p.mid].iter().all(|p| (0.0..=1.0).contains(p)), "{b} {c} {p:?}");
    }
    for d in
        [&[][..], &[1.0], &[0.0, 0.0], &[1e-300, -1e-300], &[1e300, 1e300], &[f64::NAN, 0.0], &[f64::INFINITY, 0.0]]
    {
        if let Some(paired) = stats::paired(d) {
            assert!(!paired.mean.is_nan() && !paired.se.is_nan());
        }
    }
    let adjusted = stats::benjamini_hochberg(&[f64::NAN, 0.01, 0.01, 2.0, -1.0]);
    assert!(adjusted.iter().all(|p| (0.0..=1.0).contains(p)), "{adjusted:?}");
    assert!(stats::benjamini_hochberg(&[]).is_empty());
}
