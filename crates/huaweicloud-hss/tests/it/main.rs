//! The client from outside: what it sends, and what it makes of what comes back.

mod answers;
mod client;
mod paging;
mod sandbox;
mod server;
mod wire;
