//! The WIT packages that the runtime implements.

use super::uses::Uses;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use wit_parser::{InterfaceId, Resolve, TypeDefKind, TypeId};

/// The packages, each after those that it uses, and their text: one folder per version of WASI.
pub const PACKAGES: &[(&str, &str)] = &[
    ("io", include_str!("../wit/0.2/io.wit")),
    ("clocks", include_str!("../wit/0.2/clocks.wit")),
    ("random", include_str!("../wit/0.2/random.wit")),
    ("filesystem", include_str!("../wit/0.2/filesystem.wit")),
    ("sockets", include_str!("../wit/0.2/sockets.wit")),
    ("cli", include_str!("../wit/0.2/cli.wit")),
    ("http", include_str!("../wit/0.2/http.wit")),
];

/// Interfaces that a component exports instead of importing.
const EXPORTED: &[&str] = &["wasi:cli/run", "wasi:http/incoming-handler"];

/// The parsed packages.
pub struct Wit {
    /// All types and functions.
    pub resolve: Resolve,
    /// The interfaces that the runtime implements, package by package.
    pub packages: Vec<Package>,
    /// The resource types, in the order of their numbers.
    pub resources: Vec<TypeId>,
    /// The directions in which values of types are passed.
    pub uses: Uses,
}

/// A package.
pub struct Package {
    /// Its name without the namespace: `io`.
    pub name: &'static str,
    /// Its interfaces, in the order of the text.
    pub interfaces: Vec<InterfaceId>,
}

impl Wit {
    /// An interface's name without version: `wasi:io/streams`.
    pub fn interface_name(&self, id: InterfaceId) -> String {
        let interface = &self.resolve.interfaces[id];
        let package = interface.package.map(|id| &self.resolve.packages[id].name);
        let name = interface.name.as_deref().unwrap_or_default();
        package.map_or_else(
            || name.to_owned(),
            |package| format!("{}:{}/{name}", package.namespace, package.name),
        )
    }

    /// The part of an interface's version that compatible versions share, by semantic versioning:
    /// `0.2`.
    pub fn compatible_version(&self, id: InterfaceId) -> String {
        let package = self.resolve.interfaces[id].package;
        let version = package.and_then(|id| self.resolve.packages[id].name.version.as_ref());
        version.map_or_else(String::new, |version| {
            match (version.major, version.minor) {
                (0, 0) => format!("0.0.{}", version.patch),
                (0, minor) => format!("0.{minor}"),
                (major, _) => major.to_string(),
            }
        })
    }

    /// The number of a resource type.
    pub fn resource_number(&self, id: TypeId) -> Result<usize> {
        let id = self.original(id);
        let found = self.resources.iter().position(|other| *other == id);
        found.context("a resource type of no interface")
    }

    /// The type to which an alias refers.
    pub fn original(&self, id: TypeId) -> TypeId {
        match self.resolve.types[id].kind {
            TypeDefKind::Type(wit_parser::Type::Id(other)) => self.original(other),
            _ => id,
        }
    }
}

/// Parses and resolves all packages.
pub fn read() -> Result<Wit> {
    let mut resolve = Resolve::new();
    resolve.all_features = true;
    let mut ids = BTreeMap::new();
    for (name, text) in PACKAGES {
        let id = resolve.push_source(&format!("{name}.wit"), text);
        ids.insert(*name, id.with_context(|| format!("{name}.wit"))?);
    }
    let mut wit = Wit {
        resolve,
        packages: Vec::new(),
        resources: Vec::new(),
        uses: Uses::default(),
    };
    for (name, _) in PACKAGES {
        let all = wit.resolve.packages[ids[name]].interfaces.values().copied();
        let interfaces: Vec<_> = all
            .filter(|id| !EXPORTED.contains(&wit.interface_name(*id).as_str()))
            .collect();
        for id in &interfaces {
            for ty in wit.resolve.interfaces[*id].types.values() {
                if matches!(wit.resolve.types[*ty].kind, TypeDefKind::Resource) {
                    wit.resources.push(*ty);
                }
            }
        }
        wit.packages.push(Package { name, interfaces });
    }
    wit.uses = Uses::of(&wit);
    Ok(wit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The tree contains only packages that are implemented.
    #[test]
    fn every_file_is_a_package_of_the_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
        let mut files = BTreeSet::new();
        for version in std::fs::read_dir(folder).unwrap() {
            for file in std::fs::read_dir(version.unwrap().path()).unwrap() {
                files.insert(std::fs::read_to_string(file.unwrap().path()).unwrap());
            }
        }
        let packages = PACKAGES
            .iter()
            .map(|(_, text)| (*text).to_owned())
            .collect();
        assert!(
            files == packages,
            "{} files, {} packages",
            files.len(),
            PACKAGES.len()
        );
    }
}
