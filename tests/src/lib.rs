//! Shared helpers of the test families.
