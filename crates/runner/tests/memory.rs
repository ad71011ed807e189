//! A run takes no more memory than it is said to take at most.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use article5_runner::batch::{BatchError, ResumableRun};
use article5_runner::config::Experiment;
use article5_runner::ensemble::{Ensemble, RunControl};
use article5_runner::estimate::memory_at_most;
use article5_runner::tables::RunFolder;

/// The system's allocator, which notes how many bytes are in use, and how many were at most.
///
/// Lists and counts of more than 2 MB have mappings of their own, which it does not see: six
/// quarters of a scenario take less.
struct Counting;

static IN_USE: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

#[expect(unsafe_code, reason = "what an allocator implements is unsafe")]
// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let more = layout.size() as u64;
        MOST.fetch_max(IN_USE.fetch_add(more, Ordering::Relaxed) + more, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const THREADS: usize = 2;

/// What is counted for the program itself, which the allocator does not see.
const PROGRAM: u64 = 6 << 20;

const MEGABYTE: u64 = 1_000_000;

/// Runs three scenarios of six quarters; returns the most bytes that were allocated, and how many
/// it is said that there can be.
fn run(more: &str, output: &str) -> (u64, u64) {
    let text = format!(
        "name = \"a\"\nquarters = 6\nscenarios = [\"no-guarantee\", \"article5-like\", \"ironclad\"]\n\
         {more}\n[output]\ncharts = false\nquarters = [1, 2, 3, 4, 5, 6]\n{output}"
    );
    let experiment = Experiment::from_toml(&text, "a.toml", Path::new(".")).unwrap();
    let ensemble = Ensemble::new(&experiment).unwrap();
    let there = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().unwrap();
    let before = IN_USE.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let done = pool.install(|| {
        let mut folder = RunFolder::begin(&there.path().join("a"), false)?;
        let (mut run, start) =
            ResumableRun::open(&ensemble, there.path(), &folder, Duration::from_secs(30))?;
        let stop = AtomicBool::new(false);
        run.run(start, RunControl { progress: &|_| (), stop: &stop })?;
        run.tables.finish(&mut folder, &stop)?;
        Ok::<_, BatchError>(())
    });
    done.unwrap();
    let most = MOST.load(Ordering::Relaxed) - before;
    (most, memory_at_most(&ensemble, THREADS) - PROGRAM)
}

/// A list of so many points with a stopping rule, whose first one has many incidents, or few as all
/// others.
fn of_points(points: u32, half_width: f64, most: u64, first: f64) -> String {
    let others = (1..points).map(|point| format!(", {:.6}", 0.0001 + 1e-6 * f64::from(point)));
    let others: String = others.collect();
    format!(
        "replicates = 100\n[stop]\noutcome = \"incidents\"\nhalf_width = {half_width}\n\
         max_replicates = {most}\n[design]\nkind = \"list\"\n[design.vary]\n\
         \"ukraine.incident_base\" = {{ values = [{first}{others}] }}"
    )
}

/// One test, as there is one count of bytes.
#[test]
fn a_run_takes_no_more_memory_than_it_is_said_to_take_at_most() {
    for (more, output) in [
        ("replicates = 3000", ""),
        ("replicates = 500", "cover_quarters = [1, 2, 3, 4, 5, 6]"),
        // No point is ever precise: of 1,100 replicates each has room for 2,048.
        (&of_points(12, 1e-9, 1_100, 0.0001), ""),
        (&of_points(12, 1e-9, 2_300, 0.0001), ""),
    ] {
        let (taken, said) = run(more, output);
        assert!(taken <= said, "{taken} bytes instead of {said}: {more}");
        // Nor very much less: most of the difference is what may wait to be saved, up to 32 MB.
        assert!(said < 2 * taken + 40 * MEGABYTE, "{taken} bytes instead of {said}: {more}");
    }
    // The first point needs all replicates. Each of the others needs 100: that is 0.4 MB, and with
    // room for 2,048 replicates it would be 5 MB. They wait until there are 16 MB of them.
    let (taken, said) = run(&of_points(80, 0.02, 2_300, 0.3), "");
    assert!(taken <= said.min(50 * MEGABYTE), "{taken} bytes instead of {said}");
}
