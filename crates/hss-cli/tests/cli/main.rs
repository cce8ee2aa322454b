//! The program as its users meet it: each test runs the built binary.

mod addresses;
mod bad_input;
mod contract;
mod filters;
mod help;
mod interruption;
mod listing;
mod load;
mod network;
mod output;
mod proof;
mod server;
mod support;
#[cfg(unix)]
mod terminal;
