//! The progress bar.

use std::fmt;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::args::Verbosity;

/// Of a job that has so many replicates.
const KNOWN: &str = "{bar:40} {human_pos} of {human_len} replicates, {rate}/s, {eta} left";

/// Of a job that ends once its results are precise enough. What is no longer needed then counts as
/// done at once, so that there is no speed from which to foretell the end.
const OPEN_ENDED: &str = "{bar:40} {human_pos} of at most {human_len} replicates";

/// A progress bar over `all` replicates, counted over all scenarios and points, of which `finished`
/// were run before. It is shown if somebody is watching.
pub(crate) fn progress_bar(verbosity: Verbosity, finished: u64, all: u64) -> ProgressBar {
    begin(KNOWN, draw_target(verbosity), finished, all)
}

/// The same for a job that may end long before it has run `most` replicates.
pub(crate) fn open_ended(verbosity: Verbosity, finished: u64, most: u64) -> ProgressBar {
    begin(OPEN_ENDED, draw_target(verbosity), finished, most)
}

/// Where a bar is seen, if at all: one on standard error hides itself if that is no terminal.
fn draw_target(verbosity: Verbosity) -> ProgressDrawTarget {
    if verbosity.quiet || verbosity.json {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}

fn begin(template: &str, screen: ProgressDrawTarget, finished: u64, all: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::hidden());
    let style = ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar());
    bar.set_style(style.with_key("rate", |state: &ProgressState, to: &mut dyn fmt::Write| {
        // A bar that cannot be drawn does not fail the run.
        let _ = write!(to, "{}", HumanCount(state.per_sec() as u64));
    }));
    bar.set_position(finished);
    // What was finished before says nothing about the speed: it is taken in while nobody looks, and the
    // time starts anew.
    bar.tick();
    bar.reset_eta();
    bar.set_draw_target(screen);
    bar.tick();
    bar
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn what_was_finished_before_is_no_part_of_the_speed() {
        const WAIT: Duration = Duration::from_millis(20);
        let terminal = InMemoryTerm::new(2, 120);
        let screen = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let bar = begin(KNOWN, screen, 1_000_000_000, 2_000_000_000);
        let shown = terminal.contents();
        assert!(shown.contains("1,000,000,000 of 2,000,000,000 replicates, 0/s"), "{shown}");
        thread::sleep(WAIT);
        bar.inc(1_000);
        bar.tick();
        assert_eq!(bar.position(), 1_000_001_000);
        // A little more is left to the arithmetic of the average.
        let most = 1.1 * 1_000.0 / WAIT.as_secs_f64();
        let rate = bar.per_sec();
        assert!(rate > 0.0 && rate < most, "{rate}");
    }
}
