//! Stage four: CLIF to an object.
