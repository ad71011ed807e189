//! Sobol's indices as bars with intervals.

use article5_runner::analysis::Estimate;
use article5_runner::numbers::{number, range, short_range};
use article5_runner::tables::rows::{Method, SensitivityRow};
use itertools::Itertools;

use super::{Subject, estimate_of, in_words, leaders, ranked, so_far_as, wanting};
use crate::axes::{ValueAxis, foot};
use crate::charts::{Page, Sheet, words};
use crate::colour::Rgb;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::key::{Swatch, key};
use crate::style::{BLUE, PAPER, Style};
use crate::{PlotError, Wording};

/// How many outcomes and parameters a chart has room for.
const MAX_PANELS: usize = 3;
const MAX_PARAMETERS: usize = 20;

/// The steps between rules, at most.
const STEPS: u32 = 5;

/// The share of the width that the names of the parameters may take.
const NAME_SHARE: f64 = 0.34;

/// The height of a parameter's row, in sizes of type.
const ROW: f64 = 1.75;

/// The height of one of its two bars, in sizes of type.
const BAR: f64 = 0.5;

/// The distance between the lines of a title, in sizes of type.
const LEADING: f64 = 1.2;

/// Draws the chart; `None` if there are no such indices.
pub(in crate::charts) fn draw(page: &Page<'_>) -> Result<Option<Sheet>, PlotError> {
    let all = Subject::all(&page.tables.sensitivity, Method::Sobol);
    let shown = all.get(..MAX_PANELS).unwrap_or(&all);
    let Some(first) = shown.first() else { return Ok(None) };
    let parameters = parameters(shown);
    let kept = parameters.len().min(MAX_PARAMETERS);
    let subtitle = subtitle(shown, all.len(), &parameters);
    let mut figure = page.figure(&headline(first), &subtitle);
    figure.caption(first.date());
    let style = figure.style();
    let wording = page.wording();
    let doubted = match wanting(shown.iter().flat_map(|subject| subject.rows.iter().copied())) {
        few if few.is_empty() => "sample too small for an index".to_owned(),
        few => format!("too few {} for an index", few.join(" or ")),
    };
    key(
        &mut figure,
        &[
            (Swatch::Box(FIRST), wording.pick("upper bar: by itself (first-order index)", "first")),
            (
                Swatch::Box(total_colour()),
                wording.pick("lower bar: with its interactions (total index)", "total"),
            ),
            (Swatch::Hollow(style.muted), wording.pick(&doubted, "doubt")),
        ],
    );
    let parameters = parameters.get(..kept).unwrap_or_default();
    let across = Across::new(parameters, shown.len(), &style);
    let titles: Vec<Vec<String>> =
        shown.iter().map(|subject| across.title(&subject.title(wording), &style)).collect();
    let lines = titles.iter().map(Vec::len).max().unwrap_or_default();
    let head = style.small * (1.0 + LEADING * lines as f64);
    let rows = style.small * ROW * kept as f64;
    let body = figure.body_of_height(head + rows + foot(style.small));
    let ladder = Ladder { body, head, across, axis: axis(parameters), style };
    ladder.names(&mut figure, parameters);
    for (place, (subject, title)) in shown.iter().zip(&titles).enumerate() {
        ladder.title(&mut figure, place, title);
        ladder.panel(&mut figure, place, subject, parameters);
    }
    let spoken = shown.iter().map(spoken).join(" ");
    page.sheet(figure, &spoken, all.iter().flat_map(|subject| &subject.rows).copied())
}

/// The axis of the indices; intervals may continue beyond it.
fn axis(parameters: &[(&str, f64)]) -> ValueAxis {
    let most = parameters.iter().map(|(_, most)| *most).fold(0.0, f64::max);
    // An index above 1 is an error of the estimate, and shown as it is.
    ValueAxis::covering(0.0, (1.25 * most).clamp(0.05, most.max(1.0)), STEPS)
}

fn total(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.total, row.total_low, row.total_high)
}

fn first(row: &SensitivityRow) -> Option<Estimate> {
    estimate_of(row.first, row.first_low, row.first_high)
}

/// The parameters, each with its highest total index for any of the outcomes, highest first.
fn parameters<'a>(subjects: &[Subject<'a>]) -> Vec<(&'a str, f64)> {
    let mut all: Vec<(&str, f64)> = Vec::new();
    for (name, index) in subjects.iter().flat_map(|subject| ranked(subject, total)) {
        match all.iter_mut().find(|(known, _)| *known == name) {
            Some((_, most)) => *most = most.max(index.value),
            None => all.push((name, index.value)),
        }
    }
    all.sort_by(|one, other| other.1.total_cmp(&one.1));
    all
}

