//! The tables of some of a run's scenarios.

use super::Tables;

impl Tables {
    /// The scenarios that have rows, each once, in the order of the tables.
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

    /// Whether a scenario counts in findings: all do if the file names no policies, otherwise only
    /// the policies. The others are there for the sake of a claim, such as a theory or a variant
    /// that nobody could choose.
    pub fn is_policy(&self, scenario: &str) -> bool {
        self.policies.is_empty() || self.policies.iter().any(|own| own == scenario)
    }

    /// Whether there are scenarios that are not policies.
    pub fn has_others(&self) -> bool {
        self.scenarios().iter().any(|name| !self.is_policy(name))
    }

    /// The scenario with which the others are compared, except those that have a reference of their
    /// own: the first reference that is itself compared with none. `None` if nothing is compared.
    pub fn reference(&self) -> Option<&str> {
        let compared = |name: &&str| self.comparisons.iter().any(|row| row.scenario == *name);
        let mut references = self.comparisons.iter().map(|row| row.reference.as_str());
        let first = self.comparisons.first().map(|row| row.reference.as_str());
        references.find(|name| !compared(name)).or(first)
    }

    /// Whether policies are compared with different references.
    pub fn has_own_references(&self) -> bool {
        let mut rows = self.comparisons.iter().filter(|row| self.is_policy(&row.scenario));
        let first = rows.next().map(|row| &row.reference);
        rows.any(|row| Some(&row.reference) != first)
    }

    /// Keeps only the rows of these scenarios, and those that compare two of them. They all count,
    /// whichever scenarios the file calls policies, because they were asked for by name. Claims and
    /// decisions, which are about several scenarios together, stay.
    pub fn keep_scenarios(&mut self, names: &[String]) {
        self.policies = names.to_vec();
        let kept = |name: &String| names.contains(name);
        let compared = |reference: &String| reference.is_empty() || kept(reference);
        self.summary.retain(|row| kept(&row.scenario));
        self.risks.retain(|row| kept(&row.scenario));
        self.members.retain(|row| kept(&row.scenario));
        self.cover.retain(|row| kept(&row.scenario));
        self.events.retain(|row| kept(&row.scenario));
        self.comparisons.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.member_comparisons.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.sensitivity.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.boxes.retain(|row| kept(&row.scenario) && compared(&row.reference));
        self.trace.retain(|row| kept(&row.scenario));
        self.trace_events.retain(|row| kept(&row.scenario));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::rows::RiskRow;

    #[test]
    fn policies_alone_count_but_scenarios_asked_for_by_name_always_do() {
        let row = |scenario: &str| RiskRow { scenario: scenario.to_owned(), ..RiskRow::default() };
        let mut tables =
            Tables { risks: ["talk", "theory"].map(row).to_vec(), ..Tables::default() };
        assert!(tables.is_policy("theory") && !tables.has_others());
        tables.policies = vec!["talk".to_owned()];
        assert!(tables.is_policy("talk") && !tables.is_policy("theory") && tables.has_others());
        tables.keep_scenarios(&["theory".to_owned()]);
        assert!(tables.is_policy("theory") && !tables.has_others());
    }
}
