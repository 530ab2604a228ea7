//! Converts names of WIT to names of Rust.

/// `kebab-case` to `snake_case`; a keyword of Rust gets an underscore.
pub fn snake(name: &str) -> String {
    let name = name.replace('-', "_");
    match name.as_str() {
        "in" | "type" | "use" | "as" | "move" | "self" => format!("{name}_"),
        _ => name,
    }
}

/// `kebab-case` to `UpperCamelCase`; an acronym is a word like others: `HTTP-error` to `HttpError`.
pub fn camel(name: &str) -> String {
    name.split('-')
        .map(|word| {
            let word = match word.chars().any(|letter| letter.is_ascii_lowercase()) {
                true => word.to_owned(),
                false => word.to_ascii_lowercase(),
            };
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// The name of a function; for a method, after the resource's name; `RESOURCE_new` for a
/// constructor.
pub fn function(name: &str) -> String {
    if let Some(resource) = name.strip_prefix("[constructor]") {
        return format!("{}_new", snake(resource));
    }
    let name = name.trim_start_matches("[method]");
    let name = name.trim_start_matches("[static]");
    snake(&name.replace('.', "-"))
}
