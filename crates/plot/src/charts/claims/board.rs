//! The board of claims: columns for the statement, the effects, the space and the verdict.

use article5_runner::analysis::claims::Verdict;
use article5_runner::numbers::shortest;
use article5_runner::tables::rows::ClaimRow;

use super::{AGAINST, points, space};
use crate::Wording;
use crate::axes::{ValueAxis, foot};
use crate::charts::words::title;
use crate::claim::{Measure, bounds, effect_within};
use crate::colour::Rgb;
use crate::figure::{Anchor, Figure, Rect, Type};
use crate::style::{BLUE, DARK, ORANGE, PAPER, Style};

/// Where each column begins and ends, as shares of the width.
const STATEMENT_END: f64 = 0.38;
const EFFECTS: (f64, f64) = (0.395, 0.61);
const SPACE: (f64, f64) = (0.63, 0.76);
const VERDICT: (f64, f64) = (0.78, 1.0);

/// The least and the most width of the ids, and the gap after them, as shares of the width.
const IDS: (f64, f64) = (0.055, 0.16);
const ID_GAP: f64 = 0.005;

/// The share of the effects' column that effects in shares take if there are counts beside them.
const SHARES: f64 = 0.52;

/// The steps between rules, at most.
const STEPS: u32 = 4;

/// The most lines of a statement, and the distance between them in sizes of type.
const LINES: usize = 4;
const LEADING: f64 = 1.2;

/// The height between the last line of a claim and the next claim, in sizes of type: little, as a
/// chart of thirty claims has to fit on a page.
const ROW_GAP: f64 = 0.5;

/// The colour of effects that would agree with a claim.
pub(super) fn claimed() -> Rgb {
    BLUE.mix(PAPER, 0.86)
}

/// An axis of effects and its place.
struct Scale {
    axis: ValueAxis,
    left: f64,
    right: f64,
}

impl Scale {
    /// Makes a scale that covers all effects of some claims; `None` if there are no claims.
    fn covering(claims: &[&ClaimRow], steps: u32, (left, right): (f64, f64)) -> Option<Self> {
        let low = claims.iter().filter_map(|claim| claim.low.or(claim.effect)).fold(0.0, f64::min);
        let high =
            claims.iter().filter_map(|claim| claim.high.or(claim.effect)).fold(0.0, f64::max);
        let axis = ValueAxis::covering(low, high, steps);
        (!claims.is_empty()).then_some(Self { axis, left, right })
    }

    fn x(&self, effect: f64) -> f64 {
        self.axis.place(effect, self.left, self.right).clamp(self.left, self.right)
    }
}

/// How wide the ids are, as a share of the width.
fn ids(claims: &[ClaimRow], style: &Style, width: f64) -> f64 {
    let set = Type::new(style.small, style.text).bold();
    let widest = set.widest(claims.iter().map(|claim| &claim.id));
    (widest / width + ID_GAP).clamp(IDS.0, IDS.1)
}

/// The room of the board, and the top of each claim's row followed by the bottom of the last one.
fn rows(figure: &mut Figure, lines: &[Vec<String>]) -> (Rect, Vec<f64>) {
    let small = figure.style().small;
    let height = |lines: &Vec<String>| small * (LEADING * lines.len().max(2) as f64 + ROW_GAP);
    let head = 1.8 * small;
    let body = figure.body_of_height(head + lines.iter().map(height).sum::<f64>() + foot(small));
    let mut rows = vec![body.top + head];
    for lines in lines {
        rows.push(rows.last().copied().unwrap_or(body.top) + height(lines));
    }
    (body, rows)
}

