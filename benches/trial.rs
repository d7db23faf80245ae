//! The cost of a trial: whole trials of scenarios of different kinds, one thread.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shortfall::cli::Disk;
use shortfall::engine::Team;
use shortfall::model::{self, Model};
use shortfall::plan::Plan;
use shortfall::scenario::{self, Files, Request};

fn load(name: &str) -> Option<Model> {
    let text = Disk.read(Path::new(name)).ok()?;
    let request = Request { name: name.to_owned(), text, overlays: Vec::new(), settings: Vec::new() };
    let document = scenario::load(&request, &Disk).ok()?;
    Some(model::read(&document).ok()?.0)
}

fn trials(c: &mut Criterion) {
    const BLOCK: u64 = 1000;
    let mut group = c.benchmark_group("trial");
    group.throughput(Throughput::Elements(BLOCK)).sample_size(20);
    let names = [
        "scenarios/japan-rare-earths-660bn",
        "scenarios/japan-rare-earths-uncertain",
        "benches/weekly",
        "benches/monthly",
        "tests/data/example",
    ];
    for name in names {
        let Some(model) = load(&format!("{name}.toml")) else { panic!("{name}.toml cannot be used") };
        let plan = Plan::new(&model, model.seed);
        let mut team = Team::new(&plan);
        let mut rows = vec![0.0; BLOCK as usize * plan.columns.len()];
        group.bench_function(name.rsplit('/').next().unwrap_or(name), |bench| {
            bench.iter(|| {
                team.trials(0..BLOCK, &mut rows);
                black_box(&rows);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, trials);
criterion_main!(benches);
