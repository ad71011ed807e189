//! A warning before a run that may not fit into memory.

use article5_runner::ensemble::Ensemble;
use article5_runner::estimate::memory_at_most;

use super::check::megabytes;
use crate::say::tell;

/// Warns if what a run holds at most is more than the memory that is available. It runs all the
/// same: the system may have room elsewhere, and finished work is kept.
pub(super) fn warn(ensemble: &Ensemble<'_>, threads: usize) {
    let needed = memory_at_most(ensemble, u32::try_from(threads).unwrap_or(u32::MAX));
    if let Some(available) = available().filter(|available| needed > *available) {
        tell(format_args!(
            "warning: the run may take {} of memory, and {} are available; fewer scenarios, \
             `output.quarters` or threads take less",
            megabytes(needed),
            megabytes(available)
        ));
    }
}

/// The memory that is available, in bytes; `None` where the system does not tell it in this way.
fn available() -> Option<u64> {
    of_meminfo(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

/// The bytes available by Linux's `/proc/meminfo`, which counts in units of 1024 bytes.
fn of_meminfo(text: &str) -> Option<u64> {
    let kilobytes = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    kilobytes.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_available_is_read_where_the_system_tells_it() {
        let told = "MemTotal:  16384 kB\nMemFree:  1 kB\nMemAvailable:    2048 kB\nBuffers: 3 kB\n";
        assert_eq!(of_meminfo(told), Some(2 << 20));
        assert_eq!(of_meminfo("MemTotal: 16384 kB\n"), None);
        assert_eq!(of_meminfo("MemAvailable: lots\n"), None);
    }
}
