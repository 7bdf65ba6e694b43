//! The figures behind a verdict; each with its source.
//!
//! Every function is total: whatever goes in, no panic and no NaN comes out
//! where a number is promised, so that a finding never rests on an accident of
//! arithmetic.

use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::ln_gamma;

/// How far a figure may miss a bound by rounding alone.
pub const SLACK: f64 = 1e-9;
/// The standard deviation of a normal distribution whose median absolute deviation is 1: 1/Φ⁻¹(¾).
const NORMAL_PER_MAD: f64 = 1.482_602_218_505_602;

/// So many throws of a coin are still counted way by way.
const EXACT: u64 = 1_000;

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "counts of cases and trials stay far below 2^52")]
pub const fn number(count: usize) -> f64 {
    count as f64
}

/// A count of trials as a number.
#[expect(clippy::cast_precision_loss, reason = "counts of cases and trials stay far below 2^52")]
const fn real(count: u64) -> f64 {
    count as f64
}

/// The arithmetic mean; none of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / number(values.len()))
}

/// The median; none of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    sorted.get(sorted.len() / 2 - 1).map(|lower| f64::midpoint(*lower, upper))
}

/// The logarithm of the binomial coefficient.
fn ln_choose(n: u64, k: u64) -> f64 {
    ln_gamma(real(n) + 1.0) - ln_gamma(real(k) + 1.0) - ln_gamma(real(n.saturating_sub(k)) + 1.0)
}

/// P(X = k) of a fair coin thrown `m` times.
fn fair(m: u64, k: u64) -> f64 {
    if m <= EXACT {
        // Each step is a whole number, so that small figures come out to the last digit.
        let ways = (1..=k.min(m - k)).fold(1.0, |ways, step| ways * real(m - step + 1) / real(step));
        return ways * (-real(m)).exp2();
    }
    real(m).mul_add(-std::f64::consts::LN_2, ln_choose(m, k)).exp()
}

/// What McNemar's exact test says of `b` cases that broke and `c` that were fixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mcnemar {
    /// That this many or more changed sides unevenly by chance, either way.
    pub two_sided: f64,
    /// That `b` or more of the changed ones broke by chance.
    pub one_sided: f64,
    /// The two-sided figure after Lancaster's mid-p correction, which is less cautious.
    pub mid: f64,
}

/// McNemar's test of paired outcomes in its exact form: under no change each
/// discordant pair is a throw of a fair coin (McNemar, *Psychometrika* 12,
/// 1947; mid-p: Fagerland, Lydersen and Laake, *BMC Med Res Methodol* 13, 2013).
pub fn mcnemar(b: u64, c: u64) -> Mcnemar {
    let m = b + c;
    let lower: f64 = (0..=b.min(c)).map(|k| fair(m, k)).sum();
    // The upper tail of one side is the lower tail of the other, which is never longer to add up than it must be.
    let upper: f64 =
        if b >= c { (0..=c).map(|k| fair(m, k)).sum() } else { 1.0 - (0..b).map(|k| fair(m, k)).sum::<f64>() };
    let at = fair(m, b.min(c));
    let mid = if m == 0 {
        1.0
    } else if b == c {
        0.5f64.mul_add(-at, 1.0)
    } else {
        2.0f64.mul_add(lower, -at)
    };
    Mcnemar { two_sided: (2.0 * lower).min(1.0), one_sided: upper.clamp(0.0, 1.0), mid: mid.clamp(0.0, 1.0) }
}

/// The fewest broken cases, with none fixed, that McNemar's exact test finds significant: two-sided, one-sided.
pub fn mcnemar_min_b(alpha: f64) -> (u64, u64) {
    // 2^-1074 is the least number above 0, so the search ends there at the latest.
    let least = |of: fn(Mcnemar) -> f64| (1..=1_075).find(|b| of(mcnemar(*b, 0)) <= alpha).unwrap_or(1_075);
    (least(|p| p.two_sided), least(|p| p.one_sided))
}

/// P(|T| > |t|) for Student's t with `df` degrees of freedom, by the incomplete beta function
/// (Abramowitz and Stegun 26.5.27).
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return 1.0;
    }
    if t.is_infinite() {
        return 0.0;
    }
    let x = (df / t.mul_add(t, df)).clamp(0.0, 1.0);
    checked_beta_reg(df / 2.0, 0.5, x).map_or(1.0, |p| p.clamp(0.0, 1.0))
}

