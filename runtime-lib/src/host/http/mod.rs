//! HTTP/1.1 as a server speaks it. The protocol, from `token` to `answer`, is functions over bytes,
//! without I/O and without allocation.
//!
//! | module | contents |
//! |---|---|
//! | `token` | the characters of names and values, lists, numbers |
//! | `head` | the parser of a request's head and of a trailer section |
//! | `target` | the forms of a request's target; hosts and ports |
//! | `framing` | what the fields say about body and connection |
//! | `chunked` | the decoder of chunks; which fields can be trailers |
//! | `date` | the date of an answer |
//! | `answer` | writes the heads of answers and the framing of chunks |
//! | `incoming`, `outgoing` | the body of a request, and its answer, on a connection |
//! | `wait` | waits of the instance that runs |
//! | `exchange` | the request that the instance handles, and its answer |
//! | `objects` | the objects of `wasi:http` |

pub mod answer;
pub mod chunked;
pub mod date;
pub mod exchange;
pub mod framing;
pub mod head;
pub mod incoming;
pub mod objects;
pub mod outgoing;
pub mod target;
pub mod token;
pub mod wait;

#[cfg(test)]
mod tests;
