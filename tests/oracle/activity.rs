//! Allocation, activity and consumption in one step (section 5, 2, 5, 6 and 8).

use crate::flows::{EdgeRecord, GroupRecord, Record, Run};
use crate::network::{Consumer, Edge, edges_of, groups, priority};
use crate::world::{Kind, Response, Sector};

/// How activity responds to one material of which a sector has the share f, in one step.
#[derive(Clone, Copy, Debug)]
pub enum Curve {
    Power { p: f64 },
    Ces { share: f64, sigma: f64 },
}

impl Curve {
    /// 1 where nothing is missing; what the material's part of the activity falls to.
    fn part(&self, f: f64) -> f64 {
        match *self {
            Curve::Power { p } => 1.0 - libm::pow(1.0 - f, p),
            Curve::Ces { share, sigma } => {
                if sigma == 1.0 {
                    return libm::pow(f, share);
                }
                let rho = (sigma - 1.0) / sigma;
                // [(1 - share) + share f^rho]^(1/rho), written so that it is 1 at f = 1.
                libm::exp(libm::log1p(share * libm::expm1(rho * libm::log(f))) / rho)
            }
        }
    }

    /// 1 - exposed (1 - part).
    pub fn response(&self, exposed: f64, f: f64) -> f64 {
        1.0 - exposed * (1.0 - self.part(f))
    }

