//! A server that stands for every host of a cloud: it has certificates for their names.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use huaweicloud_hss::{Client, ClientBuilder, Credentials, RetryPolicy};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::client::{ACCESS_KEY, SECRET_KEY};
use crate::server::{Received, read};

/// Answers each connection with the next answer of the script.
pub(crate) struct Cloud {
    pub(crate) address: SocketAddr,
    /// Whom to trust, in PEM.
    pub(crate) authority: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Cloud {
    pub(crate) async fn start(hosts: &[&str], answers: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let (config, authority) = certificates(hosts);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not trust the certificate goes away in the handshake.
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    continue;
                };
                let Some(request) = read(&mut stream).await else {
                    continue;
                };
                kept.lock().expect("not poisoned").push(request);
                let answer = answers.pop_front().unwrap_or_default();
                // The client may have gone, which is its own affair.
                drop(stream.write_all(&answer).await);
                drop(stream.shutdown().await);
            }
        });
        Self {
            address,
            authority,
            received,
        }
    }

    /// A client for which every name leads here. It has an access key and does not retry.
    pub(crate) fn builder(&self) -> ClientBuilder {
        let address = self.address;
        Client::builder()
            .resolver(move |_| Some(address))
            .root_certificates(&*self.authority)
            .credentials(Credentials::access_key(ACCESS_KEY, SECRET_KEY))
            .retry(RetryPolicy::none())
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }

    /// The requests as host, method and path.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.received()
            .iter()
            .map(|request| {
                let line = request.line.split(['?', ' ']);
                let line: Vec<_> = line.take(2).collect();
                format!(
                    "{} {}",
                    request.header("host").unwrap_or("-"),
                    line.join(" ")
                )
            })
            .collect()
    }
}

fn certificates(hosts: &[&str]) -> (ServerConfig, String) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new([]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority
        .self_signed(&authority_key)
        .expect("a certificate")
        .pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let certificate = CertificateParams::new(hosts)
        .expect("parameters")
        .signed_by(&key, &issuer)
        .expect("a certificate");
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )
        .expect("a configuration");
    // It would rather speak HTTP/2, in which most servers take no header of more than 16 KiB.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (config, pem)
}
