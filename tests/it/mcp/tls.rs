//! Servers behind TLS: the right certificate, and the wrong ones.

use std::net::SocketAddr;
use std::sync::Arc;

use dogwatch::domain::probe::{Class, Level, Report};
use dogwatch::sources::mcp::{Prober, SharedHttp, Target};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::server::{Manner, Server};
use super::{assert_clean, assert_up, class, failure};

/// Until which year a certificate holds.
const LONG: i32 = 2100;
const OVER: i32 = 2021;

/// A root of a team's own, and a file with it.
struct Root {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Root {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    /// How a server with a certificate of this root, for this name and to the end of this year, speaks TLS.
    fn certified(&self, name: &str, until: i32) -> TlsAcceptor {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Puts TLS before a server, for as long as the test runs.
async fn before(server: &Server, acceptor: TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let plain: SocketAddr = server.origin().trim_start_matches("http://").parse().unwrap();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut covered) = acceptor.accept(socket).await else { return };
                let mut inner = TcpStream::connect(plain).await.unwrap();
                // Either side may go when it likes.
                let _ended = tokio::io::copy_bidirectional(&mut covered, &mut inner).await;
            });
        }
    });
    at
}

/// What a probe of `https://127.0.0.1:…/mcp` sees when the server there has such a certificate.
async fn seen(acceptor: TlsAcceptor, trusting: Option<&Root>) -> (Report, Server) {
    let server = Server::start(Manner::modern());
    let at = before(&server, acceptor).await;
    let mut target = Target::bare(format!("https://{at}/mcp").parse().unwrap());
    target.ca_file = trusting.map(|root| root.folder.path().join("root.pem"));
    (Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await, server)
}

#[tokio::test]
async fn a_server_with_a_certificate_of_the_teams_own_root_is_up() {
    let root = Root::new();
    let (report, server) = seen(root.certified("127.0.0.1", LONG), Some(&root)).await;
    assert_up(&report);
    assert_clean(&server);
}

#[tokio::test]
async fn a_certificate_that_is_wrong_or_expired_is_tls_and_nothing_is_asked() {
    let (root, other) = (Root::new(), Root::new());
    let cases = [
        ("a root that nobody knows", root.certified("127.0.0.1", LONG), None, "`ca_file`"),
        ("a root that is not the team's", root.certified("127.0.0.1", LONG), Some(&other), "`ca_file`"),
        ("over since years", root.certified("127.0.0.1", OVER), Some(&root), "expired"),
        ("for somebody else", root.certified("mcp.example.com", LONG), Some(&root), "127.0.0.1"),
    ];
    for (what, acceptor, trusting, word) in cases {
        let (report, server) = seen(acceptor, trusting).await;
        assert_eq!(class(&report), Class::Tls, "{what}: {report:?}");
        let message = failure(&report).message.as_str();
        assert!(message.contains(word), "{what}: {message}");
        assert_eq!(server.asked(), Vec::<String>::new(), "{what}");
    }
}
