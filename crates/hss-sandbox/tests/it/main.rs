//! The sandbox from outside: every test starts one and talks HTTP to it.

mod auth;
mod client;
mod cors;
mod data;
mod examples;
mod faults;
mod filters;
mod hostile;
mod iam;
mod inventory;
mod load;
mod persistence;
mod raw;
mod requests;
mod server;
mod sync;
