//! Options with a fixed set of values: an enumeration, its words and their meanings are one list.

/// Defines an enumeration whose values have words. The doc comment on each is its help text and
/// must be one line; a `#[default]` follows it.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $(#[doc = $help:literal] $(#[$attribute:ident])? $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $help] $(#[$attribute])? #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word for the value.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }

            /// The words and their meanings.
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
