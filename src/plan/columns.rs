//! The columns of a trial's results: the one table that says which figure stands where.

/// A figure that every trial has. What did not happen in a trial is not a number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// 1 where any material is short in any step.
    AnyShort,
    /// 1 where any control blocked anything within the horizon.
    AnyControl,
    /// Shortfall of a material, in tonnes.
    Tonnes(usize),
    /// Shortfall as a share of baseline use over the horizon.
    Share(usize),
    /// The greatest share of the need that was missing in a step.
    Peak(usize),
    /// Days in steps of which more than 1 % of the need was missing.
    TimeShort(usize),
    /// Days from the first alert to the end of the last trouble.
    Recovery(usize),
    /// 1 where the trouble had not ended at the horizon; not a number where `Recovery` is not.
    RecoveryCensored(usize),
    /// The greatest multiple of the price.
    PricePeak(usize),
    /// The mean multiple over time.
    PriceMean(usize),
    /// Net lost value added of a sector.
    Lost(usize),
    /// The least activity over the steps, averaged over the firms.
    WorstActivity(usize),
    /// Day of the first loss.
    FirstLoss(usize),
    /// Entries of a control from open.
    Onsets(usize),
    /// Days of a control in its regime (second index; 0 is the mildest).
    Time(usize, usize),
    /// Tonnes that an option delivered, released or saved.
    Delivered(usize),
    /// What an option cost, discounted.
    OptionCost(usize),
    /// Day on which an option was first available.
    Started(usize),
    /// All costs.
    CostTotal,
    /// Lost output.
    CostLostOutput,
    /// Lost output elsewhere.
    CostIndirect,
    /// Higher prices.
    CostPrice,
    /// Premiums to alternative suppliers.
    CostPremiums,
    /// Capex, fixed, holding and saving costs.
    CostOptions,
    /// Lost output with the indirect, over one year's GDP.
    GdpShare,
    /// The same in the worst 12 months.
    GdpWorstYear,
    /// Under what is drawn once a trial, the probability that anything happens.
    Chance,
}

/// Which columns a plan has, in order, and where each group starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// The columns in order.
    pub list: Vec<Column>,
    /// Where each material's columns start (tonnes, share, peak, time short, recovery, censored, then prices if any).
    pub materials: Vec<usize>,
    /// Where each sector's columns start (lost, worst activity, first loss).
    pub sectors: Vec<usize>,
    /// Where each control's columns start (onsets, then time by regime).
    pub controls: Vec<usize>,
    /// Where each option's columns start (delivered, cost, started).
    pub options: Vec<usize>,
    /// Where the costs start (total, lost output, indirect, price, premiums, options).
    pub costs: usize,
    /// Where the shares of GDP start, if GDP is given (share, worst year).
    pub gdp: Option<usize>,
    /// Where [`Column::Chance`] stands, if something is made to happen.
    pub chance: Option<usize>,
}

impl Columns {
    /// Where [`Column::AnyControl`] stands, in every plan.
    pub const ANY_CONTROL: usize = 1;

    /// Lays the columns out: `priced` says of each material whether it has a price response, `regimes` how many each
    /// control has.
    pub fn new(priced: &[bool], sectors: usize, regimes: &[usize], options: usize, gdp: bool) -> Columns {
        let mut list = vec![Column::AnyShort, Column::AnyControl];
        let mut starts: [Vec<usize>; 4] = Default::default();
        for (m, &priced) in priced.iter().enumerate() {
            starts[0].push(list.len());
            list.extend([Column::Tonnes(m), Column::Share(m), Column::Peak(m), Column::TimeShort(m)]);
            list.extend([Column::Recovery(m), Column::RecoveryCensored(m)]);
            if priced {
                list.extend([Column::PricePeak(m), Column::PriceMean(m)]);
            }
        }
        for j in 0..sectors {
            starts[1].push(list.len());
            list.extend([Column::Lost(j), Column::WorstActivity(j), Column::FirstLoss(j)]);
        }
        for (c, &regimes) in regimes.iter().enumerate() {
            starts[2].push(list.len());
            list.push(Column::Onsets(c));
            list.extend((0..regimes).map(|r| Column::Time(c, r)));
        }
        for o in 0..options {
            starts[3].push(list.len());
            list.extend([Column::Delivered(o), Column::OptionCost(o), Column::Started(o)]);
        }
        let costs = list.len();
        list.extend([Column::CostTotal, Column::CostLostOutput, Column::CostIndirect]);
        list.extend([Column::CostPrice, Column::CostPremiums, Column::CostOptions]);
        let shares = gdp.then_some(list.len());
        if gdp {
            list.extend([Column::GdpShare, Column::GdpWorstYear]);
        }
        let [materials, sectors, controls, options] = starts;
        Columns { list, materials, sectors, controls, options, costs, gdp: shares, chance: None }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Never: every plan has the costs.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