fn headline(subject: &Subject<'_>) -> String {
    let noun = subject.noun();
    let ranked = ranked(subject, total);
    let mut leaders = leaders(&ranked);
    let Some((name, top)) = leaders.first().copied().filter(|(_, top)| top.low > 0.0) else {
        return undecided(subject, &ranked, &noun);
    };
    // A parameter that is not distinguished from nothing is not said to matter.
    leaders.retain(|(_, index)| index.low > 0.0);
    let names: Vec<&str> = leaders.iter().map(|(name, _)| *name).collect();
    let Estimate { value, low, high } = top;
    let varied = subject.varied();
    let (most, among) =
        if ranked.len() > 1 { (" most", format!(", {varied}")) } else { ("", String::new()) };
    let found = match names.len() {
        1 => format!(
            "{name} matters{most} for {noun}{among}: with its interactions it accounts for {} of the \
             variance ({})",
            number(value, 2),
            short_range(low, high, 2)
        ),
        2 | 3 => format!(
            "{} matter most for {noun}{among}, in no clear order: total indices {}",
            words::list(&names),
            range(leaders.last().map_or(value, |(_, index)| index.value), value, 2)
        ),
        several => format!(
            "{several} {varied} matter most for {noun}, in no clear order: total indices up to \
             {} ({})",
            number(value, 2),
            short_range(low, high, 2)
        ),
    };
    so_far_as(found, subject.rows.iter().copied().filter(|row| row.parameter == name))
}

/// The headline if even the parameter with the highest total index may not matter.
fn undecided(subject: &Subject<'_>, ranked: &[(&str, Estimate)], noun: &str) -> String {
    let highest =
        |row: &&SensitivityRow| ranked.first().is_some_and(|(name, _)| row.parameter == *name);
    let few = match wanting(subject.rows.iter().copied().filter(highest)).first() {
        Some(few) => format!("Too few {few}"),
        None => "The sample is too small".to_owned(),
    };
    format!("{few} to say which parameter matters for {noun}")
}

