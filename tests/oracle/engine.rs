//! The only place that knows the engine: a scenario's text and a trial's number in, a trace by name out.

use crate::trace::Trace;
use shortfall::engine::{Baseline, Events, Flows, Ledger, Nobody, Observer, Team, Worker};
use shortfall::model::{self, Model};
use shortfall::plan::{Column, Consumer, Plan, Work};
use shortfall::scenario::{Diagnostic, NoFiles, Request, Severity, load};

/// Walks every step of a trial and notes it.
struct Watch<'a> {
    model: &'a Model,
    plan: &'a Plan,
    trace: Trace,
}

/// One trial of a scenario by the engine, every step walked: or what is wrong with the scenario. With it, the metrics of
/// the same trial with quiet steps skipped.
pub fn engine_trial(toml: &str, trial: u64) -> Result<(Trace, Trace), String> {
    let request =
        Request { name: "world.toml".into(), text: toml.into(), overlays: Vec::new(), settings: Vec::new() };
    let told = |mistakes: &[Diagnostic]| {
        let errors = mistakes.iter().filter(|mistake| mistake.severity == Severity::Error);
        errors.map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("; ")
    };
    let document = load(&request, &NoFiles).map_err(|(_, mistakes)| told(&mistakes))?;
    let (model, _) = model::read(&document).map_err(|mistakes| told(&mistakes))?;
    let plan = Plan::new(&model, model.seed);
    let mut row = vec![f64::NAN; plan.columns.len()];
    let mut worker = Worker::new(&plan);
    // A trial must not remember the one before it.
    worker.trial(trial + 1, &mut row, &mut Nobody);
    let mut skip = Skip(Watch { model: &model, plan: &plan, trace: Trace::default() });
    worker.trial(trial, &mut row, &mut skip);
    let mut quick = skip.0.trace;
    quick.metrics = metrics(&model, &plan, &row).metrics;
    beside_others(&plan, trial, &row);
    let mut watch = Watch { model: &model, plan: &plan, trace: Trace::default() };
    Worker::new(&plan).trial(trial, &mut row, &mut watch);
    let mut full = watch.trace;
    full.metrics = metrics(&model, &plan, &row).metrics;
    Ok((full, quick))
}

/// The trial walked side by side with eleven others has the bits that it has alone.
fn beside_others(plan: &Plan, trial: u64, row: &[f64]) {
    let width = row.len();
    let mut rows = vec![f64::NAN; 12 * width];
    Team::new(plan).trials(trial..trial + 12, &mut rows);
    let bits = |row: &[f64]| row.iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<_>>();
    assert_eq!(bits(&rows[..width]), bits(row), "trial {trial} in a team");
}

/// A row of figures by name.
fn metrics(model: &Model, plan: &Plan, row: &[f64]) -> Trace {
    let material = |m: usize| format!("shortfall.{}", model.materials[m].name);
    let sector = |j: usize| format!("sectors.{}", model.sectors[j].name);
    let control = |c: usize| format!("controls.{}", model.controls[c].name);
    let option = |o: usize| format!("options.{}", model.options[o].name);
    let mut trace = Trace::default();
    for (column, value) in plan.columns.list.iter().zip(row) {
        let name = match *column {
            // Nothing is made to happen here.
            Column::Chance => continue,
            Column::AnyShort => "shortfall.any".to_string(),
            Column::AnyControl => "any control".to_string(),
            Column::Tonnes(m) => format!("{}.tonnes", material(m)),
            Column::Share(m) => format!("{}.share", material(m)),
            Column::Peak(m) => format!("{}.peak", material(m)),
            Column::TimeShort(m) => format!("{}.time_short", material(m)),
            Column::Recovery(m) => format!("{}.recovery", material(m)),
            Column::RecoveryCensored(m) => format!("{}.recovery censored", material(m)),
            Column::PricePeak(m) => format!("price.{}.peak", model.materials[m].name),
            Column::PriceMean(m) => format!("price.{}.mean", model.materials[m].name),
            Column::Lost(j) => format!("{}.lost", sector(j)),
            Column::WorstActivity(j) => format!("{}.worst_activity", sector(j)),
            Column::FirstLoss(j) => format!("{}.first_loss", sector(j)),
            Column::Onsets(c) => format!("{}.onsets", control(c)),
            Column::Time(c, r) => format!("{}.time.{}", control(c), model.controls[c].regimes[r].name),
            Column::Delivered(o) => format!("{}.delivered", option(o)),
            Column::OptionCost(o) => format!("{}.cost", option(o)),
            Column::Started(o) => format!("{}.started", option(o)),
            Column::CostTotal => "cost.total".to_string(),
            Column::CostLostOutput => "cost.lost_output".to_string(),
            Column::CostIndirect => "cost.indirect".to_string(),
            Column::CostPrice => "cost.price".to_string(),
            Column::CostPremiums => "cost.premiums".to_string(),
            Column::CostOptions => "cost.options".to_string(),
            Column::GdpShare => "gdp.share".to_string(),
            Column::GdpWorstYear => "gdp.worst_year".to_string(),
        };
        trace.metrics.insert(name, (!value.is_nan()).then_some(*value));
    }
    trace
}

