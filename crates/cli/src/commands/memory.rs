//! A warning before a run that may not fit into memory.

use std::fs;
use std::path::Path;

use super::check::megabytes;
use crate::say::tell;

/// Warns if what a command takes at most is more than the memory that is available. It goes on all
/// the same: it may take less, and finished work is kept.
pub(super) fn warn(at_most: u64) {
    if let Some(available) = available().filter(|available| at_most > *available) {
        tell(format_args!(
            "warning: this may take up to {} of memory, and {} are available; fewer scenarios, \
             quarters in [output] or threads take less",
            megabytes(at_most),
            megabytes(available)
        ));
    }
}

/// The memory that is available, in bytes: on the machine, and to this process if a limit is set, as
/// by Slurm or a container. `None` where the system does not tell it in this way.
fn available() -> Option<u64> {
    let of_machine = of_meminfo(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    Some(of_machine.min(limit(&groups, Path::new("/sys/fs/cgroup")).unwrap_or(u64::MAX)))
}

/// The least memory limit, in bytes, of a process's control group and those around it, which are
/// folders below `root` (version 2 of Linux's control groups).
fn limit(groups: &str, root: &Path) -> Option<u64> {
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let around = root.join(own);
    let around = around.ancestors().take_while(|group| group.starts_with(root));
    let limits = around.filter_map(|group| fs::read_to_string(group.join("memory.max")).ok());
    // Without a limit it is `max`.
    limits.filter_map(|limit| limit.trim().parse().ok()).min()
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

    #[test]
    fn the_least_limit_of_the_groups_around_a_process_is_its_own() {
        let root = tempfile::tempdir().unwrap();
        let job = root.path().join("slurm/job_7");
        fs::create_dir_all(job.join("step_0/task_0")).unwrap();
        let of = |groups| limit(groups, root.path());
        assert_eq!(of("0::/slurm/job_7/step_0/task_0\n"), None);
        for (group, limit) in [("slurm", "8000000\n"), ("slurm/job_7", "4000000\n")] {
            fs::write(root.path().join(group).join("memory.max"), limit).unwrap();
        }
        fs::write(job.join("step_0/memory.max"), "max\n").unwrap();
        assert_eq!(of("1:name=systemd:/a\n0::/slurm/job_7/step_0/task_0\n"), Some(4_000_000));
        assert_eq!(of("0::/slurm\n"), Some(8_000_000));
        assert_eq!((of("0::/\n"), of("4:memory:/slurm\n")), (None, None));
    }
}
