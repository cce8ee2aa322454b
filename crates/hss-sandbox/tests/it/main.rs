//! The sandbox from outside: every test starts one and talks HTTP to it.

mod auth;
mod client;
mod data;
mod faults;
mod filters;
mod iam;
mod inventory;
mod persistence;
mod requests;
mod server;
mod sync;
