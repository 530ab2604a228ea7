//! Converts names of WIT to names of Rust.

/// `kebab-case` to `snake_case`; a keyword of Rust gets an underscore.
pub fn snake(name: &str) -> String {
    let name = name.replace('-', "_");
    match name.as_str() {
        "in" | "type" | "use" | "as" | "move" | "self" => format!("{name}_"),
        _ => name,
    }
}

/// `kebab-case` to `UpperCamelCase`.
pub fn camel(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// The name of a function; for a method, after the resource's name.
pub fn function(name: &str) -> String {
    let name = name.trim_start_matches("[method]");
    let name = name.trim_start_matches("[static]");
    snake(&name.replace('.', "-"))
}
