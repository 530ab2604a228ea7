//! Options that control the amount and the format of messages.

use super::message::MessageFormat;
use clap::Args;

/// Those of a verb that has errors to print.
#[derive(Args, Debug, Default, Clone, Copy)]
pub struct MessageArgs {
    /// How messages are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub message_format: MessageFormat,
}

/// Those of a verb that builds.
#[derive(Args, Debug, Default, Clone, Copy)]
pub struct SpeechArgs {
    /// Print nothing but errors and results
    #[arg(short, long)]
    pub quiet: bool,
    /// Say what is done: what is read and written, for what, how large it is
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print how long each stage took
    #[arg(long)]
    pub timings: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
}
