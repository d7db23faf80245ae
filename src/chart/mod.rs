//! Charts as SVG text, and as PNG: plain numbers in, a picture out, the same bytes every time.
//!
//! Nothing here computes a statistic, reads a file or knows the model. Pictures are made to be read at half a page's
//! width in print and on a slide, by colour-blind readers and without colour: what differs in meaning differs in
//! lightness or in dashes too, and is named where it stands.

mod bars;
mod cloud;
mod contour;
mod exceedance;
mod fan;
mod font;
mod frame;
mod heat;
mod histogram;
mod lines;
mod paper;
mod plane;
mod png;
mod regimes;
mod scatter;
mod stack;
mod ticks;
mod trial;

pub use bars::{Bar, BarRow, BarsData, bars};
pub use cloud::{CloudData, CloudPanel, cloud};
pub use exceedance::{ExceedanceData, ExceedancePoint, LEVELS as EXCEEDANCE_LEVELS, exceedance};
pub use fan::{FanData, FanPanel, fan};
pub use heat::{Crossed, HeatData, heat, heat_crossed};
pub use histogram::{HistogramData, histogram};
pub use lines::{Line, LinePoint, LinesData, lines};
pub use plane::Axis;
pub use png::png;
pub use regimes::RegimePanel;
pub use scatter::{ScatterData, ScatterPoint, scatter};
pub use stack::{PartKind, StackData, StackPanel, StackPart, stack};
pub use trial::{TrialData, TrialPanel, TrialRow, trial};