/// The scale of the effects that are shares, and that of the others: side by side if there are
/// both.
fn scales(claims: &[ClaimRow], body: Rect, style: &Style) -> [Option<Scale>; 2] {
    let (shares, others): (Vec<&ClaimRow>, Vec<&ClaimRow>) =
        claims.iter().partition(|claim| Measure::of(claim).is_share());
    let [left, right] = [EFFECTS.0, EFFECTS.1].map(|share| body.left + body.width() * share);
    if shares.is_empty() || others.is_empty() {
        return [shares, others].map(|own| Scale::covering(&own, STEPS, (left, right)));
    }
    let (cut, gap) = (left + (right - left) * SHARES, 2.0 * style.small);
    [
        Scale::covering(&shares, STEPS / 2, (left, cut - gap / 2.0)),
        Scale::covering(&others, STEPS / 2, (cut + gap, right)),
    ]
}

/// What is claimed: in the analyst's words, or as the outcome and the scenarios.
fn statement(claim: &ClaimRow, wording: Wording) -> String {
    let ClaimRow { outcome, per, since, treatment, control, .. } = claim;
    let per = if per.is_empty() { String::new() } else { format!(" / {per}") };
    let since = since.map_or_else(String::new, |quarter| format!(", since {quarter}"));
    let neutral = title(&format!("{outcome}{per}{since}"), treatment, control, Wording::Neutral);
    wording.pick(claim.statement.clone(), neutral)
}

/// The heading over the effects that are shares, and the short one for where it does not fit.
fn shares_titles(claims: &[ClaimRow]) -> [&'static str; 2] {
    let any = |measure: Measure| claims.iter().any(|claim| Measure::of(claim) == measure);
    match (any(Measure::Points), any(Measure::Percent)) {
        (_, false) => ["Effect, points", "Points"],
        (false, true) => ["Level, %", "%"],
        (true, true) => ["Points or %", "Points, %"],
    }
}

/// The type of what stands below the bars and the verdicts.
fn below(style: &Style) -> Type {
    Type::new(style.small * 0.88, style.muted)
}

/// What follows the share of the space that contradicts a claim: nothing if it has no room in any
/// row, as the key says which share is which.
fn against(claims: &[ClaimRow], wording: Wording, style: &Style, width: f64) -> &'static str {
    let word = wording.pick(AGAINST, "");
    // As near to the verdict as reads well.
    let limit = (SPACE.1 - SPACE.0) * width + 0.5 * style.small;
    let fits = |claim: &ClaimRow| below(style).width(&space(claim, wording, word)) <= limit;
    if claims.iter().all(fits) { word } else { "" }
}

/// The board, laid out.
pub(super) struct Board {
    body: Rect,
    /// How wide the ids are, as a share of the width.
    ids: f64,
    /// The top of each claim's row, followed by the bottom of the last one.
    rows: Vec<f64>,
    lines: Vec<Vec<String>>,
    shares: Option<Scale>,
    shares_titles: [&'static str; 2],
    others: Option<Scale>,
    /// What follows the share of the space that contradicts a claim.
    against: &'static str,
    style: Style,
}

impl Board {
    /// Lays out some claims, with the columns and axes that all of them have, so that pages can be
    /// compared.
    pub(super) fn new(figure: &mut Figure, all: &[ClaimRow], claims: &[ClaimRow]) -> Self {
        let style = figure.style();
        let width = style.inner_width();
        let ids = ids(all, &style, width);
        let limit = width * (STATEMENT_END - ids - ID_GAP);
        let lines: Vec<Vec<String>> = claims
            .iter()
            .map(|claim| statement(claim, figure.wording()))
            .map(|words| Type::new(style.small, style.text).wrap(&words, limit, LINES))
            .collect();
        let (body, rows) = rows(figure, &lines);
        let [shares, others] = scales(all, body, &style);
        let shares_titles = shares_titles(all);
        let against = against(all, figure.wording(), &style, width);
        Self { body, ids, rows, lines, shares, shares_titles, others, against, style }
    }

    /// The height of each claim's row.
    pub(super) fn heights(&self) -> Vec<f64> {
        self.rows.iter().zip(self.rows.iter().skip(1)).map(|(top, bottom)| bottom - top).collect()
    }

