//! Which servers have instances that are a snapshot.

use crate::component;
use crate::program::{Options, snapshot};

/// The function of the host for which the instances of a server are no snapshot. `core`: what its
/// core module defines, in addition to its handler.
fn differs(core: &str) -> Option<String> {
    let text = format!(
        r#"(component
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type (sub resource)))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (export "get-stdout" (func (result (own $stream))))))
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:http/types@0.2.0" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $outparam))
  (core func $random (canon lower (func $random "get-random-u64")))
  (core func $stdout (canon lower (func $stdout "get-stdout")))
  (core func $drop (canon resource.drop $stream))
  (core module $m
    (import "" "random" (func $random (result i64)))
    (import "" "stdout" (func $stdout (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (type $number (func (result i64)))
    (func (export "handle") (param i32 i32) (drop (call $random)))
    {core})
  (core instance $m (instantiate $m (with "" (instance
    (export "random" (func $random))
    (export "stdout" (func $stdout))
    (export "drop" (func $drop))))))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $m "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#
    );
    let bytes = wat::parse_str(text).expect("the component parses");
    let plan = component::translate(&bytes).expect("the component is valid");
    let target = wasi_aot_targets::TARGETS.first().expect("a target");
    let program = component::assemble(&plan, "test", target, &Options::default(), &|_| true);
    let program = program.expect("the component is a program");
    assert!(program.component.serves.is_some());
    snapshot::differs(&program).map(str::to_owned)
}

const RANDOM: &str = "wasi:random/random@0.2#get-random-u64";

#[test]
fn instantiation_without_calls_is_always_the_same() {
    assert_eq!(differs(""), None);
    assert_eq!(differs("(func $f) (start $f)"), None);
}

#[test]
fn calls_that_are_not_the_same_are_found_through_others() {
    let start = "(start $f) (func $f (call $g)) (func $g (drop (call $random)))";
    assert_eq!(differs(start).as_deref(), Some(RANDOM));
}

#[test]
fn streams_and_destructors_are_always_the_same() {
    assert_eq!(
        differs("(start $f) (func $f (call $drop (call $stdout)))"),
        None
    );
}

#[test]
fn indirect_calls_reach_what_is_in_tables() {
    let start = "(start $f) (func $f (drop (call_indirect (type $number) (i32.const 0))))
        (func $g (result i64) (i64.const 0)) (table 1 funcref)";
    let with = |elements: &str| differs(&format!("{start} (elem (i32.const 0) {elements})"));
    assert_eq!(with("$random").as_deref(), Some(RANDOM));
    assert_eq!(with("$g"), None);
}
