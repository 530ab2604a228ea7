//! Trees of real directories.

use super::*;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use tempfile::TempDir;

const ROOM: u64 = 1 << 20;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn grant(host: impl AsRef<Path>, guest: &str) -> Grant {
    Grant {
        host: host.as_ref().into(),
        guest: guest.into(),
    }
}

/// The single tree that the grants make.
fn one(grants: &[Grant]) -> Embed {
    let mut embeds = read(grants, ROOM).unwrap();
    assert_eq!(embeds.len(), 1);
    embeds.remove(0)
}

fn refused(grants: &[Grant]) -> Error {
    read(grants, ROOM).expect_err("this cannot be embedded")
}

/// Each path and its contents.
fn shown(tree: &Tree) -> Vec<String> {
    let line = |(index, node): (usize, &Node)| {
        let mut path = node.name.clone();
        let mut at = node.parent as usize;
        while at != 0 {
            path = format!("{}/{path}", tree.nodes[at].name);
            at = tree.nodes[at].parent as usize;
        }
        match &node.kind {
            Kind::File(contents) => format!("{path}: {} bytes", contents.len),
            Kind::Link(target) => format!("{path} -> {target}"),
            Kind::Directory(first, count) => {
                let entries = &tree.nodes[*first as usize..][..*count as usize];
                assert!(entries.is_sorted_by_key(|entry| entry.name.as_bytes()));
                assert!(entries.iter().all(|entry| entry.parent as usize == index));
                format!("{path}/")
            }
        }
    };
    tree.nodes.iter().enumerate().map(line).collect()
}

#[test]
fn a_tree_is_in_order() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir_all(at.join("b/c")).unwrap();
    fs::create_dir(at.join("empty")).unwrap();
    for (name, contents) in [("b/c/x", "1"), ("b.", "22"), ("B", ""), ("é", "333")] {
        fs::write(at.join(name), contents).unwrap();
    }
    symlink("../b./", at.join("b/up")).unwrap();
    let embed = one(&[grant(at, "/srv")]);
    assert_eq!(embed.guest, "/srv");
    assert_eq!(
        shown(&embed.tree),
        [
            "/",
            "B: 0 bytes",
            "b/",
            "b.: 2 bytes",
            "empty/",
            "é: 3 bytes",
            "b/c/",
            "b/up -> ../b./",
            "b/c/x: 1 bytes",
        ]
    );
}

#[test]
fn only_what_the_program_sees_is_in_the_digest() {
    let make = |contents: &str, name: &str| {
        let folder = folder();
        fs::write(folder.path().join(name), contents).unwrap();
        let digest = one(&[grant(folder.path(), "/")]).tree.sha256();
        (folder, digest)
    };
    let (folder, digest) = make("x", "f");
    assert_eq!(make("x", "f").1, digest);
    assert_ne!(make("y", "f").1, digest);
    assert_ne!(make("x", "g").1, digest);
    let file = File::open(folder.path().join("f")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    fs::set_permissions(folder.path().join("f"), fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(one(&[grant(folder.path(), "/")]).tree.sha256(), digest);
}

#[test]
fn files_share_the_directory_that_they_are_in() {
    let folder = folder();
    let file = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, name).unwrap();
        path
    };
    let embeds = read(
        &[
            grant(file("z"), "/data/one"),
            grant(file("y"), "/data/another"),
            grant(file("x"), "x"),
            grant(file("w"), "/w"),
        ],
        ROOM,
    )
    .unwrap();
    let all: Vec<_> = embeds
        .iter()
        .map(|embed| (&*embed.guest, shown(&embed.tree)[1..].join(", ")))
        .collect();
    assert_eq!(
        all,
        [
            ("/data", "another: 1 bytes, one: 1 bytes".into()),
            (".", "x: 1 bytes".into()),
            ("/", "w: 1 bytes".into()),
        ]
    );
    for guest in ["/data/", "..", "a/."] {
        assert_eq!(
            refused(&[grant(file("x"), guest)]).code,
            Code::Option,
            "{guest}"
        );
    }
    let error = refused(&[grant(file("x"), "/a/b"), grant(file("y"), "/a/b")]);
    assert_eq!(error.code, Code::Option);
    for (directory, file_at) in [("/a", "/a/b"), ("/a/", "/a/b"), (".", "b")] {
        let grants = [grant(folder.path(), directory), grant(file("x"), file_at)];
        assert_eq!(refused(&grants).code, Code::Option, "{directory} {file_at}");
        let grants = [grant(file("x"), file_at), grant(folder.path(), directory)];
        assert_eq!(refused(&grants).code, Code::Option, "{directory} {file_at}");
    }
}

