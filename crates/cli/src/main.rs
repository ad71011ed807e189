//! The command `article5`.

fn main() {}