fn subtitle(shown: &[Subject<'_>], outcomes: usize, parameters: &[(&str, f64)]) -> String {
    let rows = || shown.iter().flat_map(|subject| &subject.rows);
    let Some(row) = rows().next() else { return String::new() };
    let mut words = format!(
        "Share of the variance over the design (of the chance or outcome by {}) that each parameter \
         accounts for, with replicate noise removed; lines: 95% intervals",
        row.date
    );
    if let Some(left_out) = parameters.get(MAX_PARAMETERS) {
        let count = parameters.len() - MAX_PARAMETERS;
        let most = number(left_out.1, 2);
        words += &format!(". Parameters not drawn: {count}, none with a total index above {most}");
    }
    let axis = axis(parameters);
    let beyond =
        |end: Option<f64>| end.is_some_and(|end| !(axis.low()..=axis.high()).contains(&end));
    let ends = |row: &SensitivityRow| {
        [row.first_low, row.first_high, row.total_low, row.total_high].into_iter().any(beyond)
    };
    if rows().any(|row| ends(row)) {
        words += ". A line that reaches an edge continues beyond it";
    }
    if outcomes > MAX_PANELS {
        words += &format!(". The first {MAX_PANELS} of {outcomes} outcomes");
    }
    words
}

fn spoken(subject: &Subject<'_>) -> String {
    let ranked = ranked(subject, total);
    let said = ranked.iter().take(MAX_PARAMETERS).map(|(name, Estimate { value, low, high })| {
        format!("{name} {} ({})", number(*value, 2), range(*low, *high, 2))
    });
    let title = subject.title(Wording::English);
    format!("{title}, total indices: {}.", said.format("; "))
}

/// The colour of the first bar of a parameter.
const FIRST: Rgb = BLUE;

/// The colour of the second bar.
fn total_colour() -> Rgb {
    // As light as a bar may be that has to be seen on paper.
    const LIGHTER: f64 = 0.38;
    BLUE.mix(PAPER, LIGHTER)
}

/// Where the panels stand, from left to right.
struct Across {
    left: f64,
    pitch: f64,
    /// The width of a panel's axis.
    width: f64,
    /// Whether numbers stand right of the panel, as there is only one outcome.
    numbers: bool,
}

impl Across {
    fn new(parameters: &[(&str, f64)], panels: usize, style: &Style) -> Self {
        let set = Type::new(style.small, style.text);
        let whole = style.inner_width();
        let longest = set.widest(parameters.iter().map(|(name, _)| name));
        let left = style.margin + longest.min(whole * NAME_SHARE) + style.small;
        let numbers = panels == 1;
        // Between panels, the last label of one axis stands beside the first of the next.
        let beside = if numbers { "0.00 (0.00–0.00)" } else { "0.00" };
        let right = set.width(beside) + style.small;
        let pitch = (style.width - style.margin - left) / panels.max(1) as f64;
        Self { left, pitch, width: pitch - right, numbers }
    }

    /// A panel's title, in as many lines as it needs, two at most.
    fn title(&self, words: &str, style: &Style) -> Vec<String> {
        let set = title(style);
        set.wrap(words, self.pitch - style.small, 2)
    }
}

/// The type of a panel's title.
fn title(style: &Style) -> Type {
    Type::new(style.small, style.text).bold()
}

/// The chart's layout: one row per parameter, one panel per outcome.
struct Ladder {
    body: Rect,
    /// The height of the titles.
    head: f64,
    across: Across,
    axis: ValueAxis,
    style: Style,
}

impl Ladder {
    fn row(&self, place: usize) -> f64 {
        self.body.top + self.head + self.style.small * ROW * (place as f64 + 0.5)
    }

    fn names(&self, figure: &mut Figure, parameters: &[(&str, f64)]) {
        let set = Type::new(self.style.small, self.style.text).at(Anchor::End);
        let limit = self.across.left - self.style.small - self.body.left;
        for (place, (name, _)) in parameters.iter().enumerate() {
            let name = set.fit(name, limit);
            let at = self.across.left - self.style.small * 0.6;
            figure.text(at, self.row(place) + self.style.small * 0.35, &name, set);
        }
    }

    fn left(&self, place: usize) -> f64 {
        self.across.left + self.across.pitch * place as f64
    }

    fn title(&self, figure: &mut Figure, place: usize, lines: &[String]) {
        let set = title(&self.style);
        for (line, words) in lines.iter().enumerate() {
            let baseline = self.body.top + set.size * (1.0 + LEADING * line as f64);
            figure.text(self.left(place), baseline, words, set);
        }
    }

    fn panel(
        &self,
        figure: &mut Figure,
        place: usize,
        subject: &Subject<'_>,
        parameters: &[(&str, f64)],
    ) {
        let small = self.style.small;
        let left = self.left(place);
        let room = Rect::new(
            left,
            self.body.top + self.head,
            left + self.across.width,
            self.body.bottom - foot(small),
        );
        self.axis.columns(figure, room, ValueAxis::number);
        for (place, (name, _)) in parameters.iter().enumerate() {
            let Some(row) = subject.rows.iter().find(|row| row.parameter == *name) else {
                continue;
            };
            let y = self.row(place);
            self.tip(figure, room, y, row);
            let half = BAR * small / 2.0;
            let doubt = row.doubt.is_some();
            for (index, ink, middle) in [
                (first(row), FIRST, y - half * 1.15),
                (total(row), total_colour(), y + half * 1.15),
            ] {
                let Some(index) = index else { continue };
                self.bar(figure, room, (middle - half, middle + half), index, (ink, doubt));
            }
            if self.across.numbers
                && let Some(Estimate { value, low, high }) = total(row)
            {
                let set = Type::new(small * 0.9, self.style.muted);
                let words = format!("{} ({})", number(value, 2), short_range(low, high, 2));
                let limit = self.across.pitch - self.across.width - small * 0.5;
                let words = set.fit(&words, limit);
                figure.text(room.right + small * 0.8, y + small * 0.35, &words, set);
            }
        }
    }

    fn tip(&self, figure: &mut Figure, room: Rect, y: f64, row: &SensitivityRow) {
        let wording = figure.wording();
        let told = |index: Option<Estimate>| {
            let none = || wording.pick("none", "–").to_owned();
            index.map_or_else(none, |index| in_words(index, wording))
        };
        let half = 0.5 * ROW * self.style.small;
        let words = format!(
            "{}: {} {}, {} {}",
            row.parameter,
            wording.pick("by itself", "first"),
            told(first(row)),
            wording.pick("in all", "total"),
            told(total(row))
        );
        figure.tip(Rect::new(room.left, y - half, room.right, y + half), words);
    }

    /// Draws a bar from 0 with its interval, cut at the ends of the axis; hollow if it is in doubt.
    fn bar(
        &self,
        figure: &mut Figure,
        room: Rect,
        (top, bottom): (f64, f64),
        index: Estimate,
        (ink, doubt): (Rgb, bool),
    ) {
        let x =
            |value: f64| self.axis.place(value, room.left, room.right).clamp(room.left, room.right);
        let area = Rect::new(x(0.0), top, x(index.value), bottom);
        if !doubt {
            figure.fill(area, ink);
        } else if area.width() > self.style.rule {
            figure.outline(area, ink, self.style.rule);
        }
        let middle = (top + bottom) / 2.0;
        let thin = self.style.rule;
        figure.segment((x(index.low), middle), (x(index.high), middle), self.style.axis, thin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::GRAPHICS;

    #[test]
    fn a_title_has_the_width_that_the_names_of_the_parameters_leave() {
        let style = Style::default();
        let lines = |name: &str| {
            Across::new(&[(name, 0.5)], 3, &style)
                .title("Frontline trust: article5-like", &style)
                .len()
        };
        assert_eq!([lines("a.b"), lines(&"long.name".repeat(9))], [1, 2]);
    }

    #[test]
    fn bars_stand_out_from_the_paper() {
        for colour in [FIRST, total_colour()] {
            assert!(colour.contrast(PAPER) >= GRAPHICS, "{colour:?}");
        }
    }
}
