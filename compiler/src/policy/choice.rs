//! Choices between words: an enumeration, its words and what they mean are one list.

/// Makes an enumeration of words. The comment on each is what the help says of it; a `#[default]` follows it.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $(#[doc = $help:literal] $(#[$attribute:ident])? $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $help] $(#[$attribute])? #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word for it.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }

            /// The words, each with what it means.
            pub fn words() -> Vec<(&'static str, &'static str)> {
                vec![$(($word, $help.trim_ascii())),*]
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let known = $name::ALL.iter().find(|choice| choice.word() == text);
                known.copied().ok_or_else(|| {
                    let words: Vec<_> = $name::ALL.iter().map(|choice| choice.word()).collect();
                    format!("write one of {}", words.join(", "))
                })
            }
        }
    };
}

pub(super) use choice;