/// P(T < t) for Student's t with `df` degrees of freedom.
pub fn t_below(t: f64, df: f64) -> f64 {
    let tail = t_two_sided(t, df) / 2.0;
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// The point under which a standard normal variable falls with this probability; 0 outside of (0, 1).
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.0 && p < 1.0 { -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p) } else { 0.0 }
}

/// P(|Z| > |z|) for a standard normal variable.
pub fn normal_two_sided(z: f64) -> f64 {
    if z.is_nan() { 1.0 } else { erfc(z.abs() / std::f64::consts::SQRT_2).clamp(0.0, 1.0) }
}

/// Which test of a mean difference could be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MeanTest {
    /// Student's t of the paired differences.
    T {
        /// Mean over standard error.
        t: f64,
        /// That a mean this far from 0, either way, came by chance.
        two_sided: f64,
        /// That a mean this low came by chance.
        below: f64,
    },
    /// All differences are equal, so t has no denominator; by their signs alone.
    Sign {
        /// 2^(1-n), or 1 where nothing differs.
        two_sided: f64,
        /// Half of it for a drop.
        below: f64,
    },
}

/// The mean of paired differences, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paired {
    /// How many pairs, at least 2.
    pub n: usize,
    /// Mean difference, candidate less baseline.
    pub mean: f64,
    /// Its standard error.
    pub se: f64,
    /// What follows.
    pub test: MeanTest,
}

/// The paired t test, and the sign test where all differences are equal
/// (Student, *Biometrika* 6, 1908; over evals: Miller, *Adding Error Bars to
/// Evals*, 2024, which averages the trials of a case first, as callers must).
/// None under 2 pairs.
pub fn paired(differences: &[f64]) -> Option<Paired> {
    let n = differences.len();
    let mean = mean(differences).filter(|mean| n >= 2 && mean.is_finite())?;
    let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
    let se = (squares / number(n - 1) / number(n)).sqrt();
    let spread = differences.iter().fold(0.0f64, |widest, d| widest.max((d - mean).abs()));
    let test = if spread > SLACK {
        let (t, df) = (mean / se, number(n - 1));
        MeanTest::T { t, two_sided: t_two_sided(t, df), below: t_below(t, df) }
    } else if mean.abs() <= SLACK {
        MeanTest::Sign { two_sided: 1.0, below: 1.0 }
    } else {
        let p = (1.0 - number(n)).exp2();
        MeanTest::Sign { two_sided: p, below: if mean < 0.0 { p / 2.0 } else { 1.0 - p / 2.0 } }
    };
    Some(Paired { n, mean, se: if spread > SLACK { se } else { 0.0 }, test })
}

/// The standard error of a mean whose values come in clusters that move
/// together, sandwich form CR0 without small-sample correction (Liang and
/// Zeger, *Biometrika* 73, 1986). `cluster` names the cluster of each value.
pub fn clustered_se<C: Ord>(values: &[f64], cluster: &[C]) -> Option<f64> {
    let mean = mean(values)?;
    let mut sums = std::collections::BTreeMap::new();
    for (value, cluster) in values.iter().zip(cluster) {
        *sums.entry(cluster).or_insert(0.0) += value - mean;
    }
    Some(sums.values().map(|sum| sum * sum).sum::<f64>().sqrt() / number(values.len()))
}

/// How often something passed and failed before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past {
    /// Trials that passed.
    pub passed: u64,
    /// Trials that failed.
    pub failed: u64,
}

impl Past {
    /// How many trials were judged.
    pub const fn trials(self) -> u64 {
        self.passed + self.failed
    }

    /// The mean of the pass rate by Jeffreys' prior.
    pub fn posterior_mean(self) -> f64 {
        (real(self.passed) + 0.5) / (real(self.trials()) + 1.0)
    }