    /// The f' <= f with response(f') = r; 0 where even f' = 0 gives more than r.
    fn inverse(&self, exposed: f64, f: f64, r: f64) -> f64 {
        if self.response(exposed, f) <= r {
            return f;
        }
        if self.response(exposed, 0.0) > r {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, f);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if self.response(exposed, middle) <= r {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

/// Distributes `amount` over wishes, class by class from the best priority, pro rata within one: what each gets.
pub fn share_out(amount: f64, wishes: &[(i64, f64)]) -> Vec<f64> {
    let mut classes: Vec<i64> = wishes.iter().map(|wish| wish.0).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut left = amount;
    let mut given = vec![0.0; wishes.len()];
    for class in classes {
        let total: f64 = wishes.iter().filter(|wish| wish.0 == class).map(|wish| wish.1).sum();
        let part = if total > left { left / total } else { 1.0 };
        for (gift, wish) in given.iter_mut().zip(wishes).filter(|(_, wish)| wish.0 == class) {
            *gift = wish.1 * part;
        }
        left = (left - total).max(0.0);
    }
    given
}

impl Run<'_> {
    /// w of each group: 1, and what it may make up of what was lost.
    pub fn wanted_activity(&mut self, record: &mut Record) {
        let middle = record.start + 0.5 * record.days;
        for sector in &self.world.sectors {
            let path = format!("sectors.{}", sector.name);
            let count = groups(self.world, &sector.name);
            let value_added = self.draws.on_day(
                &sector.value_added,
                &format!("{path}.value_added"),
                0.0,
                f64::INFINITY,
                middle,
            );
            let normal = value_added * record.days / count as f64;
            for group in 0..count {
                let key = Consumer::Group(sector.name.clone(), group);
                let backlog = self.backlog.get(&key).copied().unwrap_or(0.0);
                let mut wanted = 1.0;
                if let Some(recapture) = &sector.recapture
                    && backlog > 0.0
                {
                    let path = format!("{path}.recapture.extra_capacity");
                    let extra = self.draws.amount(&recapture.extra_capacity, &path);
                    wanted += extra.min(backlog / normal);
                }
                record.groups.insert(key, GroupRecord { normal, wanted, ..GroupRecord::default() });
            }
        }
    }

    /// Who gets how much of what came in, and what of it refills stockpiles.
    pub fn allocate(&mut self, material: &str, record: &mut Record) {
        let edges = edges_of(self.world, material);
        let priorities: Vec<i64> = edges.iter().map(|edge| priority(self.world, edge)).collect();
        let inflow = record.inflow[material];
        let wishes = |part: fn(&EdgeRecord) -> f64| -> Vec<(i64, f64)> {
            edges.iter().zip(&priorities).map(|(edge, class)| (*class, part(&record.edges[edge]))).collect()
        };
        let to_use = share_out(inflow, &wishes(|edge| edge.wish_to_use));
        let left = (inflow - to_use.iter().sum::<f64>()).max(0.0);
        let to_stock = share_out(left, &wishes(|edge| edge.wish - edge.wish_to_use));
        let mut over = (left - to_stock.iter().sum::<f64>()).max(0.0);
        for (i, edge) in edges.iter().enumerate() {
            let account = record.edges.get_mut(edge).expect("an edge");
            // Odd and even edges are nudged apart, to see how much of a difference a world makes of nothing.
            let nudge =
                1.0 + if (i + record.start as usize).is_multiple_of(2) { self.noise } else { -self.noise };
            account.before *= nudge;
            account.received = (to_use[i] + to_stock[i]) * nudge;
            account.filled = filled(account);
        }
        for option in self.world.enabled() {
            if !matches!(&option.kind, Kind::Stockpile { material: own, .. } if own == material) {
                continue;
            }
            let refilled = over.min(record.refill_wishes[&option.name]);
            over -= refilled;
            *self.level.get_mut(&option.name).expect("a stockpile") += refilled;
            record.refilled.insert(option.name.clone(), refilled);
            record.levels.insert(option.name.clone(), self.level[&option.name]);
        }
    }

    /// Activity of every group, what is consumed, and what is left in stock.
    pub fn produce(&mut self, record: &mut Record) {
        for sector in &self.world.sectors {
            for group in 0..groups(self.world, &sector.name) {
                self.produce_group(sector, &Consumer::Group(sector.name.clone(), group), record);
            }
        }
        for (edge, account) in &mut record.edges {
            account.after = (account.before + account.received - account.consumed).max(0.0);
            self.stock.insert(edge.clone(), account.after);
        }
    }

    /// The response of a sector to one material in this step, and how exposed it is.
    fn curve(&self, sector: &Sector, material: &str, record: &Record) -> (Curve, f64) {
        let used = &sector.uses[material];
        let path = format!("sectors.{}.uses.{material}", sector.name);
        let exposed = self.draws.share(&used.exposed, &format!("{path}.exposed"));
        let curve = match &used.response {
            None | Some(Response::Proportional) => Curve::Power { p: 1.0 },
            Some(Response::Power(p)) => {
                Curve::Power { p: self.draws.amount(p, &format!("{path}.response.power")) }
            }
            Some(Response::Ces { share, sigma, sigma_long, tau }) => {
                let path = format!("{path}.response.ces");
                let middle = record.start + 0.5 * record.days;
                let began = self.alert_began.get(material).copied().unwrap_or(middle);
                let tau = self.draws.amount(tau, &format!("{path}.tau"));
                let moved = -libm::expm1(-(middle - began).max(0.0) / tau);
                let short = self.draws.amount(sigma, &format!("{path}.sigma"));
                let long = self.draws.amount(sigma_long, &format!("{path}.sigma_long"));
                Curve::Ces {
                    share: self.draws.share(share, &format!("{path}.share")),
                    sigma: short + (long - short) * moved,
                }
            }
        };
        (curve, exposed)
    }

    fn produce_group(&mut self, sector: &Sector, group: &Consumer, record: &mut Record) {
        let mut account = record.groups[group];
        let edge = |material: &String| -> Edge { (material.clone(), group.clone()) };
        let (mut allowed, mut most): (f64, f64) = (1.0, f64::INFINITY);
        for material in sector.uses.keys() {
            let (curve, exposed) = self.curve(sector, material, record);
            let used = &record.edges[&edge(material)];
            allowed = allowed.min(curve.response(exposed, used.filled));
            if exposed > 0.0 && used.demand > 0.0 {
                let beyond_target = (used.before - self.target[&edge(material)]).max(0.0);
                most = most.min((used.received + beyond_target) / used.demand);
            }
        }
        let short = allowed < 0.999;
        account.allowed = allowed;
        account.activity = if short { allowed } else { allowed.max(account.wanted.min(most)) };
        for material in sector.uses.keys() {
            let (curve, exposed) = self.curve(sector, material, record);
            let used = record.edges.get_mut(&edge(material)).expect("an edge");
            let there = used.before + used.received;
            used.consumed = match (short, exposed > 0.0) {
                (true, true) => used.demand * curve.inverse(exposed, used.filled, allowed),
                (true, false) => used.demand * used.filled,
                (false, true) => there.min(used.demand * account.activity),
                (false, false) => there.min(used.demand),
            };
        }
        if short {
            record.marks.push("a sector was short");
        }
        account.lost = account.normal * (1.0 - account.activity).max(0.0);
        account.recaptured = account.normal * (account.activity - 1.0).max(0.0);
        if let Some(recapture) = &sector.recapture {
            let path = format!("sectors.{}.recapture", sector.name);
            let share = self.draws.share(&recapture.share, &format!("{path}.share"));
            let within = self.draws.amount(&recapture.within, &format!("{path}.within"));
            let before = self.backlog.get(group).copied().unwrap_or(0.0);
            let backlog = before + share * account.lost - account.recaptured;
            account.backlog = (backlog * libm::exp(-record.days / within)).max(0.0);
            self.backlog.insert(group.clone(), account.backlog);
        }
        record.groups.insert(group.clone(), account);
    }
}

/// f = min(1, (stock + received) / d), 1 where d = 0; within 10^-12 of 0 or of 1 it is that.
fn filled(edge: &EdgeRecord) -> f64 {
    if edge.demand == 0.0 {
        return 1.0;
    }
    let f = f64::min(1.0, (edge.before + edge.received) / edge.demand);
    if f < 1e-12 {
        0.0
    } else if f > 1.0 - 1e-12 {
        1.0
    } else {
        f
    }
}

#[test]
fn goods_are_shared_out_by_priority_then_pro_rata() {
    let wishes = [(2, 4.0), (1, 3.0), (2, 4.0)];
    assert_eq!(share_out(7.0, &wishes), vec![2.0, 3.0, 2.0]);
    assert_eq!(share_out(2.0, &wishes), vec![0.0, 2.0, 0.0]);
    assert_eq!(share_out(20.0, &wishes), vec![4.0, 3.0, 4.0]);
}

#[test]
fn responses_are_inverted() {
    let curves = [
        Curve::Power { p: 1.0 },
        Curve::Power { p: 2.5 },
        Curve::Ces { share: 0.01, sigma: 0.05 },
        Curve::Ces { share: 0.2, sigma: 1.0 },
        Curve::Ces { share: 0.3, sigma: 1.5 },
    ];
    for curve in curves {
        assert_eq!(curve.response(0.4, 1.0), 1.0);
        for f in [0.1, 0.5, 0.9] {
            let back = curve.inverse(0.4, 1.0, curve.response(0.4, f));
            assert!((back - f).abs() < 1e-9, "{curve:?} {f} {back}");
        }
        assert_eq!(curve.inverse(0.4, 0.3, 0.9999999), 0.3, "never more than is there");
    }
    let ces = Curve::Ces { share: 0.5, sigma: 0.5 };
    assert!((ces.response(1.0, 0.5) - 1.0 / 1.5).abs() < 1e-14, "1 / (0.5 + 0.5 / 0.5)");
    assert_eq!(ces.response(1.0, 0.0), 0.0);
    assert_eq!(Curve::Ces { share: 0.3, sigma: 1.5 }.inverse(0.1, 1.0, 0.1), 0.0);
}
