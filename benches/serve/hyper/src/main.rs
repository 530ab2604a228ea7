//! Answers one line to every request, on one thread: `wasi-aot-serve-hyper ADDRESS:PORT`.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, env, error::Error};
use tokio::{
    net::TcpListener,
    task::{LocalSet, spawn_local},
};

const ANSWER: &[u8] = b"Hello, wasi:http/proxy world!\n";

async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(ANSWER))))
}

async fn serve(address: &str) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        spawn_local(async move {
            let connection = http1::Builder::new();
            // A client that closes its connection is no error here.
            let _ = connection
                .serve_connection(TokioIo::new(stream), service_fn(answer))
                .await;
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).ok_or("an address is missing")?;
    LocalSet::new().run_until(serve(&address)).await
}
