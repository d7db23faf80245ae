//! How far sampling brings: repeats runs of several scenarios under many seeds.
#![allow(missing_docs)]
use std::path::Path;
use std::sync::atomic::AtomicBool;

use shortfall::cli::Disk;
use shortfall::outcome;
use shortfall::parallel::Pool;
use shortfall::plan::{Coordinates, Plan, Sampling};
use shortfall::scenario::{self, Files, Request};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let name = &args[1];
    let n: u64 = args[2].parse()?;
    let reps: u64 = args[3].parse()?;
    let text = Disk.read(Path::new(name))?;
    let request = Request { name: name.clone(), text, overlays: vec![], settings: vec![] };
    let document = scenario::load(&request, &Disk).map_err(|_| "load")?;
    let (model, _) = shortfall::model::read(&document).map_err(|_| "read")?;
    let pool = Pool::new(0)?;
    let never = AtomicBool::new(false);
    let plan = Plan::new(&model, 1);
    let bits = args.get(4).map_or(Sampling::bits(n), |b| b.parse().unwrap());
    let uses = outcome::influence(&plan, &pool);
    println!("{} uses", uses.len());
    let cost = plan.columns.costs;
    let mut base = (0.0, 0.0);
    for method in ["random", "lhs", "sobol"] {
        let mut means = vec![];
        let mut tails = vec![];
        for rep in 0..reps {
            let mut plan = Plan::new(&model, 1000 + rep);
            plan.sampling = match method {
                "random" => Sampling::Random,
                "lhs" => Sampling::Hypercubes { bits },
                _ => Sampling::Sobol {
                    bits,
                    coordinates: Coordinates::new(plan.addresses.len(), &uses),
                    seed: 1000 + rep,
                },
            };
            let trials = outcome::run(&plan, n, &pool, &never, |_| {});
            let mut x = trials.columns[cost].clone();
            x.sort_by(f64::total_cmp);
            means.push(x.iter().sum::<f64>() / n as f64);
            let tail = n as usize / 100;
            tails.push(x[x.len() - tail..].iter().sum::<f64>() / tail as f64);
        }
        let var = |v: &[f64]| {
            let m = v.iter().sum::<f64>() / v.len() as f64;
            (m, v.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / (v.len() - 1) as f64)
        };
        let (m, v) = var(&means);
        let (c, w) = var(&tails);
        if method == "random" {
            base = (v, w);
        }
        println!("{method} mean {m:.5e} cvar {c:.5e} ratio mean {:.2} cvar99 {:.2}", base.0 / v, base.1 / w);
    }
    Ok(())
}
