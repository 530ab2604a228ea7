//! Links with the compiler of the system: the cross-check of the in-process linker.
