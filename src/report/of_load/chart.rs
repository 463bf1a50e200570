//! Charts of a load run, as SVG.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::load::{EventRecord, Second};

/// Width and height of a chart.
const SIZE: (u32, u32) = (860, 260);

/// Room for the names of the lines, beside a chart, where they hide nothing.
const LEGEND: u32 = 110;

/// Height of one bar, with the gap below it.
const BAR: u32 = 30;

/// Room for the names of bars.
const NAMES: u32 = 200;

/// One line of a chart: name, colour, points.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) colour: RGBColor,
    pub(super) points: Vec<(f64, f64)>,
}

pub(super) const BLUE_LINE: RGBColor = RGBColor(31, 119, 180);
pub(super) const ORANGE_LINE: RGBColor = RGBColor(255, 127, 14);
pub(super) const RED_LINE: RGBColor = RGBColor(214, 39, 40);
pub(super) const GREEN_LINE: RGBColor = RGBColor(44, 160, 44);

/// Rate, over time, with failures and wrong answers.
#[expect(clippy::cast_precision_loss, reason = "counts of a second are small")]
pub(super) fn rate(seconds: &[Second], events: &[EventRecord]) -> Option<String> {
    let of = |pick: fn(&Second) -> u64| seconds.iter().map(|one| (f64::from(one.at), pick(one) as f64)).collect();
    let lines = [
        Line { name: "requests", colour: BLUE_LINE, points: of(|one| one.requests) },
        Line { name: "failed", colour: ORANGE_LINE, points: of(|one| one.failed) },
        Line { name: "wrong", colour: RED_LINE, points: of(|one| one.wrong) },
    ];
    draw("per second", "seconds", &lines, events)
}

/// Percentiles of response times, over time.
pub(super) fn percentiles(seconds: &[Second], events: &[EventRecord]) -> Option<String> {
    let of = |share: f64| seconds.iter().map(|one| (f64::from(one.at), in_ms(one.latencies.at(share)))).collect();
    let lines = [
        Line { name: "p50", colour: GREEN_LINE, points: of(0.5) },
        Line { name: "p95", colour: ORANGE_LINE, points: of(0.95) },
        Line { name: "p99", colour: RED_LINE, points: of(0.99) },
    ];
    draw("milliseconds", "seconds", &lines, events)
}

#[expect(clippy::cast_precision_loss, reason = "a minute has few microseconds")]
pub(super) fn in_ms(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

/// Any lines over any x axis; `None` where there are fewer than two points to draw.
pub(super) fn draw(y: &str, x: &str, lines: &[Line], events: &[EventRecord]) -> Option<String> {
    let points = || lines.iter().flat_map(|line| &line.points);
    let (first, last) = points().fold((f64::MAX, f64::MIN), |span, point| (span.0.min(point.0), span.1.max(point.0)));
    if first >= last {
        return None;
    }
    let most = points().map(|point| point.1).fold(0.0, f64::max) * 1.05;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        paint(&area, (first, last), most.max(f64::MIN_POSITIVE), (y, x), lines, events).ok()?;
    }
    Some(svg)
}

fn paint(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    (first, last): (f64, f64),
    most: f64,
    (y, x): (&str, &str),
    lines: &[Line],
    events: &[EventRecord],
) -> Result<(), Box<dyn std::error::Error>> {
    let (plot, legend) = area.split_horizontally(SIZE.0 - LEGEND);
    let mut chart = ChartBuilder::on(&plot)
        .margin(8)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(first..last, 0.0..most)?;
    chart
        .configure_mesh()
        .x_desc(x)
        .y_desc(y)
        .light_line_style(WHITE.mix(0.0))
        .x_label_formatter(&|x| super::rows::number(*x))
        .y_label_formatter(&|y| super::rows::number(*y))
        .label_style(("sans-serif", 13))
        .draw()?;
    for event in events {
        let line = [(event.at, 0.0), (event.at, most)];
        chart.draw_series([PathElement::new(line, BLACK.mix(0.4))])?;
        let text = event.control.trim_start_matches("control.").to_owned();
        chart.draw_series([Text::new(text, (event.at, most * 0.97), ("sans-serif", 12))])?;
    }
    for (line, y) in lines.iter().zip((48..).step_by(20)) {
        let style = line.colour.stroke_width(2);
        chart.draw_series(LineSeries::new(line.points.iter().copied(), style))?;
        legend.draw(&PathElement::new([(4, y), (20, y)], style))?;
        legend.draw(&Text::new(line.name, (26, y - 7), ("sans-serif", 13)))?;
    }
    area.present()?;
    Ok(())
}

/// One bar for each name, the first on top; `None` where there is nothing to compare.
pub(super) fn bars(x: &str, bars: &[(String, f64)]) -> Option<String> {
    let most = bars.iter().map(|bar| bar.1).fold(0.0, f64::max) * 1.12;
    if bars.len() < 2 || most <= 0.0 {
        return None;
    }
    let mut svg = String::new();
    {
        let height = BAR * u32::try_from(bars.len()).ok()? + 60;
        let area = SVGBackend::with_string(&mut svg, (SIZE.0, height)).into_drawing_area();
        paint_bars(&area, most, x, bars).ok()?;
    }
    Some(svg)
}

fn paint_bars(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    most: f64,
    x: &str,
    bars: &[(String, f64)],
) -> Result<(), Box<dyn std::error::Error>> {
    let places = || (0_u32..).map(f64::from);
    let lowest = f64::from(u32::try_from(bars.len())?);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_left(NAMES)
        .x_label_area_size(36)
        .build_cartesian_2d(0.0..most, lowest..0.0)?;
    let mut mesh = chart.configure_mesh();
    mesh.disable_y_mesh().disable_y_axis().x_desc(x).light_line_style(WHITE.mix(0.0));
    mesh.x_label_formatter(&|x| super::rows::number(*x)).label_style(("sans-serif", 13)).draw()?;
    for ((name, value), place) in bars.iter().zip(places()) {
        let corners = [(0.0, place + 0.15), (*value, place + 0.85)];
        chart.draw_series([Rectangle::new(corners, BLUE_LINE.filled())])?;
        let (right, middle) = chart.backend_coord(&(*value, place + 0.5));
        area.draw(&Text::new(super::rows::number(*value), (right + 6, middle - 6), ("sans-serif", 12)))?;
        area.draw(&Text::new(name.clone(), (8, middle - 7), ("sans-serif", 13)))?;
    }
    area.present()?;
    Ok(())
}
