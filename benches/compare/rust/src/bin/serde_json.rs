//! Writes a document as JSON, reads it again and sums it up. Arguments: how many items, how often.
use serde_json::{json, Value};
use wasi_aot_compare_rust::{argument, mixed};

fn document(items: usize) -> Value {
    let item = |i: usize| {
        json!({
            "id": i,
            "name": format!("item \"{i}\"\t\u{e9}"),
            "tags": ["a", "bc", i % 7, null],
            "place": { "x": i as f64 / 8.0, "y": -(i as f64) * 1.1, "on": i % 3 == 0 },
        })
    };
    Value::Array((0..items).map(item).collect())
}

fn sum_of(value: &Value, sum: u64) -> u64 {
    match value {
        Value::Null => mixed(sum, 1),
        Value::Bool(on) => mixed(sum, u64::from(*on)),
        Value::Number(number) => mixed(sum, number.as_f64().unwrap_or(0.0).to_bits()),
        Value::String(text) => text
            .bytes()
            .fold(sum, |sum, byte| mixed(sum, u64::from(byte))),
        Value::Array(items) => items.iter().fold(sum, |sum, item| sum_of(item, sum)),
        Value::Object(fields) => fields.iter().fold(sum, |sum, (name, item)| {
            sum_of(item, mixed(sum, name.len() as u64))
        }),
    }
}

fn main() {
    let mut value = document(argument(1));
    let mut sum = 0;
    for _ in 0..argument(2) {
        let text = value.to_string();
        value = serde_json::from_str(&text).expect("what was written can be read");
        sum = mixed(sum_of(&value, sum), text.len() as u64);
    }
    println!("{sum:016x}");
}
