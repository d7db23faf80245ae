//! Tiny worlds whose numbers can be computed by hand. Months of 100 t and 220 billion yen, one source, a ban.

use crate::quantity::{MONTH, Money, Path, Quantity, WEEK, YEAR, day_number, num, plain};
use crate::simulate::{Outcome, simulate};
use crate::world::{
    Blocks, Capacity, Cause, Control, Input, Kind, Material, Mitigation, Onset, PriceResponse, Recapture,
    Regime, Sector, Source, Supplier, Use, World,
};
use std::collections::BTreeMap;

const BILLION: f64 = 1e9;

fn some(value: f64, unit: &str) -> Option<Quantity> {
    Some(plain(value, unit))
}

fn source(name: &str, share: f64, country: &str) -> Source {
    Source {
        name: name.into(),
        share: Path::Flat(plain(share, "%")),
        route: vec![("mining".into(), country.into())],
        headroom: None,
        transit: None,
        inputs: BTreeMap::new(),
    }
}

fn material(name: &str, sources: Vec<Source>) -> Material {
    Material {
        name: name.into(),
        price: None,
        headroom: some(0.0, "%"),
        inventory: None,
        accessible: None,
        spot_share: None,
        price_response: None,
        sources,
    }
}

fn sector(name: &str, material: &str) -> Sector {
    let used = Use {
        amount: Path::Flat(plain(1200.0, "t/year")),
        exposed: plain(100.0, "%"),
        inventory: None,
        response: None,
    };
    Sector {
        name: name.into(),
        value_added: Path::Flat(plain(2640.0, "billion JPY/year")),
        uses: BTreeMap::from([(material.to_string(), used)]),
        priority: None,
        multiplier: None,
        recapture: None,
        firms: None,
    }
}

fn regime(name: &str, months: f64) -> Regime {
    Regime {
        name: name.into(),
        blocks: None,
        approval_delay: None,
        lasts: some(months, "months"),
        then: None,
    }
}

/// A year of months from 1 January 2026: ore from one source in CN, cars that stop without it, a ban of three months.
fn world() -> World {
    let start = day_number(2026, 1, 1);
    World {
        name: "tiny".into(),
        seed: 1,
        start,
        horizon: num(12.0, "months"),
        step: Some("month"),
        money: Money { currency: "JPY".into(), rates: BTreeMap::new() },
        gdp: some(600.0, "trillion JPY/year"),
        discount_rate: None,
        parameters: vec![],
        correlations: vec![],
        materials: vec![material("ore", vec![source("china", 100.0, "CN")])],
        sectors: vec![sector("cars", "ore")],
        crises: vec![],
        controls: vec![Control {
            name: "stop".into(),
            country: "CN".into(),
            materials: vec!["ore".into()],
            stages: None,
            initial: None,
            elapsed: None,
            onsets: vec![Onset {
                name: None,
                cause: Cause::At { date: start, probability: None },
                enters: None,
                milder: false,
            }],
            regimes: vec![regime("ban", 3.0)],
        }],
        options: vec![],
    }
}

fn option(name: &str, kind: Kind) -> Mitigation {
    Mitigation {
        name: name.into(),
        kind,
        standing: false,
        available_from: None,
        lead_time: None,
        ramp: None,
        success: None,
        capex: None,
        fixed_cost: None,
        permanent: false,
        enabled: true,
    }
}

fn supplier(tonnes_a_month: f64) -> Kind {
    Kind::Supplier(Supplier {
        material: "ore".into(),
        capacity: Capacity::Flow(Path::Flat(plain(tonnes_a_month, "t/month"))),
        route: vec![],
        premium: some(50.0, "%"),
        inputs: BTreeMap::new(),
    })
}

fn run(world: &World) -> Outcome {
    simulate(world, 0)
}

/// Holds a metric to a value computed by hand, to 1 part in 10^11.
#[track_caller]
fn expect(outcome: &Outcome, metric: &str, value: f64) {
    let found = outcome.metrics[metric].unwrap_or_else(|| panic!("{metric} is undefined"));
    assert!((found - value).abs() <= 1e-11 * value.abs().max(1e-3), "{metric} is {found}, not {value}");
}

