//! From a model to its plan: the flows here, the events in `events`.

mod events;

use std::ops::Range;

use super::events::{Draw, Hazard};
use super::flows::{
    Channel, Consumer, Edge, Group, Material, Opt, Pile, Rate, Response, Saving, Sector, Source, Supply, Work,
};
use super::scalars::{Address, Copula, Once, Scalar, Scalars, Series};
use super::{Columns, Plan};
use crate::model::{self, Curve, Measure, Mode, Model, Quantity, Size, User};
use crate::random::{Factor, Law};

struct Builder<'m> {
    model: &'m Model,
    seed: u64,
    scalars: Scalars,
    addresses: Vec<Factor>,
    laws: Vec<Law>,
    law_factors: Vec<usize>,
    hazards: Vec<Hazard>,
    channels: Vec<Channel>,
    /// For each factor of the model the index of its draw, if it is drawn once a trial.
    draw_of: Vec<usize>,
    steps: usize,
}

pub fn plan(model: &Model, seed: u64) -> Plan {
    let mut b = Builder {
        model,
        seed,
        scalars: Scalars::default(),
        addresses: Vec::new(),
        laws: Vec::new(),
        law_factors: Vec::new(),
        hazards: Vec::new(),
        channels: Vec::new(),
        draw_of: vec![usize::MAX; model.factors.len()],
        steps: model.steps(),
    };
    b.draws();
    let classes = b.priorities();
    let sources_at = offsets(model.materials.iter().map(|m| m.sources.len()));
    let groups_at =
        offsets(model.sectors.iter().map(|s| s.firms.as_ref().map_or(1, |f| f.inventories.len())));
    let edges = b.edges(&classes, &sources_at, &groups_at);
    let sources = b.sources(&edges, &sources_at);
    let groups = b.groups(&edges, &groups_at);
    let options = b.options(&edges);
    let sectors = b.sectors(&groups_at);
    let materials = b.materials(&edges, &sources_at);
    let (controls, onsets, crises) = b.events();
    let gdp = model.economy.gdp.map(|q| b.scalar(q));
    let discount_rate = b.scalar(model.economy.discount_rate);
    let priced: Vec<bool> = model.materials.iter().map(|m| m.price_response.is_some()).collect();
    let regimes: Vec<usize> = model.controls.iter().map(|c| c.regimes.len()).collect();
    let columns = Columns::new(&priced, sectors.len(), &regimes, options.len(), gdp.is_some());
    let standing = options.iter().any(|o| o.standing);
    let steady = !standing
        && sources.iter().all(|s| s.share.is_constant())
        && edges.list.iter().all(|e| e.amount.is_constant());
    Plan {
        steps: b.steps,
        step: model.step.days(),
        scalars: b.scalars,
        addresses: b.addresses,
        laws: b.laws,
        law_factors: b.law_factors,
        materials,
        order: model.order.clone(),
        sources,
        edges: edges.list,
        groups,
        sectors,
        options,
        channels: b.channels,
        controls,
        onsets,
        crises,
        hazards: b.hazards,
        gdp,
        discount_rate,
        columns,
        always_busy: standing,
        steady,
        sampling: super::Sampling::Random,
        rare: None,
    }
}

/// Where each of several consecutive ranges starts, with the end of the last.
fn offsets(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut at = vec![0];
    for length in lengths {
        at.push(at[at.len() - 1] + length);
    }
    at
}

