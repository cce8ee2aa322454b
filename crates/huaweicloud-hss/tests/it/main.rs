//! The client from outside: what it sends, and what it makes of what comes back.

mod addresses;
mod answers;
mod blocking;
mod client;
mod clock_skew;
mod cloud;
mod gateway;
mod inventory_server;
mod limits;
mod list_all;
mod lockout;
mod metadata;
mod network;
mod pace;
mod paging;
mod password;
mod project;
mod provider;
mod retry;
mod sandbox;
mod secrets;
mod server;
mod slow_reader;
mod spans;
mod wire;
