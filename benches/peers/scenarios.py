"""Scenarios of growing size: what a trial costs over materials, controls and quiet time."""

HEAD = """[scenario]
name = "{name}"
start = 2026-01-01
horizon = "{days} days"
step = "week"
currency = "JPY"

[economy]
gdp = "605 trillion JPY/year"
"""
MATERIAL = """
[materials.{name}]
price = "15 million JPY/t"
inventory = "60 days"

[sectors.{name}-users]
value_added = "1 trillion JPY/year"
uses.{name} = {{ amount = "1000 t/year", exposed = "100%" }}

[options.{name}-alternative]
kind = "supplier"
material = "{name}"
capacity = "100 t/year"
lead_time = "180 days"
premium = "60%"
route = {{ separation = "AU" }}
"""
SOURCE = """
[[materials.{material}.sources]]
name = "{country}"
share = "{share}"
route = {{ separation = "{country}" }}
"""
CONTROL = """
[controls.{name}]
country = "{country}"
materials = [{materials}]
[[controls.{name}.onsets]]
annual_probability = {probability}
[[controls.{name}.regimes]]
name = "ban"
blocks = "100%"
lasts = {{ lognormal = {{ median = "3 months", p90 = "9 months" }} }}
"""


def names(count):
    return [f"m{i:03}" for i in range(count)]


def materials(count):
    """So many materials, each with a sector and a supplier that stands by, under one control."""
    text = HEAD.format(name="materials", days=1827)
    for name in names(count):
        text += MATERIAL.format(name=name)
        text += SOURCE.format(material=name, country="CN", share="60%")
        text += SOURCE.format(material=name, country="MY", share="40%")
    hit = ", ".join(f'"{name}"' for name in names(count))
    return text + CONTROL.format(name="ban", country="CN", materials=hit, probability=0.15)


def controls(count):
    """So many controls of one source, which together ban it as often, whatever their number."""
    text = HEAD.format(name="controls", days=1827) + MATERIAL.format(name="m000")
    text += SOURCE.format(material="m000", country="CN", share="60%")
    text += SOURCE.format(material="m000", country="MY", share="40%")
    probability = 1 - 0.85 ** (1 / count)
    for i in range(count):
        text += CONTROL.format(name=f"ban{i:02}", country="CN", materials='"m000"', probability=probability)
    return text


def quiet(years):
    """So many years in weeks, in which nothing happens."""
    text = HEAD.format(name="quiet", days=round(365.25 * years)) + MATERIAL.format(name="m000")
    text += SOURCE.format(material="m000", country="CN", share="100%")
    return text + CONTROL.format(name="ban", country="CN", materials='"m000"', probability=0)