    fn at(&self, share: f64) -> f64 {
        self.body.left + self.body.width() * share
    }

    pub(super) fn draw(&self, figure: &mut Figure, claims: &[ClaimRow]) {
        for (place, claim) in claims.iter().enumerate() {
            if let (Some(&top), Some(&bottom)) = (self.rows.get(place), self.rows.get(place + 1)) {
                self.shade(figure, claim, top, bottom);
            }
        }
        self.axes(figure);
        for (place, claim) in claims.iter().enumerate() {
            if let (Some(&top), Some(lines)) = (self.rows.get(place), self.lines.get(place)) {
                self.words(figure, claim, top, lines);
                self.point_beyond(figure, claim, top);
                self.mark(figure, claim, top);
                self.bar(figure, claim, top);
            }
        }
    }

    fn axes(&self, figure: &mut Figure) {
        let small = self.style.small;
        let bottom = self.body.bottom - foot(small);
        let top = self.body.top + 1.5 * small;
        for (&above, _) in self.rows.iter().skip(1).zip(self.rows.iter().skip(2)) {
            let ends = ((self.body.left, above), (self.body.right, above));
            figure.segment(ends.0, ends.1, self.style.grid, self.style.rule * 0.6);
        }
        let set = Type::new(small, self.style.text).bold();
        let title = |figure: &mut Figure, x: f64, right: f64, words: &str| {
            figure.text(x, self.body.top + small, &set.fit(words, right - x), set);
        };
        if let Some(scale) = &self.shares {
            let room = Rect::new(scale.left, top, scale.right, bottom);
            let wording = figure.wording();
            scale.axis.columns(figure, room, |axis, share| {
                wording.pick(points(share, axis.decimals()), axis.number(share))
            });
            let [long, short] = self.shares_titles;
            let fits = set.width(long) <= scale.right - scale.left;
            let words = wording.pick(if fits { long } else { short }, "effect");
            title(figure, scale.left, scale.right, words);
        }
        if let Some(scale) = &self.others {
            let room = Rect::new(scale.left, top, scale.right, bottom);
            scale.axis.columns(figure, room, ValueAxis::number);
            let number = figure.wording().pick("Number", "effect");
            title(figure, scale.left, scale.right + 2.0 * small, number);
        }
        let [claim, space, verdict] = figure.wording().pick(
            ["Claim", "Space", "Verdict and effect"],
            ["id, outcome: treatment − control", "share_of_space", "verdict, effect"],
        );
        title(figure, self.body.left, self.at(STATEMENT_END), claim);
        title(figure, self.at(SPACE.0), self.at(VERDICT.0) - 0.4 * small, space);
        title(figure, self.at(VERDICT.0), self.at(VERDICT.1), verdict);
    }

    fn scale(&self, claim: &ClaimRow) -> Option<&Scale> {
        if Measure::of(claim).is_share() { self.shares.as_ref() } else { self.others.as_ref() }
    }

    /// Shades the effects that would agree with the claim.
    fn shade(&self, figure: &mut Figure, claim: &ClaimRow, top: f64, bottom: f64) {
        let Some(scale) = self.scale(claim) else { return };
        let (least, most) = bounds(claim);
        let left = least.map_or(scale.left, |least| scale.x(least));
        let right = most.map_or(scale.right, |most| scale.x(most));
        if right > left {
            figure.fill(Rect::new(left, top, right, bottom), claimed());
        }
    }

