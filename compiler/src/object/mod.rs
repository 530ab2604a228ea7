//! Stage five: machine code and a program to a relocatable object.

pub mod blob;
pub mod component;
pub mod elf;
pub mod exceptions;
pub mod heap;
pub mod image;
pub mod state;
pub mod tables;
pub mod text;
pub mod unwind;
