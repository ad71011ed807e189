//! Signals that stop a run politely: what is finished is kept.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::{consts, flag};

use crate::exit::INTERRUPTED;

/// Returns a switch that is set by a signal to stop: Ctrl-C, the end of a job or of a session. A
/// second Ctrl-C stops at once; the other signals may come twice anyway, as from `timeout`, which
/// signals the whole group.
pub(crate) fn stop_on_signals() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in SIGNALS.into_iter().filter(|signal| !is_ignored(*signal)) {
        // Without a handler it still stops the run, only less politely.
        if signal == consts::SIGINT {
            let code = INTERRUPTED.into();
            let _ = flag::register_conditional_shutdown(signal, code, Arc::clone(&stop));
        }
        let _ = flag::register(signal, Arc::clone(&stop));
    }
    stop
}

#[cfg(unix)]
const SIGNALS: [i32; 3] = [consts::SIGINT, consts::SIGTERM, consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [consts::SIGINT, consts::SIGTERM];

/// Whether the run was started in such a way that a signal does not reach it, as with `nohup`; only
/// Linux can say.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // The first signal is number 1.
    mask >> (signal - 1) & 1 == 1
}
