//! What goes back: a status, headers, a body; and GitHub's way to say no.

use serde_json::{Value, json};

/// An answer, before the wire adds what every answer carries.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

const JSON: &str = "application/json; charset=utf-8";

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("content-type", JSON.to_owned())], body: body.to_string().into_bytes() }
    }

    pub fn html(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// As GitHub words an error.
    pub fn error(status: u16, message: &str) -> Self {
        Self::json(
            status,
            &json!({
                "message": message,
                "documentation_url": "https://docs.github.com/rest",
                "status": status.to_string(),
            }),
        )
    }

    pub fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// 422, or the 403 for a label that may not be created: with the field at fault.
    pub fn invalid(status: u16, resource: &str, field: &str, code: &str) -> Self {
        Self::json(
            status,
            &json!({
                "message": if status == 403 { "You do not have permission to create labels on this repository." } else { "Validation Failed" },
                "errors": [{"resource": resource, "field": field, "code": code}],
                "documentation_url": "https://docs.github.com/rest",
                "status": status.to_string(),
            }),
        )
    }

    pub fn moved(status: u16, to: &str) -> Self {
        Self::json(
            status,
            &json!({
                "message": if status == 301 { "Moved Permanently" } else { "Temporary Redirect" },
                "url": to,
                "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
            }),
        )
        .with("location", to)
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(one, _)| *one == name)?;
        Some(value)
    }
}
