//! A replicate allocates nothing: all room is made with the workspace.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use article5_model::alliance::Alliance;
use article5_model::scenario::Scenario;

/// The system's allocator, counting what each thread asks of it.
struct Counting;

thread_local! {
    // The thread of the test alone: that of the harness allocates when it likes.
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "what an allocator implements is unsafe")]
// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_replicate_allocates_nothing() {
    for name in ["no-guarantee", "article5-like", "back-away"] {
        let scenario = Scenario::builtin(name).unwrap();
        let model = scenario.model(&Alliance::nato(), 40).unwrap();
        let mut workspace = model.workspace();
        // The first replicate makes the room.
        model.run(2026, 0, &mut workspace, |_| ());
        let (before, mut trust) = (ASKED.get(), 0.0);
        for replicate in 1..200 {
            model.run(2026, replicate, &mut workspace, |quarter| trust += quarter.trust_mean);
        }
        assert_eq!(ASKED.get() - before, 0, "{name}");
        assert!(trust > 0.0);
    }
}
