//! Laws on finitely many values.

use shortfall::random::Law;

#[test]
fn the_quantile_is_the_smallest_value_whose_cumulative_weight_reaches_u() {
    let law = Law::discrete(&[30.0, 10.0, 20.0], &[1.0, 2.0, 1.0]).unwrap();
    let drawn: Vec<f64> = [1e-9, 0.5, 0.500001, 0.75, 0.750001, 1.0].map(|u| law.quantile(u)).to_vec();
    assert_eq!(drawn, [10.0, 10.0, 20.0, 20.0, 30.0, 30.0]);
    assert_eq!(law.quantile_upper(1e-30), 30.0);
    assert_eq!(law.quantile_upper(0.25), 20.0);
    assert_eq!(law.support(), (10.0, 30.0));
}

#[test]
fn probabilities_are_those_of_steps() {
    let law = Law::discrete(&[10.0, 20.0, 30.0], &[0.5, 0.25, 0.25]).unwrap();
    assert_eq!([9.9, 10.0, 19.9, 20.0, 30.0].map(|x| law.cdf(x)), [0.0, 0.5, 0.5, 0.75, 1.0]);
    assert_eq!([9.9, 10.0, 29.9, 30.0].map(|x| law.sf(x)), [1.0, 0.5, 0.25, 0.0]);
    assert_eq!(law.mean(), 17.5);
    assert_eq!(law.sd(), f64::sqrt(0.5 * 56.25 + 0.25 * 6.25 + 0.25 * 156.25));
}

#[test]
fn equal_values_count_together_and_weights_of_zero_not_at_all() {
    let law = Law::discrete(&[2.0, 1.0, 2.0, 9.0], &[1.0, 2.0, 1.0, 0.0]).unwrap();
    assert_eq!(law, Law::discrete(&[1.0, 2.0], &[0.5, 0.5]).unwrap());
    assert_eq!(law.support(), (1.0, 2.0));
}

#[test]
fn an_empirical_law_is_its_sorted_sample() {
    let values = [5.0, 3.0, 8.0, 3.0, 1.0];
    let law = Law::empirical(&values).unwrap();
    let drawn: Vec<f64> = (0..5).map(|i| law.quantile((f64::from(i) + 0.5) / 5.0)).collect();
    assert_eq!(drawn, [1.0, 3.0, 3.0, 5.0, 8.0]);
    // At the steps themselves too: rank ceil(n u).
    assert_eq!([0.2, 0.6, 0.8, 1.0].map(|u| law.quantile(u)), [1.0, 3.0, 5.0, 8.0]);
    assert_eq!(law.mean(), 4.0);
}

#[test]
fn what_has_lasted_is_one_of_the_longer_values() {
    let law = Law::discrete(&[10.0, 20.0, 30.0], &[2.0, 1.0, 1.0]).unwrap();
    assert_eq!([1e-17, 0.5, 0.51, 0.99].map(|u| law.longer_than(u, 10.0)), [20.0, 20.0, 30.0, 30.0]);
    assert_eq!(law.longer_than(0.6, 9.0), 20.0);
    assert_eq!(law.longer_than(0.1, 25.0), 30.0);
    assert_eq!(law.longer_than(0.1, 30.0), 30.0);
    assert_eq!(law.longer_than(0.1, 31.0), 31.0);
}
