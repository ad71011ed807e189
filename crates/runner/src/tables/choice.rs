//! The tables of some of a run's scenarios.

use super::Tables;

impl Tables {
    /// The scenarios that there are rows of, each once, in the order of the tables.
    pub fn scenarios(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        let risks = self.risks.iter().map(|row| &row.scenario);
        let members = self.members.iter().map(|row| &row.scenario);
        let traced = self.trace.iter().map(|row| &row.scenario);
        let indices = self.sensitivity.iter().map(|row| &row.scenario);
        let boxes = self.boxes.iter().map(|row| &row.scenario);
        for name in risks.chain(members).chain(traced).chain(indices).chain(boxes) {
            if !all.contains(&name.as_str()) {
                all.push(name);
            }
        }
        all
    }

    /// Leaves the rows of these scenarios, and of what compares two of them. Claims and decisions, which
    /// are about scenarios together, stay.
    pub fn keep_scenarios(&mut self, names: &[String]) {
        let kept = |name: &String| names.contains(name);
        let compared = |reference: &String| reference.is_empty() || kept(reference);
        self.summary.retain(|row| kept(&row.scenario));
        self.risks.retain(|row| kept(&row.scenario));
        self.members.retain(|row| kept(&row.scenario));
        self.cover.retain(|row| kept(&row.scenario));
        self.events.retain(|row| kept(&row.scenario));
        self.comparisons.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.sensitivity.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.boxes.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.trace.retain(|row| kept(&row.scenario));
        self.trace_events.retain(|row| kept(&row.scenario));
    }
}
