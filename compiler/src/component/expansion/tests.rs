//! Compares the counts with the output of the translator.

use super::read;
use crate::component::translate;
use crate::wasm::supported_in_components;

/// Counts and translates the component: both must find the same numbers of component instances and
/// core instances.
fn counted(text: &str) -> (u64, u64) {
    let bytes = wat::parse_str(text).expect("the test's text parses");
    let definitions = read(&bytes, supported_in_components()).expect("the component is valid");
    let count = definitions
        .count(bytes.len())
        .expect("it is below the limits");
    let plan = translate(&bytes).expect("the translator knows it");
    let own = plan
        .instances
        .iter()
        .filter(|instance| instance.owner.is_some());
    // The root is an instance, too.
    assert_eq!(
        count.instances + 1,
        u64::from(plan.component_instances),
        "{text}"
    );
    assert_eq!(count.core_instances, own.count() as u64, "{text}");
    (count.instances, count.core_instances)
}

const LEAF: &str = "(component $leaf (core module $m (func (export \"f\")))
    (core instance $k (instantiate $m))
    (func (export \"f\") (canon lift (core func $k \"f\"))))";

#[test]
fn nested_components_are_counted_each_time() {
    let text = format!(
        "(component (component $c {LEAF} (instance (instantiate $leaf)) (instance (instantiate $leaf)))
           (instance (instantiate $c)) (instance (instantiate $c)) (instance (instantiate $c)))"
    );
    assert_eq!(counted(&text), (9, 6));
}

#[test]
fn outer_aliases_are_what_they_alias() {
    let text = format!(
        "(component $top {LEAF}
           (core module $n)
           (component $a
             (component $b (alias outer $top $leaf (component $x)) (alias outer $top $n (core module $y))
               (instance (instantiate $x)) (core instance (instantiate $y)) (core instance (instantiate $y)))
             (instance (instantiate $b)) (instance (instantiate $b)))
           (instance (instantiate $a)))"
    );
    assert_eq!(counted(&text), (5, 6));
}

#[test]
fn components_are_arguments_and_exports() {
    let text = format!(
        "(component {LEAF}
           (component $twice (import \"c\" (component $c (export \"f\" (func))))
             (instance (instantiate $c)) (instance (instantiate $c))
             (export \"d\" (component $c)))
           (instance $t (instantiate $twice (with \"c\" (component $leaf))))
           (alias export $t \"d\" (component $d))
           (instance (instantiate $d))
           (instance $all (export \"e\" (component $d)))
           (alias export $all \"e\" (component $e))
           (instance (instantiate $e)))"
    );
    assert_eq!(counted(&text), (5, 4));
}

#[test]
fn instances_and_functions_are_arguments() {
    let text = format!(
        "(component (import \"host\" (instance $host (export \"f\" (func)) (export \"i\" (instance (export \"g\" (func))))))
           {LEAF}
           (component $calls (import \"a\" (instance $a (export \"f\" (func))))
             (alias export $a \"f\" (func $f))
             (core func $l (canon lower (func $f)))
             (core module $m (import \"\" \"f\" (func)))
             (core instance (instantiate $m (with \"\" (instance (export \"f\" (func $l)))))))
           (instance $leaf (instantiate $leaf))
           (instance (instantiate $calls (with \"a\" (instance $leaf))))
           (instance (instantiate $calls (with \"a\" (instance $host))))
           (alias export $host \"i\" (instance $i))
           (alias export $i \"g\" (func $g))
           (instance $made (export \"f\" (func $g)))
           (instance (instantiate $calls (with \"a\" (instance $made)))))"
    );
    assert_eq!(counted(&text), (4, 4));
}
