//! Load scenarios: journeys of contract operations, phases, events and thresholds, read from documents.

mod check;
pub mod code;
mod embedded;
mod model;
mod percent;
mod read;
mod shape;

pub use embedded::{embedded, find};
pub use model::{
    Access, Event, Journey, On, Pause, Phase, Population, Scenario, Step, StepRole, Thresholds, Variable, WhichCookie,
    Writers,
};
pub use percent::parse as parse_percent;
pub use read::read_scenario;
pub use shape::{json_schema, shape};