    /// P(X ≤ `passed`) of `trials` further ones, beta-binomial with Jeffreys'
    /// prior: the posterior predictive check of a case against its own history
    /// (Gelman et al., *Bayesian Data Analysis*, 3rd ed., 2.4 and 6.3; Jeffreys 1946).
    pub fn at_most(self, passed: u64, trials: u64) -> f64 {
        if passed >= trials {
            return 1.0;
        }
        let (alpha, beta) = (real(self.passed) + 0.5, real(self.failed) + 0.5);
        let ln_beta = |a: f64, b: f64| ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
        let prior = ln_beta(alpha, beta);
        let term = |k: u64| (ln_choose(trials, k) + ln_beta(real(k) + alpha, real(trials - k) + beta) - prior).exp();
        (0..=passed).map(term).sum::<f64>().clamp(0.0, 1.0)
    }
}

/// Adjusts p-values for there being many, in the order given: an adjusted
/// p ≤ q keeps the expected share of false alarms among alarms at q (Benjamini
/// and Hochberg, *J R Statist Soc B* 57, 1995). Ties share; what is no number counts as 1.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let plain = |p: f64| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) };
    let mut order: Vec<(usize, f64)> = p.iter().map(|p| plain(*p)).enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (mut adjusted, mut least) = (vec![1.0; p.len()], 1.0f64);
    for (place, (at, p)) in order.iter().enumerate() {
        least = least.min(p * number(order.len()) / number(order.len() - place));
        if let Some(slot) = adjusted.get_mut(*at) {
            *slot = least;
        }
    }
    adjusted
}

/// The least true drop of a pass rate that a paired comparison of `n` cases
/// would find, given the share of cases that change sides (Connor, *Biometrics*
/// 43, 1987, without the δ² term). Infinite without cases.
pub fn detectable_paired(n: usize, discordant: f64, alpha: f64, power: f64) -> f64 {
    if n == 0 {
        return f64::INFINITY;
    }
    (normal_quantile(1.0 - alpha / 2.0) + normal_quantile(power)) * (discordant.max(0.0) / number(n)).sqrt()
}

/// A shift between two unpaired samples of positive figures, such as latencies or costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Geometric mean of the candidate over that of the baseline.
    pub ratio: f64,
    /// Welch's t of the logarithms.
    pub t: f64,
    /// That a shift this far, either way, came by chance.
    pub two_sided: f64,
}

/// Mean and squared standard error of the logarithms.
fn logs(values: &[f64]) -> Option<(f64, f64)> {
    let logs: Vec<f64> = values.iter().filter(|value| value.is_finite() && **value > 0.0).map(|v| v.ln()).collect();
    let mean = mean(&logs).filter(|_| logs.len() >= 2)?;
    let squares: f64 = logs.iter().map(|log| (log - mean) * (log - mean)).sum();
    Some((mean, squares / number(logs.len() - 1) / number(logs.len())))
}

/// Welch's t test of the logarithms (Welch, *Biometrika* 34, 1947): figures
/// such as latencies are skewed, their logarithms less so. None under 2
/// positive figures on a side, or where nothing varies.
pub fn shift(baseline: &[f64], candidate: &[f64]) -> Option<Shift> {
    let ((a, va), (b, vb)) = (logs(baseline)?, logs(candidate)?);
    let positive = |values: &[f64]| number(values.iter().filter(|v| v.is_finite() && **v > 0.0).count() - 1);
    let variance = va + vb;
    if variance <= 0.0 {
        return None;
    }
    let t = (b - a) / variance.sqrt();
    let df = variance * variance / (va * va / positive(baseline) + vb * vb / positive(candidate));
    Some(Shift { ratio: (b - a).exp(), t, two_sided: t_two_sided(t, df) })
}

/// Where a series of plain figures usually lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The median.
    pub median: f64,
    /// The median absolute deviation from it.
    pub mad: f64,
}

impl Usual {
    /// Of this history; none of nothing.
    pub fn of(history: &[f64]) -> Option<Self> {
        let median = median(history)?;
        let away: Vec<f64> = history.iter().map(|value| (value - median).abs()).collect();
        Some(Self { median, mad: self::median(&away)? })
    }

    /// The standard deviation that such a spread means for normal figures.
    pub fn sigma(self) -> f64 {
        NORMAL_PER_MAD * self.mad
    }

    /// How many deviations a figure lies above; none where nothing varies.
    /// −3.5 and less is an outlier (Iglewicz and Hoaglin, *How to Detect and Handle Outliers*, 1993).
    pub fn robust_z(self, value: f64) -> Option<f64> {
        (self.mad > 0.0).then(|| (value - self.median) / self.sigma())
    }
}
