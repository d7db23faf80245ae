//! Charts as SVG text: plain numbers in, a picture out, the same bytes every time.
//!
//! Nothing here computes a statistic, reads a file or knows the model. Pictures are made to be read at half a page's
//! width in print and on a slide, by colour-blind readers and without colour: what differs in meaning differs in
//! lightness or in dashes too, and is named where it stands.

mod exceedance;
mod fan;
mod font;
mod frame;
mod histogram;
mod paper;
mod ticks;
mod trial;

pub use exceedance::{ExceedanceData, ExceedancePoint, exceedance};
pub use fan::{FanData, FanPanel, fan};
pub use histogram::{HistogramData, histogram};
pub use trial::{TrialData, TrialPanel, TrialRow, trial};