    /// Points to the effects that would agree with the claim, if all lie beyond the axis.
    fn point_beyond(&self, figure: &mut Figure, claim: &ClaimRow, top: f64) {
        const SIZE: f64 = 0.88;
        let Some(scale) = self.scale(claim) else { return };
        let size = SIZE * self.style.small;
        let told = |bound: f64| {
            let in_points = Measure::of(claim).is_share() && figure.wording() == Wording::English;
            shortest(if in_points { 100.0 * bound } else { bound })
        };
        let set = Type::new(size, self.style.label(BLUE));
        let (bound, long, short, x, set) = match bounds(claim) {
            (Some(least), _) if least >= scale.axis.high() => {
                (least, format!("≥ {} →", told(least)), "→", scale.right, set.at(Anchor::End))
            }
            (_, Some(most)) if most <= scale.axis.low() => {
                (most, format!("← ≤ {}", told(most)), "←", scale.left, set)
            }
            _ => return,
        };
        // No claim of a direction agrees with an effect of 0, so its bound is not told as if it did.
        let fits = bound != 0.0 && set.width(&long) <= scale.right - scale.left;
        let words = if fits { &long } else { short };
        let left = if set.anchor == Anchor::End { x - set.width(words) } else { x };
        // On the line above the interval; rules do not strike it through.
        let under = Rect::new(left, top + 0.1 * size, left + set.width(words), top + 1.2 * size);
        figure.fill(under, PAPER);
        figure.text(x, top + size, words, set);
    }

    fn words(&self, figure: &mut Figure, claim: &ClaimRow, top: f64, lines: &[String]) {
        let small = self.style.small;
        let baseline = |line: usize| top + small * (1.1 + LEADING * line as f64);
        let set = Type::new(small, self.style.text);
        let id = set.bold().fit(&claim.id, (self.ids - ID_GAP) * self.body.width());
        figure.text(self.body.left, baseline(0), &id, set.bold());
        for (line, words) in lines.iter().enumerate() {
            figure.text(self.at(self.ids + ID_GAP), baseline(line), words, set);
        }
        let width = (VERDICT.1 - VERDICT.0) * self.body.width();
        let verdict = Type::new(small, self.style.label(self.colour(claim))).bold();
        let word = verdict.fit(claim.verdict.name(), width);
        figure.text(self.at(VERDICT.0), baseline(0), &word, verdict);
        let set = below(&self.style);
        let effect = effect_within(claim, figure.wording(), |words| set.width(words) <= width);
        figure.text(self.at(VERDICT.0), baseline(1), &set.fit(&effect, width), set);
    }

    fn colour(&self, claim: &ClaimRow) -> Rgb {
        match claim.verdict {
            Verdict::Holds => BLUE,
            Verdict::Fails => ORANGE,
            Verdict::Depends => DARK,
            Verdict::Undecided => self.style.muted,
        }
    }

    /// Draws the effect with its interval.
    fn mark(&self, figure: &mut Figure, claim: &ClaimRow, top: f64) {
        let (Some(scale), Some(effect)) = (self.scale(claim), claim.effect) else { return };
        let y = top + (LEADING + 0.5 * ROW_GAP) * self.style.small;
        let ink = self.colour(claim);
        if let (Some(low), Some(high)) = (claim.low, claim.high) {
            figure.segment((scale.x(low), y), (scale.x(high), y), ink, self.style.line);
        }
        figure.dot(scale.x(effect), y, self.style.line * 1.5, ink);
    }

    /// Draws the shares of the space that agree with the claim, contradict it, or do neither.
    fn bar(&self, figure: &mut Figure, claim: &ClaimRow, top: f64) {
        let small = self.style.small;
        let (left, right) = (self.at(SPACE.0), self.at(SPACE.1));
        if let Some(agrees) = claim.share_of_space {
            let reversed = claim.share_reversed.unwrap_or(0.0);
            let (above, below) = (top + 0.55 * small, top + 1.2 * small);
            let at = |share: f64| left + (right - left) * share.clamp(0.0, 1.0);
            figure.fill(Rect::new(left, above, right, below), self.style.empty);
            figure.fill(Rect::new(left, above, at(agrees), below), BLUE);
            figure.fill(Rect::new(at(1.0 - reversed), above, right, below), ORANGE);
        }
        let words = space(claim, figure.wording(), self.against);
        figure.text(left, top + small * (1.1 + LEADING), &words, below(&self.style));
    }
}
