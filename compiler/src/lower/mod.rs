//! Stage three: a function of the program to CLIF.

pub mod symbol;