impl Builder<'_> {
    fn address(&mut self, path: &str) -> Address {
        self.addresses.push(Factor::new(self.seed, path));
        Address(self.addresses.len() as u32 - 1)
    }

    fn draws(&mut self) {
        for (f, factor) in self.model.factors.iter().enumerate() {
            if factor.once {
                self.draw_of[f] = self.scalars.draws.len();
                let address = self.address(&factor.path);
                self.scalars.draws.push(Once { address, law: factor.law.clone() });
            }
        }
        for correlation in &self.model.correlations {
            let draws = correlation.factors.iter().map(|&f| self.draw_of[f]).collect();
            self.scalars.copulas.push(Copula { draws, cholesky: correlation.cholesky.clone() });
        }
        for assumption in &self.model.assumptions {
            let Quantity::Uncertain { factor, scale, low, high } = assumption.quantity else { continue };
            let (a, b) = self.model.factors[factor].law.support();
            let leaves = (a * scale).min(b * scale) < low || (a * scale).max(b * scale) > high;
            if self.model.factors[factor].once && leaves {
                self.scalars.watch(&assumption.path, self.draw_of[factor], scale, low, high);
            }
        }
    }

    fn scalar(&mut self, quantity: Quantity) -> Scalar {
        let draw_of = &self.draw_of;
        self.scalars.add(quantity, |f| draw_of[f])
    }

    fn series(&mut self, curve: &Curve, h: f64) -> Series {
        let draw_of = &self.draw_of;
        Series::new(curve, self.steps, h, &mut self.scalars, |f| draw_of[f])
    }

    /// Something that may be drawn afresh at each event.
    fn draw(&mut self, quantity: Quantity) -> Draw {
        if let Quantity::Uncertain { factor, scale: _, low, high } = quantity
            && !self.model.factors[factor].once
        {
            let path = self.model.factors[factor].path.clone();
            self.laws.push(self.model.factors[factor].law.clone());
            self.law_factors.push(factor);
            let law = self.laws.len() as u32 - 1;
            return Draw::Afresh { address: self.address(&path), law, low, high };
        }
        Draw::Known(self.scalar(quantity))
    }

    /// The best priority among what a material feeds, for every material, products first.
    fn priorities(&self) -> Vec<i64> {
        let mut best = vec![i64::MAX; self.model.materials.len()];
        for sector in &self.model.sectors {
            for use_ in &sector.uses {
                best[use_.material] = best[use_.material].min(sector.priority);
            }
        }
        for &m in self.model.order.iter().rev() {
            let inputs = self.model.materials[m].sources.iter().flat_map(|s| &s.inputs);
            let supplies = self.model.options.iter().filter_map(|o| match &o.measure {
                Measure::Supplier(supply) if supply.material == m => Some(&supply.inputs),
                _ => None,
            });
            for input in inputs.chain(supplies.flatten()) {
                best[input.material] = best[input.material].min(best[m]);
            }
        }
        best
    }

    /// All edges, material by material, by priority within one.
    fn edges(&mut self, best: &[i64], sources_at: &[usize], groups_at: &[usize]) -> Edges {
        let model = self.model;
        let h = model.step.days();
        let mut by_material: Vec<Vec<(i64, Edge)>> = vec![Vec::new(); model.materials.len()];
        for (j, sector) in model.sectors.iter().enumerate() {
            let count = groups_at[j + 1] - groups_at[j];
            for use_ in &sector.uses {
                let stated = use_.inventory.unwrap_or(model.materials[use_.material].inventory);
                let amount = self.series(&divided(&use_.amount, count), h);
                for i in 0..count {
                    let inventory = match &sector.firms {
                        Some(firms) => Quantity::Certain(firms.inventories[i]),
                        None => stated,
                    };
                    let edge = Edge {
                        material: use_.material,
                        consumer: Consumer::Group(groups_at[j] + i),
                        amount: amount.clone(),
                        inventory: Some(self.scalar(inventory)),
                        savings: Vec::new(),
                    };
                    by_material[use_.material].push((sector.priority, edge));
                }
            }
        }
        for (m, material) in model.materials.iter().enumerate() {
            for (s, source) in material.sources.iter().enumerate() {
                for input in &source.inputs {
                    let inventory = input.inventory.unwrap_or(model.materials[input.material].inventory);
                    let edge = Edge {
                        material: input.material,
                        consumer: Consumer::Process(sources_at[m] + s),
                        amount: Series::Constant(self.scalar(input.amount)),
                        inventory: Some(self.scalar(inventory)),
                        savings: Vec::new(),
                    };
                    by_material[input.material].push((best[m], edge));
                }
            }
        }
        for (o, option) in model.options.iter().enumerate() {
            let Measure::Supplier(supply) = &option.measure else { continue };
            for input in &supply.inputs {
                let edge = Edge {
                    material: input.material,
                    consumer: Consumer::Option(o),
                    amount: Series::Constant(self.scalar(input.amount)),
                    inventory: None,
                    savings: Vec::new(),
                };
                by_material[input.material].push((best[supply.material], edge));
            }
        }
        let mut edges = Edges { list: Vec::new(), ranges: Vec::new(), classes: Vec::new() };
        for mut own in by_material {
            own.sort_by_key(|(priority, _)| *priority);
            let start = edges.list.len();
            let mut classes: Vec<Range<usize>> = Vec::new();
            for (i, (priority, _)) in own.iter().enumerate() {
                match classes.last_mut() {
                    Some(class) if own[i - 1].0 == *priority => class.end += 1,
                    _ => classes.push(start + i..start + i + 1),
                }
            }
            edges.list.extend(own.into_iter().map(|(_, edge)| edge));
            edges.ranges.push(start..edges.list.len());
            edges.classes.push(classes);
        }
        self.savings(&mut edges, sources_at, groups_at);
        edges
    }

    fn savings(&mut self, edges: &mut Edges, sources_at: &[usize], groups_at: &[usize]) {
        for (o, option) in self.model.options.iter().enumerate() {
            let Measure::Saving(saving) = &option.measure else { continue };
            let max_share = self.scalar(saving.max_share);
            let ratio = saving.to.map(|(to, ratio)| (to, self.scalar(ratio)));
            let users: Vec<Consumer> = match saving.user {
                User::Sector(j) => (groups_at[j]..groups_at[j + 1]).map(Consumer::Group).collect(),
                User::Process(m, s) => vec![Consumer::Process(sources_at[m] + s)],
            };
            for user in users {
                let to = ratio.and_then(|(to, ratio)| Some((edges.find(user, to)?, ratio)));
                if let Some(from) = edges.find(user, saving.from) {
                    edges.list[from].savings.push(Saving { option: o, max_share, to });
                }
            }
        }
    }

    /// The channel of something of material `m` that takes `route`; none where no control hits it.
    fn channel(&mut self, m: usize, route: &[(String, String)], transit: Quantity) -> Option<usize> {
        let controls: Vec<usize> = self.hits(m, route);
        if controls.is_empty() {
            return None;
        }
        let same = |c: &Channel, scalars: &Scalars| {
            c.controls == controls && scalars.certain(c.transit).is_some_and(|t| Some(t) == transit.certain())
        };
        if let Some(known) = self.channels.iter().position(|c| same(c, &self.scalars)) {
            return Some(known);
        }
        let transit = self.scalar(transit);
        self.channels.push(Channel { controls, transit });
        Some(self.channels.len() - 1)
    }

    /// The controls that hit something of material `m` on `route`, by name: products do not depend on the order of the
    /// file.
    fn hits(&self, m: usize, route: &[(String, String)]) -> Vec<usize> {
        let controls = self.model.controls.iter().enumerate();
        let hits = controls.filter(|(_, c)| c.materials.contains(&m) && model::control_hits(c, route));
        let mut hits: Vec<usize> = hits.map(|(c, _)| c).collect();
        hits.sort_by_key(|&c| &self.model.controls[c].name);
        hits
    }

    fn sources(&mut self, edges: &Edges, sources_at: &[usize]) -> Vec<Source> {
        let h = self.model.step.days();
        let mut out = Vec::new();
        for (m, material) in self.model.materials.iter().enumerate() {
            for (s, source) in material.sources.iter().enumerate() {
                let inputs = edges.of(Consumer::Process(sources_at[m] + s));
                out.push(Source {
                    share: self.series(&source.share, h),
                    headroom: self.scalar(source.headroom.unwrap_or(material.headroom)),
                    channel: self.channel(m, &source.route, source.transit),
                    inputs,
                });
            }
        }
        out
    }

    fn groups(&mut self, edges: &Edges, groups_at: &[usize]) -> Vec<Group> {
        let mut out = Vec::new();
        for (j, sector) in self.model.sectors.iter().enumerate() {
            for g in groups_at[j]..groups_at[j + 1] {
                let mut uses = Vec::new();
                for use_ in &sector.uses {
                    let exposed = self.scalar(use_.exposed);
                    let response = match use_.response {
                        model::Response::Proportional => Response::Proportional,
                        model::Response::Power(p) => Response::Power(self.scalar(p)),
                        model::Response::Ces { share, sigma, sigma_long, tau } => Response::Ces(
                            self.scalar(share),
                            self.scalar(sigma),
                            self.scalar(sigma_long),
                            self.scalar(tau),
                        ),
                    };
                    if let Some(edge) = edges.find(Consumer::Group(g), use_.material) {
                        uses.push((edge, exposed, response));
                    }
                }
                out.push(Group { sector: j, uses });
            }
        }
        out
    }

    fn sectors(&mut self, groups_at: &[usize]) -> Vec<Sector> {
        let h = self.model.step.days();
        let mut out = Vec::new();
        for (j, sector) in self.model.sectors.iter().enumerate() {
            let groups = groups_at[j]..groups_at[j + 1];
            let value_added = self.series(&divided(&sector.value_added, groups.len()), h);
            let multiplier = self.scalar(sector.multiplier);
            let r = sector.recapture;
            let recapture = (self.scalar(r.share), self.scalar(r.extra_capacity), self.scalar(r.within));
            out.push(Sector { value_added, groups, multiplier, recapture });
        }
        out
    }

    fn options(&mut self, edges: &Edges) -> Vec<Opt> {
        let h = self.model.step.days();
        let model = self.model;
        let mut out = Vec::new();
        for (o, option) in model.options.iter().enumerate() {
            let work = match &option.measure {
                Measure::Supplier(supply) => Work::Supply(Supply {
                    capacity: self.series(&supply.capacity, h),
                    yields: supply.yields.map(|y| self.scalar(y)),
                    premium: self.scalar(supply.premium),
                    channel: self.channel(supply.material, &supply.route, Quantity::ZERO),
                    inputs: edges.of(Consumer::Option(o)),
                }),
                Measure::Stockpile(pile) => Work::Pile(Pile {
                    size: match pile.size {
                        Size::Days(q) => (true, self.scalar(q)),
                        Size::Tonnes(q) => (false, self.scalar(q)),
                    },
                    max_release: self.rate(pile.max_release),
                    refill: self.rate(pile.refill),
                    holding_cost: self.scalar(pile.holding_cost),
                }),
                Measure::Saving(saving) => Work::Saving(self.scalar(saving.cost)),
            };
            out.push(Opt {
                material: option.material(),
                standing: option.mode == Mode::Standing,
                permanent: option.permanent,
                available_from: self.scalar(option.available_from),
                lead_time: self.draw(option.lead_time),
                ramp: self.scalar(option.ramp),
                success: self.scalar(option.success),
                // Where the probability is itself drawn from this address, the event is its second use.
                works: (
                    self.address(&format!("options.{}.success", option.name)),
                    u32::from(self.is_drawn_at(&format!("options.{}.success", option.name))),
                ),
                capex: self.scalar(option.capex),
                fixed_cost: self.scalar(option.fixed_cost),
                work,
            });
        }
        out
    }

    /// Whether an uncertain entry stands at this very path.
    fn is_drawn_at(&self, path: &str) -> bool {
        self.model.factors.iter().any(|f| f.path == path)
    }

    fn rate(&mut self, rate: model::Rate) -> Rate {
        match rate {
            model::Rate::Share(q) => Rate::Share(self.scalar(q)),
            model::Rate::Tonnes(q) => Rate::Tonnes(self.scalar(q)),
        }
    }

    fn materials(&mut self, edges: &Edges, sources_at: &[usize]) -> Vec<Material> {
        let model = self.model;
        let alerts = self.alerts();
        let mut out = Vec::new();
        for (m, material) in model.materials.iter().enumerate() {
            let price_response = material.price_response.map(|p| {
                let cap = p.cap.map(|q| self.scalar(q));
                let half_life = p.half_life.map(|q| self.scalar(q));
                (self.scalar(p.elasticity), cap, half_life)
            });
            let of = |wanted: &dyn Fn(&model::Opt) -> bool| -> Vec<usize> {
                let own = model.options.iter().enumerate();
                own.filter(|(_, o)| o.material() == m && wanted(o)).map(|(o, _)| o).collect()
            };
            let pile = |o: &model::Opt| matches!(o.measure, Measure::Stockpile(_));
            let supply = |o: &model::Opt| matches!(o.measure, Measure::Supplier(_));
            let standing = |o: &model::Opt| o.mode == Mode::Standing;
            let uncertain = |c: &Curve| c.knots.iter().any(|k| k.1.certain().is_none());
            out.push(Material {
                price: self.scalar(material.price),
                accessible: self.scalar(material.accessible),
                spot_share: self.scalar(material.spot_share),
                price_response,
                sources: sources_at[m]..sources_at[m + 1],
                scaled_shares: material.sources.iter().any(|s| uncertain(&s.share)),
                edges: edges.ranges[m].clone(),
                classes: edges.classes[m].clone(),
                standing: of(&|o| supply(o) && standing(o)),
                contingent: of(&|o| pile(o) || supply(o) && !standing(o)),
                piles: of(&pile),
                alerted_options: of(&|o| !standing(o)),
                alerts: alerts[m].clone(),
            });
        }
        out
    }

    /// What alerts each material: direct hits on its sources and standing options, and all that alerts what it is made
    /// of.
    fn alerts(&mut self) -> Vec<Vec<(usize, Vec<Scalar>)>> {
        let model = self.model;
        let mut alerts: Vec<Vec<(usize, Vec<Scalar>)>> = vec![Vec::new(); model.materials.len()];
        for &m in &model.order {
            for (c, control) in model.controls.iter().enumerate() {
                if !control.materials.contains(&m) {
                    continue;
                }
                let hit = |route: &[(String, String)]| model::control_hits(control, route);
                let sources = model.materials[m].sources.iter().filter(|s| hit(&s.route));
                let transits: Vec<Scalar> = sources
                    .map(|s| s.transit)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|q| self.scalar(q))
                    .collect();
                let standing = model.options.iter().any(|o| match &o.measure {
                    Measure::Supplier(s) => s.material == m && o.mode == Mode::Standing && hit(&s.route),
                    _ => false,
                });
                if !transits.is_empty() || standing {
                    alerts[m].push((c, transits));
                }
            }
            let inputs = model.materials[m].sources.iter().flat_map(|s| &s.inputs);
            let supplies = model.options.iter().filter_map(|o| match &o.measure {
                Measure::Supplier(supply) if supply.material == m => Some(&supply.inputs),
                _ => None,
            });
            let mut made_of: Vec<usize> = inputs.chain(supplies.flatten()).map(|i| i.material).collect();
            made_of.sort_unstable();
            made_of.dedup();
            for raw in made_of {
                let inherited = alerts[raw].clone();
                alerts[m].extend(inherited);
            }
        }
        alerts
    }
}

/// A path divided by a whole number (of groups).
fn divided(curve: &Curve, by: usize) -> Curve {
    let part = |q: Quantity| match q {
        Quantity::Certain(value) => Quantity::Certain(value / by as f64),
        Quantity::Uncertain { factor, scale, low, high } => Quantity::Uncertain {
            factor,
            scale: scale / by as f64,
            low: low / by as f64,
            high: high / by as f64,
        },
    };
    Curve { knots: curve.knots.iter().map(|&(day, q)| (day, part(q))).collect() }
}

struct Edges {
    list: Vec<Edge>,
    ranges: Vec<Range<usize>>,
    classes: Vec<Vec<Range<usize>>>,
}

impl Edges {
    fn find(&self, consumer: Consumer, material: usize) -> Option<usize> {
        self.ranges[material].clone().find(|&e| self.list[e].consumer == consumer)
    }

    fn of(&self, consumer: Consumer) -> Vec<usize> {
        (0..self.list.len()).filter(|&e| self.list[e].consumer == consumer).collect()
    }
}
