//! `wasi:http/incoming-handler`: calls the handler that the component exports.

use crate::{
    canonical::Resource,
    component::handles::lower_own,
    fatal::bug,
    host::http::objects::incoming,
    server::worker,
    wasi::p2::generated::http::types::{IncomingRequest, ResponseOutparam},
};
use core::{
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::component::invocation::{Invocation, MAX_FLAT_PARAMS};

/// The component's handler; null before the program is instantiated.
static HANDLER: AtomicPtr<Invocation> = AtomicPtr::new(ptr::null_mut());

/// See [`wasi_aot_abi::component::symbols::SERVE`].
///
/// # Safety
/// The program's code must call it, on its stack, with data of the program.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_http_serve(handler: &'static Invocation) -> ! {
    HANDLER.store(ptr::from_ref(handler).cast_mut(), Ordering::Relaxed);
    worker::instantiated(handle)
}

/// Calls the handler with a new request: `handle: func(request: incoming-request, response-out:
/// response-outparam)`.
fn handle() {
    // SAFETY: it is null, or data of the program.
    let Some(handler) = (unsafe { HANDLER.load(Ordering::Relaxed).as_ref() }) else {
        bug(b"the handler is called before instantiation")
    };
    // SAFETY: this is data of the program.
    let options = unsafe { &*handler.options };
    let exchange = incoming::begin();
    let mut values = [0; MAX_FLAT_PARAMS];
    let [request, outparam, ..] = &mut values;
    *request = lower_own(options, IncomingRequest::NUMBER, exchange).into();
    *outparam = lower_own(options, ResponseOutparam::NUMBER, exchange).into();
    // SAFETY: this is a function of the program, this is its stack, and `values` can hold the flat
    // values of any call.
    unsafe {
        (handler.call)(values.as_mut_ptr());
        if let Some(post_return) = handler.post_return {
            post_return(values.as_mut_ptr());
        }
    }
}
