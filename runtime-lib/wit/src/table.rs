//! Generates the tables of resource types and of functions.

use super::interfaces::Wit;
use super::{File, HEADER};
use anyhow::Result;
use std::fmt::Write;
use wit_parser::Function;

/// Both tables.
pub fn files(wit: &Wit) -> Result<Vec<File>> {
    Ok(vec![
        File {
            path: "runtime-lib/abi/src/component/resources.rs".to_owned(),
            text: resources(wit),
        },
        File {
            path: "compiler/src/component/known.rs".to_owned(),
            text: functions(wit)?,
        },
    ])
}

fn resources(wit: &Wit) -> String {
    let mut text = format!(
        "//! The resource types of WASI, by number. {HEADER}\n\n\
         /// Interface and name of each: `(\"wasi:io/error\", \"error\")`. A type's number is its index.\n\
         pub const RESOURCES: &[(&str, &str)] = &[\n"
    );
    for id in &wit.resources {
        let name = wit.resource_name(*id);
        let (interface, name) = name.split_once('.').unwrap_or_default();
        let _ = writeln!(text, "    ({interface:?}, {name:?}),");
    }
    text + "];\n"
}

fn functions(wit: &Wit) -> Result<String> {
    let mut text = format!(
        "//! The functions of WASI's interfaces that the runtime has. {HEADER}\n\n\
         use super::interface::Interface;\n\n\
         /// All interfaces.\n\
         #[rustfmt::skip]\n\
         pub const INTERFACES: &[Interface] = &[\n"
    );
    for package in &wit.packages {
        for id in &package.interfaces {
            let _ = writeln!(
                text,
                "    Interface {{\n        name: {:?},\n        version: {:?},\n        functions: &[",
                wit.interface_name(*id),
                wit.compatible_version(*id)
            );
            for function in wit.resolve.interfaces[*id].functions.values() {
                let ty = structure(wit, function)?;
                let _ = writeln!(text, "            ({:?}, {ty:?}),", function.name);
            }
            text += "        ],\n    },\n";
        }
    }
    Ok(text + "];\n")
}

/// `(self:borrow<wasi:io/streams.input-stream>,len:u64)->result<list<u8>,…>`.
fn structure(wit: &Wit, function: &Function) -> Result<String> {
    let params: Result<Vec<_>> = function
        .params
        .iter()
        .map(|param| Ok(format!("{}:{}", param.name, wit.structure(&param.ty)?)))
        .collect();
    let result = match &function.result {
        Some(ty) => format!("->{}", wit.structure(ty)?),
        None => String::new(),
    };
    Ok(format!("({}){result}", params?.join(",")))
}