#[test]
fn links_stay_inside() {
    for (link, target, stays) in [
        ("l", "d/f", true),
        ("l", "nothing", true),
        ("l", "l", true),
        ("l", ".", true),
        ("d/l", "..", true),
        ("d/l", "../d/../d/f", true),
        ("d/l", "../up/d", true),
        ("l", "..", false),
        ("d/l", "../..", false),
        ("d/l", "../up/..", false),
        ("l", "d/../../x", false),
        ("l", "/etc", false),
        ("l", "nothing/../..", true),
    ] {
        let folder = folder();
        let at = folder.path();
        fs::create_dir(at.join("d")).unwrap();
        fs::write(at.join("d/f"), "").unwrap();
        symlink("d/..", at.join("up")).unwrap();
        symlink(target, at.join(link)).unwrap();
        let result = read(&[grant(at, "/g")], ROOM);
        if stays {
            assert!(result.is_ok(), "{link} -> {target}: {result:?}");
            continue;
        }
        let error = result.expect_err(target);
        assert_eq!(error.code, Code::Embed, "{link} -> {target}");
        assert_eq!(error.place.file, Some(at.join(link).display().to_string()));
    }
}

#[test]
fn what_a_tree_cannot_hold_is_named() {
    let folder = folder();
    let at = folder.path();
    let at = |name: &str| at.join(name);
    let error = refused(&[grant(at("nothing"), "/")]);
    assert_eq!(
        (error.code, error.place.file),
        (Code::Input, Some(at("nothing").display().to_string()))
    );

    fs::create_dir(at("socket")).unwrap();
    let _socket = UnixListener::bind(at("socket/s")).unwrap();
    let error = refused(&[grant(at("socket"), "/")]);
    assert_eq!(error.code, Code::Embed);
    assert!(error.message.contains("a socket"), "{error}");
    assert_eq!(refused(&[grant(at("socket/s"), "/s")]).code, Code::Embed);
    assert_eq!(refused(&[grant("/dev/null", "/null")]).code, Code::Embed);

    fs::create_dir(at("names")).unwrap();
    fs::write(at("names").join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    let error = refused(&[grant(at("names"), "/")]);
    assert!(
        error.code == Code::Embed && error.message.contains("UTF-8"),
        "{error}"
    );

    fs::create_dir(at("targets")).unwrap();
    symlink(std::ffi::OsStr::from_bytes(b"\xff"), at("targets/l")).unwrap();
    let error = refused(&[grant(at("targets"), "/")]);
    assert!(
        error.code == Code::Embed && error.message.contains("UTF-8"),
        "{error}"
    );
}

#[test]
fn there_is_room_for_so_much() {
    let folder = folder();
    let file = |name: &str, len: u64| {
        let path = folder.path().join(name);
        // A sparse file: nothing is written.
        File::create(&path).unwrap().set_len(len).unwrap();
        path
    };
    let grants = [
        grant(file("a", ROOM - 1), "/a/a"),
        grant(file("b", 1), "/b/b"),
    ];
    assert!(read(&grants, ROOM).is_ok());
    let grants = [grants[0].clone(), grant(file("b", 2), "/b/b")];
    let error = refused(&grants);
    assert_eq!(error.code, Code::Layout);
    assert!(
        error.message.contains("1048577") && error.message.contains("1048576"),
        "{error}"
    );
    // The size is refused before any byte is read.
    let grants = [grant(file("huge", 1 << 40), "/huge")];
    assert_eq!(refused(&grants).code, Code::Layout);
}

#[test]
fn a_file_that_changes_is_no_longer_embedded() {
    let folder = folder();
    let path = folder.path().join("f");
    fs::write(&path, "before").unwrap();
    let embed = one(&[grant(&path, "/f")]);
    let contents = embed.tree.files().next().unwrap();
    let mut bytes = b"..".to_vec();
    contents.append_to(&mut bytes).unwrap();
    assert_eq!(bytes, b"..before");
    for now in ["behind", "befor", "before and after"] {
        fs::write(&path, now).unwrap();
        let error = contents.append_to(&mut Vec::new()).expect_err(now);
        assert_eq!(error.code, Code::Input);
    }
    fs::remove_file(&path).unwrap();
    let error = contents.append_to(&mut Vec::new()).expect_err("it is gone");
    assert_eq!(error.code, Code::Input);
}