#[test]
fn three_months_without_ore_cost_660_billion() {
    let outcome = run(&world());
    expect(&outcome, "cost.total", 660.0 * BILLION);
    expect(&outcome, "gdp.share", 0.0011);
    expect(&outcome, "gdp.worst_year", 0.0011);
    expect(&outcome, "shortfall.ore.tonnes", 300.0);
    expect(&outcome, "shortfall.ore.share", 0.25);
    expect(&outcome, "shortfall.ore.peak", 1.0);
    expect(&outcome, "shortfall.ore.time_short", 3.0 * MONTH);
    expect(&outcome, "shortfall.ore.recovery", 3.0 * MONTH);
    expect(&outcome, "sectors.cars.first_loss", 0.0);
    expect(&outcome, "sectors.cars.worst_activity", 0.0);
    expect(&outcome, "controls.stop.onsets", 1.0);
    expect(&outcome, "controls.stop.time.ban", 3.0 * MONTH);
}

#[test]
fn a_stock_of_one_month_saves_one_month_and_is_rebuilt() {
    let mut world = world();
    world.materials[0].inventory = some(2.0, "months");
    world.materials[0].accessible = some(50.0, "%");
    world.materials[0].headroom = some(50.0, "%");
    let outcome = run(&world);
    expect(&outcome, "cost.total", 440.0 * BILLION);
    expect(&outcome, "sectors.cars.first_loss", MONTH);
    let after: Vec<f64> =
        outcome.records.iter().map(|record| record.edges.values().next().unwrap().after.round()).collect();
    assert_eq!(after[..6], [0.0, 0.0, 0.0, 50.0, 100.0, 100.0]);
    expect(&outcome, "shortfall.ore.recovery", 4.0 * MONTH);
}

#[test]
fn blocks_are_averaged_over_steps_and_shifted_by_transit() {
    let mut world = world();
    world.step = None;
    world.materials[0].sources[0].transit = some(10.0, "days");
    world.controls[0].regimes[0].lasts = some(45.0, "days");
    let outcome = run(&world);
    expect(&outcome, "cost.total", 2640.0 * BILLION * 45.0 / YEAR);
    expect(&outcome, "sectors.cars.first_loss", WEEK);
    let activity = |step: usize| outcome.records[step].groups.values().next().unwrap().activity;
    assert!((activity(1) - 3.0 / 7.0).abs() < 1e-12 && (activity(7) - 1.0 / 7.0).abs() < 1e-12);
    assert_eq!(outcome.alerts["ore"], vec![(0.0, 55.0)]);
    expect(&outcome, "shortfall.ore.recovery", 56.0);
}

#[test]
fn half_of_what_was_lost_is_made_up_at_ten_per_cent_a_month() {
    let mut world = world();
    world.controls[0].regimes[0].lasts = some(1.0, "months");
    world.materials[0].headroom = None;
    world.sectors[0].multiplier = some(1.5, "");
    world.sectors[0].recapture = Some(Recapture {
        share: plain(50.0, "%"),
        extra_capacity: plain(10.0, "%"),
        within: plain(1e15, "years"),
    });
    let outcome = run(&world);
    let activity: Vec<f64> =
        outcome.records.iter().map(|record| record.groups.values().next().unwrap().activity).collect();
    let hoped = [0.0, 1.1, 1.1, 1.1, 1.1, 1.1, 1.0, 1.0];
    assert!(activity.iter().zip(hoped).all(|(a, b)| (a - b).abs() < 1e-11), "{activity:?}");
    expect(&outcome, "cost.lost_output", 110.0 * BILLION);
    expect(&outcome, "cost.indirect", 55.0 * BILLION);
    expect(&outcome, "sectors.cars.lost", 110.0 * BILLION);
}

#[test]
fn costs_are_discounted_at_the_middle_of_the_step() {
    let mut world = world();
    world.controls[0].regimes[0].lasts = some(1.0, "months");
    world.discount_rate = some(10.0, "%");
    let outcome = run(&world);
    expect(&outcome, "cost.total", 220.0 * BILLION * libm::pow(1.1, -1.0 / 24.0));
    expect(&outcome, "sectors.cars.lost", 220.0 * BILLION);
}