impl Watch<'_> {
    fn put(&mut self, name: String, value: f64) {
        self.trace.series.entry(name).or_default().push(value);
    }

    fn group(&self, group: usize) -> String {
        let sector = self.plan.groups[group].sector;
        let number = group - self.plan.sectors[sector].groups.start + 1;
        format!("{}#{number}", self.model.sectors[sector].name)
    }

    fn consumer(&self, consumer: Consumer) -> String {
        match consumer {
            Consumer::Group(group) => self.group(group),
            Consumer::Option(option) => self.model.options[option].name.clone(),
            Consumer::Process(source) => {
                let m =
                    self.plan.materials.iter().position(|m| m.sources.contains(&source)).expect("a material");
                let material = &self.model.materials[m];
                let source = &material.sources[source - self.plan.materials[m].sources.start];
                format!("{}/{}", material.name, source.name)
            }
        }
    }
}

impl Observer for Watch<'_> {
    const EVERY_STEP: bool = true;
    const QUIET: bool = false;
    const AUDIT: bool = true;

    fn events(&mut self, _: &Events) {}

    fn step(&mut self, _: usize, flows: &Flows, ledger: &Ledger, baseline: &Baseline) {
        let (model, plan) = (self.model, self.plan);
        for (m, material) in model.materials.iter().enumerate() {
            let name = &material.name;
            self.put(format!("inflow {name}"), flows.materials[m].inflow);
            self.put(format!("baseline {name}"), baseline.material[m]);
            self.put(format!("need {name}"), flows.materials[m].need);
            self.put(format!("shortfall {name}"), flows.materials[m].shortfall);
            self.put(format!("multiple {name}"), ledger.multiple[m]);
        }
        for (e, edge) in plan.edges.iter().enumerate() {
            let name = format!("{} <- {}", model.materials[edge.material].name, self.consumer(edge.consumer));
            self.put(format!("received {name}"), flows.edges[e].received);
            self.put(format!("consumed {name}"), flows.edges[e].consumed);
            self.put(format!("stock {name}"), flows.edges[e].stock);
        }
        for (o, option) in model.options.iter().enumerate() {
            self.put(format!("delivered {}", option.name), flows.options[o].moved);
            self.put(format!("cost of {}", option.name), ledger.option_step[o]);
            if let Work::Pile(_) = plan.options[o].work {
                self.put(format!("level {}", option.name), flows.options[o].level);
            }
        }
        for g in 0..plan.groups.len() {
            let name = self.group(g);
            self.put(format!("activity {name}"), flows.groups[g].activity);
            self.put(format!("lost {name}"), flows.groups[g].lost);
            self.put(format!("recaptured {name}"), flows.groups[g].recaptured);
        }
        let costs = ledger.step;
        self.put("cost lost_output".into(), costs.lost_output);
        self.put("cost indirect".into(), costs.indirect);
        self.put("cost price".into(), costs.price);
        self.put("cost premiums".into(), costs.premiums);
        self.put("cost options".into(), costs.options);
    }

    fn quiet(&mut self, from: usize, to: usize, _: &Flows, _: &Baseline) {
        unreachable!("every step is walked, not {from} to {to} skipped");
    }
}

/// Watches a trial whose quiet steps are skipped: of those it notes what must be as in the baseline.
struct Skip<'a>(Watch<'a>);

impl Observer for Skip<'_> {
    const EVERY_STEP: bool = false;
    const QUIET: bool = true;
    const AUDIT: bool = true;

    fn events(&mut self, _: &Events) {}

    fn step(&mut self, k: usize, flows: &Flows, ledger: &Ledger, baseline: &Baseline) {
        self.0.step(k, flows, ledger, baseline);
    }

    fn quiet(&mut self, from: usize, to: usize, flows: &Flows, baseline: &Baseline) {
        let (model, plan) = (self.0.model, self.0.plan);
        for _ in from..to {
            for (e, edge) in plan.edges.iter().enumerate() {
                let name =
                    format!("{} <- {}", model.materials[edge.material].name, self.0.consumer(edge.consumer));
                self.0.put(format!("stock {name}"), flows.edges[e].stock);
                self.0.put(format!("received {name}"), baseline.edge[e]);
                self.0.put(format!("consumed {name}"), baseline.edge[e]);
            }
            for (o, option) in model.options.iter().enumerate() {
                if let Work::Pile(_) = plan.options[o].work {
                    self.0.put(format!("level {}", option.name), flows.options[o].level);
                }
            }
            for (m, material) in model.materials.iter().enumerate() {
                self.0.put(format!("shortfall {}", material.name), 0.0);
                self.0.put(format!("inflow {}", material.name), baseline.material[m]);
                self.0.put(format!("baseline {}", material.name), baseline.material[m]);
            }
            for g in 0..plan.groups.len() {
                let name = self.0.group(g);
                self.0.put(format!("activity {name}"), 1.0);
            }
        }
    }
}
