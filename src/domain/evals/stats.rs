//! The figures behind a verdict; each with its source.

/// The arithmetic mean; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of cases stay far below 2^52")]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
