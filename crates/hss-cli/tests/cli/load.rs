//! A process that may have few files open.

#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::support::{Server, records};

#[test]
fn a_thousand_connections_need_no_thousand_files() {
    let program = env!("CARGO_BIN_EXE_hss");
    let limited =
        format!("ulimit -n 256 && exec '{program}' sandbox --listen 127.0.0.1:0 --images 20");
    let server = Server::run(Command::new("/bin/sh").args(["-c", &limited]));
    let clients: Vec<_> = (0..1000)
        .map(|_| {
            let mut client = TcpStream::connect(server.address()).expect("a connection");
            client
                .set_read_timeout(Some(Duration::from_secs(30)))
                .expect("a timeout");
            client
                .write_all(b"GET /v3/projects HTTP/1.1\r\nHost: a\r\n\r\n")
                .expect("it is sent");
            client
        })
        .collect();
    for mut client in &clients {
        let mut start = [0; 12];
        client.read_exact(&mut start).expect("an answer");
        assert_eq!(&start, b"HTTP/1.1 401");
    }
    assert_eq!(records(&mut server.list_signed()).len(), 20);
}
