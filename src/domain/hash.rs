//! Hashes as people compare them and files keep them.

use sha2::{Digest, Sha256};

/// The SHA-256 of these bytes, in 64 lowercase hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The first digits of the same, two for each byte of them.
pub fn sha256_prefix(bytes: &[u8], length: usize) -> String {
    let digest = Sha256::digest(bytes);
    hex(digest.get(..length).unwrap_or(&digest))
}

/// Bytes in lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let mut digits = String::with_capacity(2 * bytes.len());
    digits.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    digits
}

/// The bytes of as many hexadecimal digits as it takes; none if these are not they.
pub fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if digits.len() != 2 * N || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Keys as files keep them: their hexadecimal digits.
pub mod digits {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the digits.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn serialize<S: Serializer>(bytes: &[u8; 16], to: S) -> Result<S::Ok, S::Error> {
        super::hex(bytes).serialize(to)
    }

    /// Reads them.
    ///
    /// # Errors
    ///
    /// When they are no 32 digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 16], D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        super::bytes(&text).ok_or_else(|| D::Error::custom("no key of 32 hexadecimal digits"))
    }
}