#[test]
fn the_spot_price_rises_at_once_and_falls_slowly() {
    let mut world = world();
    world.controls[0].regimes[0].blocks = Some(Blocks::Flat(plain(50.0, "%")));
    world.controls[0].regimes[0].lasts = some(1.0, "months");
    world.materials[0].price = some(2.0, "million JPY/t");
    world.materials[0].spot_share = some(10.0, "%");
    world.materials[0].price_response = Some(PriceResponse {
        elasticity: plain(-0.5, ""),
        cap: some(10.0, ""),
        half_life: some(1.0, "months"),
    });
    let outcome = run(&world);
    expect(&outcome, "price.ore.peak", 4.0);
    assert!((outcome.records[1].multiples["ore"] - 2.5).abs() < 1e-12);
    // 50 t at 3 times the price more, then 100 t at 1.5, 0.75, …: all at a tenth.
    let rest: f64 = (1..12).map(|k| 100.0 * 3.0 * libm::exp2(-f64::from(k))).sum();
    expect(&outcome, "cost.price", 0.1 * 2e6 * (50.0 * 3.0 + rest));
}

#[test]
fn a_stockpile_releases_what_it_may_and_is_refilled_afterwards() {
    let mut world = world();
    world.materials[0].price = some(1.0, "million JPY/t");
    world.materials[0].headroom = some(20.0, "%");
    let kind = Kind::Stockpile {
        material: "ore".into(),
        size: plain(1.0, "months"),
        max_release: some(60.0, "%"),
        refill: None,
        holding_cost: some(12.0, "%"),
    };
    world.options.push(option("reserve", kind));
    let outcome = run(&world);
    let levels: Vec<f64> = outcome.records.iter().map(|record| record.levels["reserve"].round()).collect();
    assert_eq!(levels, [40.0, 0.0, 0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
    expect(&outcome, "cost.lost_output", 440.0 * BILLION);
    expect(&outcome, "options.reserve.delivered", 100.0);
    expect(&outcome, "options.reserve.cost", 0.01 * 1e6 * (40.0 + 450.0));
    expect(&outcome, "options.reserve.started", 0.0);
}

#[test]
fn standing_supply_displaces_and_contingent_supply_waits_for_its_lead_time() {
    let mut world = world();
    world.materials[0].price = some(1.0, "million JPY/t");
    let mut standing = option("standing", supplier(30.0));
    standing.standing = true;
    standing.capex = some(7.0, "billion JPY");
    let mut waiting = option("waiting", supplier(20.0));
    waiting.lead_time = some(1.0, "months");
    waiting.ramp = some(2.0, "months");
    waiting.fixed_cost = some(2.4, "billion JPY/year");
    world.options = vec![standing, waiting];
    let outcome = run(&world);
    // Lost: 70, 65 and 55 t of 100; the ramp's mean is 1/4 in the second month and 3/4 in the third.
    expect(&outcome, "shortfall.ore.tonnes", 190.0);
    expect(&outcome, "cost.lost_output", 1.9 * 220.0 * BILLION);
    expect(&outcome, "options.standing.delivered", 360.0);
    expect(&outcome, "options.waiting.delivered", 20.0);
    expect(&outcome, "options.waiting.started", MONTH);
    expect(&outcome, "options.standing.cost", 7.0 * BILLION + 360.0 * 0.5e6);
    expect(&outcome, "options.waiting.cost", 2.4 * BILLION + 20.0 * 0.5e6);
    assert!((outcome.records[6].source_deliveries[&("ore".into(), "china".into())] - 70.0).abs() < 1e-9);
}

#[test]
fn the_first_in_priority_is_served_first() {
    let mut world = world();
    world.sectors.push(sector("medical", "ore"));
    world.sectors[0].priority = Some(2);
    world.controls[0].regimes[0].blocks = Some(Blocks::Flat(plain(25.0, "%")));
    let outcome = run(&world);
    expect(&outcome, "sectors.medical.lost", 0.0);
    expect(&outcome, "sectors.cars.lost", 330.0 * BILLION);
}

#[test]
fn a_regime_that_has_lasted_already_is_on_with_its_profile() {
    let mut world = world();
    let control = &mut world.controls[0];
    control.onsets.clear();
    control.initial = Some("ban".into());
    control.elapsed = some(2.0, "months");
    control.regimes[0].lasts = None;
    let step = |months: f64, share: f64| (num(months, "months"), plain(share, "%"));
    control.regimes[0].blocks =
        Some(Blocks::Profile(vec![step(0.0, 100.0), step(1.0, 50.0), step(3.0, 0.0)]));
    let outcome = run(&world);
    expect(&outcome, "cost.total", 110.0 * BILLION);
    expect(&outcome, "controls.stop.onsets", 0.0);
    expect(&outcome, "controls.stop.time.ban", 12.0 * MONTH);
    assert_eq!(outcome.alerts["ore"], vec![(0.0, MONTH)]);
}

#[test]
fn everything_is_stopped_until_approvals_come() {
    let mut world = world();
    world.controls[0].regimes[0].approval_delay = some(1.0, "months");
    let step = |months: f64, share: f64| (num(months, "months"), plain(share, "%"));
    world.controls[0].regimes[0].blocks = Some(Blocks::Profile(vec![step(1.0, 40.0)]));
    expect(&run(&world), "cost.total", 1.4 * 220.0 * BILLION);
}

#[test]
fn imports_stand_in_for_a_process_without_inputs() {
    let mut world = world();
    let mut own = source("own", 50.0, "JP");
    let input = Input { amount: plain(0.5, ""), table: true, inventory: some(0.5, "months") };
    own.inputs.insert("ore".into(), input);
    let mut abroad = source("abroad", 50.0, "AU");
    abroad.headroom = some(20.0, "%");
    world.materials.push(material("magnets", vec![own, abroad]));
    world.sectors = vec![sector("cars", "magnets")];
    let outcome = run(&world);
    // 25 t of ore a month for 50 t of magnets; stock for half a month, in the first month: 75, then 50 + 10 of 100 t.
    expect(&outcome, "shortfall.magnets.tonnes", 15.0 + 40.0 + 40.0);
    expect(&outcome, "shortfall.ore.tonnes", 12.5 + 25.0 + 25.0);
    assert_eq!(outcome.alerts["magnets"], outcome.alerts["ore"]);
}

#[test]
fn savings_lower_the_need_and_are_paid_for() {
    let mut world = world();
    let kind = |share: f64| Kind::Thrifting {
        place: "sectors.cars".into(),
        material: "ore".into(),
        max_share: plain(share, "%"),
        cost: some(1.0, "million JPY/t"),
    };
    let mut first = option("first", kind(20.0));
    first.standing = true;
    let second = option("second", kind(95.0));
    world.options = vec![first, second];
    let outcome = run(&world);
    // Nothing is needed while both save all of it; then one saves a fifth.
    expect(&outcome, "cost.lost_output", 0.0);
    expect(&outcome, "options.first.cost", 240.0 * 1e6);
    expect(&outcome, "options.second.cost", 3.0 * 80.0 * 1e6);
    expect(&outcome, "options.first.delivered", 240.0);
}

#[test]
fn an_annual_onset_comes_at_the_quantile_of_its_clock() {
    let mut world = world();
    world.controls[0].onsets[0].cause =
        Cause::Annual { probability: Path::Flat(plain(50.0, "%")), during: None };
    world.horizon = num(20.0, "years");
    let outcome = simulate(&world, 3);
    let factor = shortfall::random::Factor::new(1, "controls.stop.onsets.annual.clock");
    let wait = |n: u32| -libm::log1p(-factor.uniform(3, n)) / libm::log(2.0) * YEAR;
    let entries: Vec<f64> = outcome.histories["stop"]
        .visits
        .iter()
        .filter(|visit| visit.0 == "ban")
        .map(|visit| visit.1)
        .collect();
    assert!((entries[0] - wait(0)).abs() < 1e-9);
    assert!((entries[1] - (wait(0) + 3.0 * MONTH + wait(1))).abs() < 1e-9);
    assert!(entries.len() > 10, "about 17 in 20 years");
}
