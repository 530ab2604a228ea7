//! What hyper makes of the bytes of a connection: a server without a runtime, polled by hand.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Error, HeaderMap, Response, Version};
use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use wasi_aot_tests::entries::http::{End, Request, View, target};

/// Above the limits of our parser, so that the difference is always the same one.
const MOST_BYTES: usize = 1 << 20;
const MOST_FIELDS: usize = 1000;

/// What hyper has told so far.
#[derive(Default)]
struct Told {
    view: View,
    /// The error of a body.
    failed: Option<String>,
    /// What it has sent.
    sent: Vec<u8>,
}

/// Its view of these bytes. They have arrived, and the client sends no more and waits.
pub fn view(data: &[u8]) -> View {
    let told = Rc::new(RefCell::new(Told::default()));
    let client = Client {
        left: data.to_vec(),
        told: told.clone(),
    };
    let service = service_fn(|request| handle(request, &told));
    let mut builder = Builder::new();
    builder.max_buf_size(MOST_BYTES).max_headers(MOST_FIELDS);
    let ended = run(builder.serve_connection(client, service));
    let Told { view, failed, sent } = told.take();
    let refused = |why: String| End::Refused {
        status: last_status(&sent),
        why,
    };
    let end = match (failed, ended) {
        (Some(why), _) => refused(why),
        (None, None) => End::More,
        (None, Some(Ok(()))) => End::Closed,
        (None, Some(Err(error))) => refused(error.to_string()),
    };
    View { end, ..view }
}

/// Polls as long as something happens; `None`: it waits.
fn run<T>(future: impl Future<Output = T>) -> Option<T> {
    struct Woken(AtomicBool);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Relaxed);
        }
    }
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(woken.clone());
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    while woken.0.swap(false, Relaxed) {
        if let Poll::Ready(ended) = future.as_mut().poll(&mut context) {
            return Some(ended);
        }
    }
    None
}

/// Takes note of a request, reads its body to the end, and answers.
async fn handle(
    request: hyper::Request<Incoming>,
    told: &RefCell<Told>,
) -> Result<Response<Empty>, Infallible> {
    let (head, mut body) = request.into_parts();
    told.borrow_mut().view.requests.push(Request {
        method: head.method.as_str().as_bytes().to_vec(),
        target: target(head.uri.to_string().as_bytes()),
        minor: u8::from(head.version >= Version::HTTP_11),
        fields: texts(&head.headers),
        ..Request::default()
    });
    let complete = loop {
        match poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            None => break true,
            Some(Err(error)) => break failed(told, &error),
            Some(Ok(frame)) => take(told, frame),
        }
    };
    if let Some(last) = told.borrow_mut().view.requests.last_mut() {
        last.complete = complete;
    }
    let mut response = Response::new(Empty);
    if !complete {
        *response.status_mut() = hyper::StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

fn failed(told: &RefCell<Told>, error: &Error) -> bool {
    let source = std::error::Error::source(error);
    let why = source.map_or_else(|| error.to_string(), ToString::to_string);
    told.borrow_mut().failed = Some(why);
    false
}

fn take(told: &RefCell<Told>, frame: Frame<Bytes>) {
    let mut told = told.borrow_mut();
    let Some(last) = told.view.requests.last_mut() else {
        return;
    };
    match frame.into_data() {
        Ok(data) => last.body.extend_from_slice(&data),
        Err(frame) => {
            let trailers = frame.into_trailers();
            last.trailers = trailers.map_or_else(|_| Vec::new(), |fields| texts(&fields));
        }
    }
}

fn texts(fields: &HeaderMap) -> Vec<(Vec<u8>, Vec<u8>)> {
    let text = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.as_str().as_bytes().to_vec(), value.as_bytes().to_vec())
    };
    fields.iter().map(text).collect()
}

/// The status code of the last answer that it has sent.
fn last_status(sent: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(sent);
    let status = text.rsplit("HTTP/1.").next();
    let status = status.and_then(|rest| rest.split(' ').nth(1));
    status.and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// The other end of the connection.
struct Client {
    left: Vec<u8>,
    told: Rc<RefCell<Told>>,
}

impl Read for Client {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let some = buffer.remaining().min(self.left.len());
        if some == 0 {
            return Poll::Pending;
        }
        buffer.put_slice(&self.left[..some]);
        self.left.drain(..some);
        Poll::Ready(Ok(()))
    }
}

impl Write for Client {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.told.borrow_mut().sent.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The body of an answer: none.
struct Empty;

impl Body for Empty {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}
