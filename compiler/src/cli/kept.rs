//! The code of a program as the cache stores it. With another configuration it is only linked
//! again, not compiled.
//!
//! The format is the length of a JSON text (8 bytes, little-endian), the text ([`About`]), the
//! object.

use crate::object::Facts;
use serde::{Deserialize, Serialize};

/// Cached code.
#[derive(Debug)]
pub struct Kept {
    /// The data that its object does not contain.
    pub about: About,
    contents: Vec<u8>,
    object: usize,
}

/// The data about code that its object does not contain.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The facts that its configuration depends on.
    pub facts: Facts,
    /// The warnings of the compilation.
    pub warnings: Vec<String>,
}

impl About {
    /// The bytes that precede the object.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = serde_json::to_vec(self).expect("plain data has a JSON form");
        [&(text.len() as u64).to_le_bytes(), &*text].concat()
    }
}

impl Kept {
    /// Parses the contents of a cache entry; `None` if they have another form.
    pub fn read(contents: Vec<u8>) -> Option<Kept> {
        let (length, rest) = contents.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let about = serde_json::from_slice(rest.get(..length)?).ok()?;
        Some(Kept {
            about,
            object: size_of::<u64>() + length,
            contents,
        })
    }

    /// The object.
    pub fn object(&self) -> &[u8] {
        &self.contents[self.object..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_end_early_are_no_code() {
        let about = About {
            facts: Facts::default(),
            warnings: vec!["w".into()],
        };
        let text = about.to_bytes();
        let contents = [&*text, b"object"].concat();
        for length in 0..text.len() {
            assert!(
                Kept::read(contents[..length].to_vec()).is_none(),
                "{length}"
            );
        }
        let kept = Kept::read(contents).unwrap();
        assert_eq!((kept.object(), &kept.about), (&b"object"[..], &about));
        assert!(Kept::read(u64::MAX.to_le_bytes().to_vec()).is_none());
    }
}
