//! Nothing: the components are examples of this package.
